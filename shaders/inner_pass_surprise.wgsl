// nats = −ln p[target], and ∂(m nats)/∂logits in their place. After inner_pass.wgsl.

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
    let parts = info.parts + 2u * t * SHARERS;
    var highest = -3.0e38;
    for (var i = 0u; i < SHARERS; i++) {
        highest = max(highest, work[parts + 2u * i]);
    }
    var all = 0.0;
    for (var i = 0u; i < SHARERS; i++) {
        all += work[parts + 2u * i + 1u] * exp(max(work[parts + 2u * i] - highest, -80.0));
    }
    let wanted = min(u32(text[info.tokens + t]), V - 1u);
    let mask = text[2u * info.tokens + t];
    let part = share(V, id.x % SHARERS);
    for (var v = part.x; v < part.y; v++) {
        let odds = exp(work[info.logits + t * V + v] - highest) / all;
        if (v == wanted) {
            found[t] = -log(odds + 1e-30);
        }
        work[info.logits + t * V + v] = mask * (odds - select(0.0, 1.0, v == wanted));
    }
}
