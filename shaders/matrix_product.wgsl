// C = A B, for as many matrices as there are: a lane has four columns of four rows. Of the side that has fewer matrices they are taken
// round and round.

struct Info {
    batch: u32,
    rows: u32,
    inner: u32,
    columns: u32,
    lefts: u32,
    rights: u32,
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let across = (info.columns + 3u) / 4u;
    let down = (info.rows + 3u) / 4u;
    let column = id.x % across * 4u;
    let row = id.x / across % down * 4u;
    let matrix = id.x / across / down;
    if (matrix >= info.batch) {
        return;
    }
    // Beyond the edges the last row and column are computed once more, and not kept.
    let last = info.columns - 1u;
    let c = vec4(column, min(column + 1u, last), min(column + 2u, last), min(column + 3u, last));
    let a = matrix % info.lefts * info.rows * info.inner;
    let below = info.rows - 1u;
    let r = (vec4(row, min(row + 1u, below), min(row + 2u, below), min(row + 3u, below))) * info.inner + a;
    let b = matrix % info.rights * info.inner * info.columns;
    var sums = mat4x4<f32>();
    for (var i = 0u; i < info.inner; i++) {
        let line = b + i * info.columns;
        let found = vec4(right[line + c.x], right[line + c.y], right[line + c.z], right[line + c.w]);
        sums[0] += left[r.x + i] * found;
        sums[1] += left[r.y + i] * found;
        sums[2] += left[r.z + i] * found;
        sums[3] += left[r.w + i] * found;
    }
    for (var k = 0u; k < 4u; k++) {
        for (var j = 0u; j < 4u; j++) {
            if (row + k < info.rows && column + j < info.columns) {
                product[(matrix * info.rows + row + k) * info.columns + column + j] = sums[k][j];
            }
        }
    }
}
