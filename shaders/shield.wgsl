// Takes keys out of a symmetric matrix: the twin of crate/kernels/src/shield/cpu.rs, with its formula and names.
// One workgroup is one matrix. A lane owns some rows: it alone reads and writes them, so only v is shared.

const UNITS: u32 = {{ units }}u;
const LANES: u32 = {{ lanes }}u;

struct Info {
    batch: u32,
    count: u32,
}

// [batch, UNITS, UNITS]
@group(0) @binding(0) var<storage, {{ access }}> shield: array<f32>;
// [batch, count, UNITS]
@group(0) @binding(1) var<storage, {{ access }}> keys: array<f32>;
// As the shield.
@group(0) @binding(2) var<storage, read_write> after: array<f32>;
@group(0) @binding(3) var<uniform> info: Info;

var<workgroup> key: array<f32, UNITS>;
var<workgroup> v: array<f32, UNITS>;

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let first = group.x * UNITS * UNITS;
    for (var row = lane; row < UNITS; row += LANES) {
        for (var j = 0u; j < UNITS; j++) {
            after[first + row * UNITS + j] = shield[first + row * UNITS + j];
        }
    }
    for (var t = 0u; t < info.count; t++) {
        let start = (group.x * info.count + t) * UNITS;
        for (var i = lane; i < UNITS; i += LANES) {
            key[i] = keys[start + i];
        }
        workgroupBarrier();
        for (var row = lane; row < UNITS; row += LANES) {
            var sum = 0.0;
            for (var j = 0u; j < UNITS; j++) {
                sum += after[first + row * UNITS + j] * key[j];
            }
            v[row] = sum;
        }
        workgroupBarrier();
        var whole = 1.0;
        for (var j = 0u; j < UNITS; j++) {
            whole += key[j] * v[j];
        }
        let inverse = 1.0 / whole;
        for (var row = lane; row < UNITS; row += LANES) {
            let own = v[row];
            for (var j = 0u; j < UNITS; j++) {
                // The product first: it is the same on both sides of the diagonal.
                after[first + row * UNITS + j] -= own * v[j] * inverse;
            }
        }
        // Nobody may overwrite key and v while others still read them.
        workgroupBarrier();
    }
}
