// ∂ of the gate before its silu and of what was heard, brought to unit length, given ∂ of what both made. After inner_pass.wgsl.

struct Info {
    tokens: u32,
    read: u32,
    gate: u32,
    d_mixed: u32,
    d_gate: u32,
    d_unit: u32,
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= info.tokens * D) {
        return;
    }
    let head = id.x / N * N;
    var squares = 0.0;
    for (var j = 0u; j < N; j++) {
        let y = work[info.read + head + j];
        squares += y * y;
    }
    let inverse = inverseSqrt(squares / f32(N) + EPSILON);
    let gate = work[info.gate + id.x];
    let s = sigmoid(gate);
    let d_mixed = work[info.d_mixed + id.x];
    work[info.d_gate + id.x] = d_mixed * work[info.read + id.x] * inverse * s * (1.0 + gate * (1.0 - s));
    work[info.d_unit + id.x] = d_mixed * gate * s;
}
