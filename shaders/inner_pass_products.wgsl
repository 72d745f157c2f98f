// What products have in common, whichever way round their matrix lies. After inner_pass.wgsl.

struct Info {
    tokens: u32,
    inner: u32,
    outer: u32,
    rows: u32,
    matrix: u32,
    // Rows that the product is added to, or nothing.
    start: u32,
    out: u32,
}

// Keeps what a lane has found, a vector for each of its tokens, as far as there are tokens and columns.
fn keep(token: u32, column: u32, sums: mat4x4<f32>) {
    for (var k = 0u; k < 4u; k++) {
        for (var j = 0u; j < 4u; j++) {
            if (token + k < info.tokens && column + j < info.outer) {
                let place = (token + k) * info.outer + column + j;
                var sum = sums[k][j];
                if (info.start != NONE) {
                    sum += work[info.start + place];
                }
                work[info.out + place] = sum;
            }
        }
    }
}
