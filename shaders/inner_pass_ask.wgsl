// Convolution, silu, and queries of unit length: what the scan is given, [h, t, n]. After inner_pass.wgsl.

var<workgroup> after: array<f32, 2u * D>;

// Number `o` of the projection that is `back` tokens before the chunk's token t; before the chunk it is in the state.
fn projection(t: u32, back: u32, o: u32) -> f32 {
    if (t >= back) {
        return work[at(of_block(info.block, PROJECTED), 2u * D, t - back) + o];
    }
    let tail = info.block * MIXER_STATE + H * N * N;
    return state[tail + (TAPS - 1u + t - back) * 2u * D + o];
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let t = group.x;
    let taps = FIRST_BLOCK + info.block * BLOCK + CONVOLUTION;
    for (var o = lane; o < 2u * D; o += LANES) {
        var sum = 0.0;
        for (var tap = 0u; tap < TAPS; tap++) {
            sum += projection(t, TAPS - 1u - tap, o) * base[taps + tap * 2u * D + o];
        }
        work[at(of_block(info.block, BEFORE_SILU), 2u * D, t) + o] = sum;
        after[o] = sum * sigmoid(sum);
    }
    workgroupBarrier();
    if (lane < D) {
        let head = lane / N;
        var squares = 0.0;
        for (var j = 0u; j < N; j++) {
            let q = after[D + head * N + j];
            squares += q * q;
        }
        let place = (head * info.tokens + t) * N + lane % N;
        inputs[place] = after[lane];
        queries[place] = after[D + lane] * inverseSqrt(squares + TINY);
    }
    if (t == 0u) {
        // The last projections are the next chunk's tail: those of "tokens", one after the last, and before.
        let tail = STATE * info.tokens + info.block * MIXER_STATE + H * N * N;
        for (var e = lane; e < (TAPS - 1u) * 2u * D; e += LANES) {
            found[tail + e] = projection(info.tokens, TAPS - 1u - e / (2u * D), e % (2u * D));
        }
    }
}
