// Takes keys out of a symmetric matrix: the twin of crate/kernels/src/shield/cpu.rs, BLOCK keys at a time.
//
// V = K P      S = I + K Vᵀ = L Lᵀ      W = L⁻¹ V      P ← P − Wᵀ W
//
// The rows of W are the w of the twin: what its loop takes out of each key by those before is the substitution by L. One
// workgroup is one matrix. A lane owns some rows of P: it alone writes them, and reads them once for all keys of a block.

const UNITS: u32 = {{ units }}u;
const LANES: u32 = {{ lanes }}u;
const BLOCK: u32 = {{ block }}u;

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
// V, then W: [batch, BLOCK, UNITS]
@group(0) @binding(3) var<storage, read_write> directions: array<f32>;
@group(0) @binding(4) var<uniform> info: Info;

// S, then L below its diagonal and on it.
var<workgroup> gram: array<f32, BLOCK * BLOCK>;

// Number `at` of key j of the block that begins at key `start`; beyond the last key there is nothing to take out.
fn key(start: u32, left: u32, j: u32, at: u32) -> f32 {
    if (j < left) {
        return keys[(start + j) * UNITS + at];
    }
    return 0.0;
}

fn products(lane: u32, matrix: u32, rows: u32, start: u32, left: u32) {
    for (var row = lane; row < UNITS; row += LANES) {
        var v: array<f32, BLOCK>;
        for (var j = 0u; j < BLOCK; j++) {
            v[j] = 0.0;
        }
        for (var at = 0u; at < UNITS; at++) {
            let p = after[matrix + row * UNITS + at];
            for (var j = 0u; j < left; j++) {
                v[j] += p * keys[(start + j) * UNITS + at];
            }
        }
        for (var j = 0u; j < BLOCK; j++) {
            directions[rows + j * UNITS + row] = v[j];
        }
    }
}

fn factorise(lane: u32, rows: u32, start: u32, left: u32) {
    for (var e = lane; e < BLOCK * BLOCK; e += LANES) {
        let i = e / BLOCK;
        let j = e % BLOCK;
        var sum = select(0.0, 1.0, i == j);
        for (var at = 0u; at < UNITS; at++) {
            sum += key(start, left, i, at) * directions[rows + j * UNITS + at];
        }
        gram[e] = sum;
    }
    workgroupBarrier();
    for (var j = 0u; j < BLOCK; j++) {
        let pivot = sqrt(max(gram[j * BLOCK + j], 1.0));
        workgroupBarrier();
        // One lane for each row below.
        if (lane == j) {
            gram[j * BLOCK + j] = pivot;
        }
        if (lane > j && lane < BLOCK) {
            gram[lane * BLOCK + j] /= pivot;
        }
        workgroupBarrier();
        for (var e = lane; e < BLOCK * BLOCK; e += LANES) {
            let row = e / BLOCK;
            let column = e % BLOCK;
            if (column > j && row >= column) {
                gram[e] -= gram[row * BLOCK + j] * gram[column * BLOCK + j];
            }
        }
        workgroupBarrier();
    }
}

fn substitute(lane: u32, rows: u32) {
    for (var at = lane; at < UNITS; at += LANES) {
        var w: array<f32, BLOCK>;
        for (var j = 0u; j < BLOCK; j++) {
            var sum = directions[rows + j * UNITS + at];
            for (var i = 0u; i < j; i++) {
                sum -= gram[j * BLOCK + i] * w[i];
            }
            w[j] = sum / gram[j * BLOCK + j];
        }
        for (var j = 0u; j < BLOCK; j++) {
            directions[rows + j * UNITS + at] = w[j];
        }
    }
}

fn take_out(lane: u32, matrix: u32, rows: u32, left: u32) {
    for (var row = lane; row < UNITS; row += LANES) {
        var own: array<f32, BLOCK>;
        for (var j = 0u; j < BLOCK; j++) {
            own[j] = directions[rows + j * UNITS + row];
        }
        for (var at = 0u; at < UNITS; at++) {
            // Summed in one order, so that it is the same on both sides of the diagonal.
            var sum = 0.0;
            for (var j = 0u; j < left; j++) {
                sum += own[j] * directions[rows + j * UNITS + at];
            }
            after[matrix + row * UNITS + at] -= sum;
        }
    }
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let matrix = group.x * UNITS * UNITS;
    let rows = group.x * BLOCK * UNITS;
    for (var row = lane; row < UNITS; row += LANES) {
        for (var at = 0u; at < UNITS; at++) {
            after[matrix + row * UNITS + at] = shield[matrix + row * UNITS + at];
        }
    }
    for (var t = 0u; t < info.count; t += BLOCK) {
        let start = group.x * info.count + t;
        let left = min(BLOCK, info.count - t);
        products(lane, matrix, rows, start, left);
        storageBarrier();
        workgroupBarrier();
        factorise(lane, rows, start, left);
        substitute(lane, rows);
        storageBarrier();
        workgroupBarrier();
        take_out(lane, matrix, rows, left);
        // Nobody may overwrite the directions while others still read them.
        storageBarrier();
        workgroupBarrier();
    }
}
