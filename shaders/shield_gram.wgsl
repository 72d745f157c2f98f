// S = I + K Vᵀ: a lane has one number. After shield.wgsl.

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let column = id.x % BLOCK;
    let row = id.x / BLOCK % BLOCK;
    let matrix = id.x / BLOCK / BLOCK;
    if (matrix >= info.batch) {
        return;
    }
    var sum = 0.0;
    // Only what is below the diagonal is asked for.
    if (row < info.left && column <= row) {
        let key = (matrix * info.count + info.first + row) * UNITS;
        let direction = direction_at(matrix, column);
        for (var i = 0u; i < UNITS; i++) {
            sum += keys[key + i] * work[direction + i];
        }
    }
    work[gram_at(matrix, row) + column] = sum + select(0.0, 1.0, row == column);
}
