// Rows with unit mean square and a gain. After inner_pass.wgsl.

struct Info {
    tokens: u32,
    x: u32,
    gain: u32,
    out: u32,
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let row = id.x / SHARERS * D;
    if (row >= info.tokens * D) {
        return;
    }
    let inverse = inverseSqrt(squares_of(info.x + row) / f32(D) + EPSILON);
    let part = share(D, id.x % SHARERS);
    for (var i = part.x; i < part.y; i++) {
        work[info.out + row + i] = work[info.x + row + i] * inverse * base[info.gain + i];
    }
}
