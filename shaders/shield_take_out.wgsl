// P ← P − Wᵀ W: a lane has four columns of four rows. Both sides of the diagonal are sums of the same numbers in the same order, so P
// stays symmetric to the bit. After shield.wgsl.

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let quarters = (UNITS + 3u) / 4u;
    let column = id.x % quarters * 4u;
    let row = id.x / quarters % quarters * 4u;
    let matrix = id.x / quarters / quarters;
    if (matrix >= info.batch) {
        return;
    }
    let last = UNITS - 1u;
    let columns = vec4(column, min(column + 1u, last), min(column + 2u, last), min(column + 3u, last));
    let rows = vec4(row, min(row + 1u, last), min(row + 2u, last), min(row + 3u, last));
    var sums = mat4x4<f32>();
    for (var j = 0u; j < info.left; j++) {
        let at = direction_at(matrix, j);
        let across = vec4(work[at + columns.x], work[at + columns.y], work[at + columns.z], work[at + columns.w]);
        sums[0] += work[at + rows.x] * across;
        sums[1] += work[at + rows.y] * across;
        sums[2] += work[at + rows.z] * across;
        sums[3] += work[at + rows.w] * across;
    }
    for (var k = 0u; k < 4u; k++) {
        for (var j = 0u; j < 4u; j++) {
            if (row + k < UNITS && column + j < UNITS) {
                let place = (matrix * UNITS + row + k) * UNITS + column + j;
                after[place] = shield[place] - sums[k][j];
            }
        }
    }
}
