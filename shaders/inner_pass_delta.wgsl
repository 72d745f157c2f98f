// A level's error: how long ∂x is, and δ. After inner_pass.wgsl.

struct Info {
    tokens: u32,
    dx: u32,
    // In `found`.
    length: u32,
    delta: u32,
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let t = id.x / SHARERS;
    if (t >= info.tokens) {
        return;
    }
    let length = sqrt(squares_of(info.dx + t * D) + 1e-24);
    if (id.x % SHARERS == 0u) {
        found[info.length + t] = length;
    }
    let scale = -text[2u * info.tokens + t] / max(length, 1.0);
    let part = share(D, id.x % SHARERS);
    for (var i = t * D + part.x; i < t * D + part.y; i++) {
        found[info.delta + i] = scale * work[info.dx + i];
    }
}
