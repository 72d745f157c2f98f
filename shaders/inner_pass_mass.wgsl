// The largest of a part of a token's logits, and the sum of what their exponentials are beside it. After inner_pass.wgsl.

struct Info {
    tokens: u32,
    logits: u32,
    parts: u32,
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let t = id.x / SHARERS;
    if (t >= info.tokens) {
        return;
    }
    let part = share(V, id.x % SHARERS);
    var highest = -3.0e38;
    for (var v = part.x; v < part.y; v++) {
        highest = max(highest, work[info.logits + t * V + v]);
    }
    var mass = 0.0;
    for (var v = part.x; v < part.y; v++) {
        mass += exp(work[info.logits + t * V + v] - highest);
    }
    work[info.parts + 2u * id.x] = highest;
    work[info.parts + 2u * id.x + 1u] = mass;
}
