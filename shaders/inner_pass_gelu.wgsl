// The hidden units of a level's MLP. After inner_pass.wgsl.

struct Info {
    tokens: u32,
    hidden: u32,
    out: u32,
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x < info.tokens * M) {
        let h = work[info.hidden + id.x];
        work[info.out + id.x] = h * sigmoid(h * (h * h * (A * B) + A));
    }
}
