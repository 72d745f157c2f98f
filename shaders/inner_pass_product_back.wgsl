// Rows times a matrix that lies the other way round, [t, i] · [o, i]ᵀ, added to other rows or not: a lane has four columns of four
// tokens, so that each number is asked for once for four products. After inner_pass_products.wgsl.

fn four_of_matrix(at: u32) -> vec4<f32> {
    return vec4(matrices[at], matrices[at + 1u], matrices[at + 2u], matrices[at + 3u]);
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let quarters = (info.outer + 3u) / 4u;
    let column = id.x % quarters * 4u;
    let token = id.x / quarters * 4u;
    if (token >= info.tokens) {
        return;
    }
    // What is beyond the last column or token is computed in vain and not kept.
    var line: array<u32, 4>;
    var row: array<u32, 4>;
    for (var k = 0u; k < 4u; k++) {
        line[k] = info.matrix + min(column + k, info.outer - 1u) * info.inner;
        row[k] = info.rows + min(token + k, info.tokens - 1u) * info.inner;
    }
    // One column of these is one token.
    var sums = mat4x4<f32>();
    var i = 0u;
    for (; i + 4u <= info.inner; i += 4u) {
        let lines = mat4x4(
            four_of_matrix(line[0] + i), four_of_matrix(line[1] + i), four_of_matrix(line[2] + i), four_of_matrix(line[3] + i)
        );
        sums[0] += four_of_work(row[0] + i) * lines;
        sums[1] += four_of_work(row[1] + i) * lines;
        sums[2] += four_of_work(row[2] + i) * lines;
        sums[3] += four_of_work(row[3] + i) * lines;
    }
    for (; i < info.inner; i++) {
        let lines = vec4(matrices[line[0] + i], matrices[line[1] + i], matrices[line[2] + i], matrices[line[3] + i]);
        for (var k = 0u; k < 4u; k++) {
            sums[k] += work[row[k] + i] * lines;
        }
    }
    keep(token, column, sums);
}
