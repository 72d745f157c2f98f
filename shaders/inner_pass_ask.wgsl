// What the scan is given, [h, t, n]: inputs, and queries of unit length. After inner_pass.wgsl.

struct Info {
    tokens: u32,
    after: u32,
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= info.tokens * D) {
        return;
    }
    let t = id.x / D;
    let own = id.x % D;
    let head = own / N;
    let row = info.after + t * 2u * D;
    var squares = 0.0;
    for (var j = 0u; j < N; j++) {
        let q = work[row + D + head * N + j];
        squares += q * q;
    }
    let place = (head * info.tokens + t) * N + own % N;
    inputs[place] = work[row + own];
    queries[place] = work[row + D + own] * inverseSqrt(squares + TINY);
}
