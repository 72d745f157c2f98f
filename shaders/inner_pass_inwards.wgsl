// ∂ of a level's hidden units and keys before what makes them: gelu, and the key's power and length. After inner_pass.wgsl.

struct Info {
    tokens: u32,
    hidden: u32,
    // Comes in as ∂ of the hidden units, goes out as that before their gelu.
    d_hidden: u32,
    raw: u32,
    d_key: u32,
    d_raw: u32,
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let t = id.x / SHARERS;
    if (t >= info.tokens) {
        return;
    }
    let units = share(M, id.x % SHARERS);
    for (var o = units.x; o < units.y; o++) {
        let h = work[info.hidden + t * M + o];
        let s = sigmoid(h * (h * h * (A * B) + A));
        work[info.d_hidden + t * M + o] *= s + h * s * (1.0 - s) * (h * h * (3.0 * A * B) + A);
    }
    var squares = 0.0;
    var along = 0.0;
    for (var o = 0u; o < U; o++) {
        let part = raised(work[info.raw + t * U + o]);
        squares += part * part;
        along += part * work[info.d_key + t * U + o];
    }
    let inverse = inverseSqrt(squares + TINY);
    let share_of_key = along * inverse;
    let keys = share(U, id.x % SHARERS);
    for (var o = keys.x; o < keys.y; o++) {
        let raw = work[info.raw + t * U + o];
        let positive = max(raw, 0.0);
        let slope = select(2.0, 3.0 * positive, CUBED) * positive;
        work[info.d_raw + t * U + o] =
            slope * (work[info.d_key + t * U + o] - raised(raw) * inverse * share_of_key) * inverse;
    }
}
