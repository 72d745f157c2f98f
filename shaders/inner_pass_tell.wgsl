// A level's hidden units are told how familiar each key is: φ = key (I − P) keyᵀ. After inner_pass.wgsl.

struct Info {
    tokens: u32,
    key: u32,
    // key P
    left: u32,
    hidden: u32,
    // What hidden units make of it, in `base`.
    told: u32,
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= info.tokens * M) {
        return;
    }
    let t = id.x / M;
    var familiarity = 0.0;
    for (var o = 0u; o < U; o++) {
        let key = work[info.key + t * U + o];
        familiarity += key * (key - work[info.left + t * U + o]);
    }
    work[info.hidden + id.x] += familiarity * base[info.told + id.x % M];
}
