// The lengths of a level's change, of its weights before and after, behind all weights: a lane has one of them. After update.wgsl.

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= 3u * info.levels) {
        return;
    }
    let of_level = lanes_of_level();
    let first = id.x / 3u * of_level * 3u + id.x % 3u;
    var sum = 0.0;
    for (var part = 0u; part < of_level; part++) {
        sum += sums[first + 3u * part];
    }
    after[info.levels * info.size + id.x] = sqrt(sum);
}
