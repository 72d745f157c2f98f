// V = K P: a lane has four columns of four keys. After shield.wgsl.

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let quarters = (UNITS + 3u) / 4u;
    let column = id.x % quarters * 4u;
    let first = id.x / quarters % (BLOCK / 4u) * 4u;
    let matrix = id.x / quarters / (BLOCK / 4u);
    if (matrix >= info.batch) {
        return;
    }
    let last = UNITS - 1u;
    let columns = vec4(column, min(column + 1u, last), min(column + 2u, last), min(column + 3u, last));
    // Beyond the last key there is nothing to take out.
    var key: array<u32, 4>;
    var there: array<f32, 4>;
    for (var k = 0u; k < 4u; k++) {
        key[k] = (matrix * info.count + info.first + min(first + k, info.left - 1u)) * UNITS;
        there[k] = select(0.0, 1.0, first + k < info.left);
    }
    var sums = mat4x4<f32>();
    for (var i = 0u; i < UNITS; i++) {
        let line = (matrix * UNITS + i) * UNITS;
        let p = vec4(shield[line + columns.x], shield[line + columns.y], shield[line + columns.z], shield[line + columns.w]);
        sums[0] += keys[key[0] + i] * p;
        sums[1] += keys[key[1] + i] * p;
        sums[2] += keys[key[2] + i] * p;
        sums[3] += keys[key[3] + i] * p;
    }
    for (var k = 0u; k < 4u; k++) {
        for (var j = 0u; j < 4u; j++) {
            if (column + j < UNITS) {
                work[direction_at(matrix, first + k) + column + j] = there[k] * sums[k][j];
            }
        }
    }
}
