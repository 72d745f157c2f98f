// Rows times a matrix, [t, i] · [i, o], added to other rows or not: a lane has four columns of four tokens, so that each number is
// asked for once for four products. After inner_pass_products.wgsl.

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let quarters = (info.outer + 3u) / 4u;
    let column = id.x % quarters * 4u;
    let token = id.x / quarters * 4u;
    if (token >= info.tokens) {
        return;
    }
    // What is beyond the last column or token is computed in vain and not kept.
    let last = info.outer - 1u;
    let columns = vec4(column, min(column + 1u, last), min(column + 2u, last), min(column + 3u, last));
    var row: array<u32, 4>;
    for (var k = 0u; k < 4u; k++) {
        row[k] = info.rows + min(token + k, info.tokens - 1u) * info.inner;
    }
    var a = vec4(0.0);
    var b = vec4(0.0);
    var c = vec4(0.0);
    var d = vec4(0.0);
    for (var i = 0u; i < info.inner; i++) {
        let at = info.matrix + i * info.outer;
        let weights = vec4(matrices[at + columns.x], matrices[at + columns.y], matrices[at + columns.z], matrices[at + columns.w]);
        a += work[row[0] + i] * weights;
        b += work[row[1] + i] * weights;
        c += work[row[2] + i] * weights;
        d += work[row[3] + i] * weights;
    }
    keep(token, column, mat4x4(a, b, c, d));
}
