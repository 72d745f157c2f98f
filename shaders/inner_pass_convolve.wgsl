// Convolution and silu of the projections, and the projections that the next chunk begins with. After inner_pass.wgsl.

struct Info {
    tokens: u32,
    projected: u32,
    before: u32,
    after: u32,
    taps: u32,
    // The projections before the chunk, in `state`, and those of its end, in `found`.
    tail: u32,
    next_tail: u32,
}

// Number `o` of the projection that is `back` tokens before token t; before the chunk it is in the state.
fn projection(t: u32, back: u32, o: u32) -> f32 {
    if (t >= back) {
        return work[info.projected + (t - back) * 2u * D + o];
    }
    return state[info.tail + (TAPS - 1u + t - back) * 2u * D + o];
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let t = id.x / (2u * D);
    let o = id.x % (2u * D);
    if (t < info.tokens) {
        var sum = 0.0;
        for (var tap = 0u; tap < TAPS; tap++) {
            sum += projection(t, TAPS - 1u - tap, o) * base[info.taps + tap * 2u * D + o];
        }
        work[info.before + id.x] = sum;
        work[info.after + id.x] = sum * sigmoid(sum);
    }
    if (t + 1u < TAPS) {
        found[info.next_tail + id.x] = projection(info.tokens, TAPS - 1u - t, o);
    }
}
