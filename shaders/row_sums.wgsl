// The sum of each row: a lane has one.

struct Info {
    count: u32,
    each: u32,
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= info.count) {
        return;
    }
    var sum = 0.0;
    for (var i = id.x * info.each; i < (id.x + 1u) * info.each; i++) {
        sum += rows[i];
    }
    sums[id.x] = sum;
}
