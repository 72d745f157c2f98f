// The lengths of a level's change, of its weights before and after: a lane has one of them. After update.wgsl has run.

const EACH: u32 = {{ each }}u;

struct Info {
    levels: u32,
    size: u32,
}

// [levels, lanes of a level, 3]
@group(0) @binding(0) var<storage, {{ access }}> partial_sums: array<f32>;
// Weights, then the lengths: [levels, 3]
@group(0) @binding(1) var<storage, read_write> after: array<f32>;
@group(0) @binding(2) var<uniform> info: Info;

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= 3u * info.levels) {
        return;
    }
    let of_level = (info.size + EACH - 1u) / EACH;
    let first = id.x / 3u * of_level * 3u + id.x % 3u;
    var sum = 0.0;
    for (var part = 0u; part < of_level; part++) {
        sum += partial_sums[first + 3u * part];
    }
    after[info.levels * info.size + id.x] = sqrt(sum);
}
