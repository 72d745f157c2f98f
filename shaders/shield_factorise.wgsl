// S = L Lᵀ: one workgroup for each matrix, a lane for each row. After shield.wgsl.

var<workgroup> gram: array<f32, BLOCK * BLOCK>;

@compute @workgroup_size({{ block }}, 1, 1)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let from_row = gram_at(group.x, lane);
    for (var column = 0u; column < BLOCK; column++) {
        gram[lane * BLOCK + column] = work[from_row + column];
    }
    workgroupBarrier();
    for (var j = 0u; j < BLOCK; j++) {
        let pivot = sqrt(max(gram[j * BLOCK + j], 1.0));
        workgroupBarrier();
        if (lane == j) {
            gram[j * BLOCK + j] = pivot;
        }
        if (lane > j) {
            gram[lane * BLOCK + j] /= pivot;
        }
        workgroupBarrier();
        // Each lane has its own row, as far as the diagonal.
        for (var column = j + 1u; column <= lane; column++) {
            gram[lane * BLOCK + column] -= gram[lane * BLOCK + j] * gram[column * BLOCK + j];
        }
        workgroupBarrier();
    }
    for (var column = 0u; column <= lane; column++) {
        work[from_row + column] = gram[lane * BLOCK + column];
    }
}
