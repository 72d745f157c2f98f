// What the passage adds to what is pending: a lane has four columns of four units of a level. After write.wgsl.

// Four units of what is written along, of a row of `work` or of `found`.
fn four_left(at: u32, units: vec4<u32>) -> vec4<f32> {
    return vec4(work[at + units.x], work[at + units.y], work[at + units.z], work[at + units.w]);
}

fn four_found(at: u32, units: vec4<u32>) -> vec4<f32> {
    return vec4(found[at + units.x], found[at + units.y], found[at + units.z], found[at + units.w]);
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let columns = D / 4u;
    let quarters = (U + 3u) / 4u;
    let column = id.x % columns * 4u;
    let first = id.x / columns % quarters * 4u;
    let level = id.x / columns / quarters;
    if (level >= LEVELS) {
        return;
    }
    // What is beyond the last unit is computed in vain and not kept.
    let last = U - 1u;
    let units = vec4(first, min(first + 1u, last), min(first + 2u, last), min(first + 3u, last));
    let four = column + vec4(0u, 1u, 2u, 3u);
    let shielded = info.shielded > 0u && lasts(level);
    let vigour = select(1.0, info.vigour, lasts(level));
    var place = 0u;
    if (lasts(level)) {
        place = place_of(level);
    }
    var sums = mat4x4<f32>();
    // What a turn's words leave for its end.
    var closing = vec4(0.0);
    for (var t = 0u; t < info.tokens; t++) {
        let row = level * info.tokens + t;
        let delta = four_found(delta_at(row), four);
        var error = delta;
        if (t >= info.began) {
            closing += found[closing_at(row)] * delta;
            if (t + 1u == info.tokens) {
                error += closing;
            }
        }
        var along: vec4<f32>;
        var scale = work[row] * vigour;
        if (shielded) {
            let lasting_row = place * info.tokens + t;
            scale *= work[share_at(lasting_row)];
            along = four_left(left_at(lasting_row), units);
        } else {
            along = four_found(key_at(row), units);
        }
        error *= scale;
        sums[0] += along.x * error;
        sums[1] += along.y * error;
        sums[2] += along.z * error;
        sums[3] += along.w * error;
    }
    for (var k = 0u; k < 4u; k++) {
        if (first + k < U) {
            let at = (level * U + first + k) * D + column;
            for (var j = 0u; j < 4u; j++) {
                written[at + j] = pending[at + j] + sums[k][j];
            }
        }
    }
}
