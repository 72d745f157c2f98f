// What was heard, with unit mean square in each head and as far as the gate is open; and the scan's inputs as rows, for the way
// past it. After inner_pass.wgsl.

struct Info {
    tokens: u32,
    read: u32,
    gate: u32,
    mixed: u32,
    input: u32,
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= info.tokens * D) {
        return;
    }
    let t = id.x / D;
    let own = id.x % D;
    let head = own / N;
    var squares = 0.0;
    for (var j = 0u; j < N; j++) {
        let y = work[info.read + t * D + head * N + j];
        squares += y * y;
    }
    let gate = work[info.gate + id.x];
    work[info.mixed + id.x] = gate * sigmoid(gate) * work[info.read + id.x] * inverseSqrt(squares / f32(N) + EPSILON);
    work[info.input + id.x] = inputs[(head * info.tokens + t) * N + own % N];
}
