// How much of each token is written in each level, and what of it is shown. After write.wgsl.

// What a token's successor says of it.
fn said_by(row: u32, level: u32) -> f32 {
    var sum = vec4(0.0);
    var i = 0u;
    for (; i + 4u <= U; i += 4u) {
        let at = key_at(row) + i;
        let by = level * U + i;
        sum += vec4(found[at], found[at + 1u], found[at + 2u], found[at + 3u])
            * vec4(ahead[by], ahead[by + 1u], ahead[by + 2u], ahead[by + 3u]);
    }
    var all = (sum.x + sum.y) + (sum.z + sum.w);
    for (; i < U; i++) {
        all += found[key_at(row) + i] * ahead[level * U + i];
    }
    return sigmoid(all + ahead[LEVELS * U + level]);
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let row = id.x;
    if (row >= rows()) {
        return;
    }
    let level = row / info.tokens;
    let t = row % info.tokens;
    let last = level * info.tokens + info.tokens - 1u;
    let end = found[strength_at(last)];
    var gate = found[strength_at(row)];
    var again = 0.0;
    if (t >= info.began) {
        again = end * found[closing_at(row)];
        if (row < last) {
            if (info.turn_gate > 0u) {
                gate *= end;
            }
            if (info.look_ahead > 0u) {
                gate *= said_by(row + 1u, level);
            }
        }
    }
    work[row] = gate;
    let shown = LEVELS * U * D + info.shielded * LASTING * info.tokens * U;
    written[shown + row] = min(found[length_at(row)], 1.0) * (gate + again) * text[2u * info.tokens + t];
}
