// A token's embedding. After inner_pass.wgsl.

struct Info {
    tokens: u32,
    out: u32,
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x < info.tokens * D) {
        work[info.out + id.x] = base[min(u32(text[id.x / D]), V - 1u) * D + id.x % D];
    }
}
