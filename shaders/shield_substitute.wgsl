// W = L⁻¹ V: a lane has one column. After shield.wgsl.

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let column = id.x % UNITS;
    let matrix = id.x / UNITS;
    if (matrix >= info.batch) {
        return;
    }
    var w: array<f32, BLOCK>;
    for (var j = 0u; j < info.left; j++) {
        let gram = gram_at(matrix, j);
        var sum = work[direction_at(matrix, j) + column];
        for (var i = 0u; i < j; i++) {
            sum -= work[gram + i] * w[i];
        }
        w[j] = sum / work[gram + j];
    }
    for (var j = 0u; j < info.left; j++) {
        work[direction_at(matrix, j) + column] = w[j];
    }
}
