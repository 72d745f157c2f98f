// What is pending becomes part of a level's weights: the twin of crate/kernels/src/update/cpu.rs. A lane changes EACH numbers of one
// level, as far apart as there are lanes for it, so that neighbours are at neighbouring numbers, and leaves the sums of their
// squares: of the change, of the weights before and after. There is no barrier.

const EACH: u32 = {{ each }}u;

struct Info {
    levels: u32,
    // Numbers of a level.
    size: u32,
}

// [levels, size] each
@group(0) @binding(0) var<storage, {{ access }}> memory: array<f32>;
@group(0) @binding(1) var<storage, {{ access }}> pending: array<f32>;
// [levels]
@group(0) @binding(2) var<storage, {{ access }}> rates: array<f32>;
// [levels, lanes of a level, 3]
@group(0) @binding(3) var<storage, read_write> partial_sums: array<f32>;
// As the memory, then the lengths: [levels, 3]
@group(0) @binding(4) var<storage, read_write> after: array<f32>;
@group(0) @binding(5) var<uniform> info: Info;

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let of_level = (info.size + EACH - 1u) / EACH;
    let level = id.x / of_level;
    if (level >= info.levels) {
        return;
    }
    var sums = vec3(0.0);
    for (var at = id.x % of_level; at < info.size; at += of_level) {
        let place = level * info.size + at;
        let before = memory[place];
        let change = rates[level] * pending[place];
        let now = before + change;
        after[place] = now;
        sums += vec3(change * change, before * before, now * now);
    }
    for (var i = 0u; i < 3u; i++) {
        partial_sums[3u * id.x + i] = sums[i];
    }
}
