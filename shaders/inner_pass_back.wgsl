// Out of a block's mixer by way of what its scan gives back, and through the levels of the block before. After
// inner_pass_backward.wgsl. `info.block` is the block that is entered.

// ∂L/∂projections, [2 D].
var<workgroup> d_projected: array<f32, 2u * D>;

// ∂L/∂(number o before its silu) of token s in the block that is left.
fn d_before(s: u32, o: u32) -> f32 {
    let block = info.block + 1u;
    let before = at(of_block(block, BEFORE_SILU), 2u * D, s);
    let own = o % D;
    let head = own / N;
    // Input, query, start gain, maps, biases: the rows of mixer_scan_backward.wgsl.
    let rows = 2u * info.tokens + N + 2u * N + 2u + 1u;
    let inputs = (head * rows + s) * N;
    let queries = inputs + info.tokens * N;
    var d_after = 0.0;
    if (o < D) {
        d_after = scanned[inputs + own % N] + work[at(of_block(block, D_SKIP), D, s) + own];
    } else {
        var squares = 0.0;
        var along = 0.0;
        for (var j = 0u; j < N; j++) {
            let b = work[before + D + head * N + j];
            let q = b * sigmoid(b);
            squares += q * q;
            along += q * scanned[queries + j];
        }
        let inverse = inverseSqrt(squares + TINY);
        let b = work[before + o];
        let q = b * sigmoid(b);
        d_after = (scanned[queries + own % N] - q * inverse * inverse * along) * inverse;
    }
    let b = work[before + o];
    let open = sigmoid(b);
    return d_after * open * (1.0 + b * (1.0 - open));
}

fn leave(lane: u32, t: u32) {
    let block = info.block + 1u;
    let first = FIRST_BLOCK + block * BLOCK;
    for (var o = lane; o < 2u * D; o += LANES) {
        var sum = 0.0;
        for (var later = 0u; later < TAPS; later++) {
            if (t + later < info.tokens) {
                sum += d_before(t + later, o) * base[first + CONVOLUTION + (TAPS - 1u - later) * 2u * D + o];
            }
        }
        d_projected[o] = sum;
    }
    if (lane < D) {
        x[lane] = work[at(of_block(block, X), D, t) + lane];
        dx[lane] = work[at(of_block(block, D_X), D, t) + lane];
    }
    workgroupBarrier();
    var sum = 0.0;
    if (lane < PARTS * D) {
        let i = lane % D;
        for (var o = lane / D; o < 2u * D; o += PARTS) {
            sum += d_projected[o] * base[first + INPUT + i * 2u * D + o];
        }
        for (var o = lane / D; o < D; o += PARTS) {
            sum += work[at(of_block(block, D_GATE), D, t) + o] * base[first + GATE + i * D + o];
        }
    }
    gather(lane, sum);
    normalise_back(lane, first);
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    leave(lane, group.x);
    block_back(lane, group.x, info.block);
}
