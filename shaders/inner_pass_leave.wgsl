// ∂ of the projections, by way of what the scan gives back, silu and convolution. After inner_pass.wgsl.

struct Info {
    tokens: u32,
    before: u32,
    // ∂ of the inputs by the way past the scan.
    d_skip: u32,
    convolution: u32,
    out: u32,
}

// ∂L/∂(number o before its silu) of token s.
fn d_before(s: u32, o: u32) -> f32 {
    let before = info.before + s * 2u * D;
    let own = o % D;
    let head = own / N;
    // Input, query, start gain, maps, biases: the rows of mixer_scan_backward.wgsl.
    let rows = 2u * info.tokens + N + 2u * N + 2u + 1u;
    let d_inputs = (head * rows + s) * N;
    let d_queries = d_inputs + info.tokens * N;
    var d_after = 0.0;
    if (o < D) {
        d_after = scanned[d_inputs + own % N] + work[info.d_skip + s * D + own];
    } else {
        var squares = 0.0;
        var along = 0.0;
        for (var j = 0u; j < N; j++) {
            let b = work[before + D + head * N + j];
            let q = b * sigmoid(b);
            squares += q * q;
            along += q * scanned[d_queries + j];
        }
        let inverse = inverseSqrt(squares + TINY);
        let b = work[before + o];
        let q = b * sigmoid(b);
        d_after = (scanned[d_queries + own % N] - q * inverse * inverse * along) * inverse;
    }
    let b = work[before + o];
    let open = sigmoid(b);
    return d_after * open * (1.0 + b * (1.0 - open));
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let t = id.x / (2u * D);
    let o = id.x % (2u * D);
    if (t >= info.tokens) {
        return;
    }
    var sum = 0.0;
    for (var later = 0u; later < TAPS; later++) {
        if (t + later < info.tokens) {
            sum += d_before(t + later, o) * base[info.convolution + (TAPS - 1u - later) * 2u * D + o];
        }
    }
    work[info.out + id.x] = sum;
}
