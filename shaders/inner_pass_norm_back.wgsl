// ∂x of rows with unit mean square and a gain, given ∂z, and what there is of ∂x already. After inner_pass.wgsl.

struct Info {
    tokens: u32,
    x: u32,
    gain: u32,
    dz: u32,
    // Of ∂x already there, or nothing.
    start: u32,
    out: u32,
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let row = id.x / SHARERS * D;
    if (row >= info.tokens * D) {
        return;
    }
    var along = vec4(0.0);
    for (var i = 0u; i < D; i += 4u) {
        let gain = info.gain + i;
        along += four_of_work(info.x + row + i)
            * four_of_work(info.dz + row + i)
            * vec4(base[gain], base[gain + 1u], base[gain + 2u], base[gain + 3u]);
    }
    let inverse = inverseSqrt(squares_of(info.x + row) / f32(D) + EPSILON);
    let share_of_x = ((along.x + along.y) + (along.z + along.w)) * inverse / f32(D);
    let part = share(D, id.x % SHARERS);
    for (var i = part.x; i < part.y; i++) {
        let dz = work[info.dz + row + i] * base[info.gain + i];
        var sum = (dz - work[info.x + row + i] * inverse * share_of_x) * inverse;
        if (info.start != NONE) {
            sum += work[info.start + row + i];
        }
        work[info.out + row + i] = sum;
    }
}
