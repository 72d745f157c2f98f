// ∂ of the scan's reads, given ∂ of what was heard of them with unit mean square. After inner_pass.wgsl.

struct Info {
    tokens: u32,
    reader: u32,
    read: u32,
    d_unit: u32,
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x < info.tokens * D) {
        let t = id.x / D;
        let own = id.x % D;
        let head = own / N;
        let row = t * D + head * N;
        var squares = 0.0;
        var along = 0.0;
        for (var j = 0u; j < N; j++) {
            let y = work[info.read + row + j];
            squares += y * y;
            along += y * work[info.d_unit + row + j];
        }
        let inverse = inverseSqrt(squares / f32(N) + EPSILON);
        var sum = 0.0;
        for (var i = 0u; i < N; i++) {
            let d_y = (work[info.d_unit + row + i] - work[info.read + row + i] * inverse * inverse * along / f32(N)) * inverse;
            sum += base[info.reader + (head * N + i) * N + own % N] * d_y;
        }
        d_read[(head * (info.tokens + N) + t) * N + own % N] = sum;
    }
    // Nothing flows in from after the chunk.
    if (id.x < H * N * N) {
        d_read[(id.x / (N * N)) * (info.tokens + N) * N + info.tokens * N + id.x % (N * N)] = 0.0;
    }
}
