// A level's keys, and how open its gates are. After inner_pass.wgsl.

struct Info {
    tokens: u32,
    raw: u32,
    z: u32,
    // In `base`: the gate β and its bias behind it; and γ.
    strength: u32,
    closing: u32,
    key: u32,
    // In `found`: the level's keys, β and γ.
    found_key: u32,
    found_strength: u32,
    found_closing: u32,
}

// σ(z·w + b)
fn open(t: u32, gate: u32) -> f32 {
    var sum = 0.0;
    for (var i = 0u; i < D; i++) {
        sum += work[info.z + t * D + i] * base[gate + i];
    }
    return sigmoid(sum + base[gate + D]);
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let t = id.x / SHARERS;
    let own = id.x % SHARERS;
    if (t >= info.tokens) {
        return;
    }
    var length = 0.0;
    for (var o = 0u; o < U; o++) {
        let part = raised(work[info.raw + t * U + o]);
        length += part * part;
    }
    let inverse = inverseSqrt(length + TINY);
    let part = share(U, own);
    for (var o = part.x; o < part.y; o++) {
        let key = raised(work[info.raw + t * U + o]) * inverse;
        work[info.key + t * U + o] = key;
        found[info.found_key + t * U + o] = key;
    }
    if (own == 0u) {
        found[info.found_strength + t] = open(t, info.strength);
    }
    if (own == 1u) {
        found[info.found_closing + t] = open(t, info.closing);
    }
}
