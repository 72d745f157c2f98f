// One over the share of each key that is left, as far as a direction may be longer than its key. After write.wgsl.

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= LASTING * info.tokens) {
        return;
    }
    let place = id.x / info.tokens;
    let key = key_at(level_of(place) * info.tokens + id.x % info.tokens);
    var share = 0.0;
    for (var i = 0u; i < U; i++) {
        share += found[key + i] * work[left_at(id.x) + i];
    }
    work[share_at(id.x)] = 1.0 / max(share, info.least);
}
