// What is left of keys when a shield has taken away what is in use, and what the shield is to absorb: a lane has four columns for
// four tokens of a level that lasts. After write.wgsl.

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let columns = (U + 3u) / 4u;
    let tokens = (info.tokens + 3u) / 4u;
    let column = id.x % columns * 4u;
    let first = id.x / columns % tokens * 4u;
    let place = id.x / columns / tokens;
    if (place >= LASTING) {
        return;
    }
    let row = level_of(place) * info.tokens;
    // What is beyond the last column or token is computed in vain and not kept.
    let last = U - 1u;
    let next = vec4(column, min(column + 1u, last), min(column + 2u, last), min(column + 3u, last));
    var at: array<u32, 4>;
    for (var k = 0u; k < 4u; k++) {
        at[k] = key_at(row + min(first + k, info.tokens - 1u));
    }
    var sums = mat4x4<f32>();
    for (var i = 0u; i < U; i++) {
        let line = (place * U + i) * U;
        let p = vec4(shields[line + next.x], shields[line + next.y], shields[line + next.z], shields[line + next.w]);
        sums[0] += found[at[0] + i] * p;
        sums[1] += found[at[1] + i] * p;
        sums[2] += found[at[2] + i] * p;
        sums[3] += found[at[3] + i] * p;
    }
    for (var k = 0u; k < 4u; k++) {
        let t = first + k;
        if (t >= info.tokens) {
            continue;
        }
        let lesson = text[2u * info.tokens + t];
        let length = sqrt(lesson * work[row + t] * info.vigour * info.absorbed);
        for (var j = 0u; j < 4u; j++) {
            if (column + j < U) {
                work[left_at(place * info.tokens + t) + column + j] = sums[k][j];
                written[LEVELS * U * D + (place * info.tokens + t) * U + column + j] = found[at[k] + column + j] * length;
            }
        }
    }
}
