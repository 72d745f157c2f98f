// Takes keys out of a symmetric matrix: the twin of crate/kernels/src/shield/cpu.rs, BLOCK keys at a time.
//
// V = K P      S = I + K Vᵀ = L Lᵀ      W = L⁻¹ V      P ← P − Wᵀ W
//
// The rows of W are the w of the twin: what its loop takes out of each key by those before is the substitution by L. One
// workgroup is one matrix. A lane owns some columns of P: it alone writes them, and reads them once for all keys of a block;
// so neighbouring lanes are at neighbouring numbers. P is symmetric to the bit, so its columns are its rows.

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

// All rows of a block, four to a vector, at TILE places: what every lane of a workgroup reads in the same order. Numbers
// are asked for once this way instead of once for every product.
const TILE: u32 = 32u;
const QUARTERS: u32 = BLOCK / 4u;
var<workgroup> key_tile: array<vec4<f32>, TILE * QUARTERS>;
var<workgroup> direction_tile: array<vec4<f32>, TILE * QUARTERS>;

// Number `at` of key j of the block that begins at key `start`; beyond the last key there is nothing to take out.
fn key(start: u32, left: u32, j: u32, at: u32) -> f32 {
    if (j < left && at < UNITS) {
        return keys[(start + j) * UNITS + at];
    }
    return 0.0;
}

fn direction(rows: u32, j: u32, at: u32) -> f32 {
    if (at < UNITS) {
        return directions[rows + j * UNITS + at];
    }
    return 0.0;
}

// Which row's quarter and which place a lane brings into a tile: neighbours bring neighbouring numbers.
fn quarter_of(e: u32) -> u32 {
    return 4u * (e / TILE);
}

fn slot_of(e: u32) -> u32 {
    return (e % TILE) * QUARTERS + e / TILE;
}

fn bring_keys(lane: u32, start: u32, left: u32, begin: u32) {
    for (var e = lane; e < TILE * QUARTERS; e += LANES) {
        let j = quarter_of(e);
        let at = begin + e % TILE;
        key_tile[slot_of(e)] =
            vec4(key(start, left, j, at), key(start, left, j + 1u, at), key(start, left, j + 2u, at), key(start, left, j + 3u, at));
    }
}

fn bring_directions(lane: u32, rows: u32, begin: u32) {
    for (var e = lane; e < TILE * QUARTERS; e += LANES) {
        let j = quarter_of(e);
        let at = begin + e % TILE;
        direction_tile[slot_of(e)] =
            vec4(direction(rows, j, at), direction(rows, j + 1u, at), direction(rows, j + 2u, at), direction(rows, j + 3u, at));
    }
}

fn products(lane: u32, matrix: u32, rows: u32, start: u32, left: u32) {
    for (var first = 0u; first < UNITS; first += LANES) {
        let column = first + lane;
        var v: array<vec4<f32>, QUARTERS>;
        for (var q = 0u; q < QUARTERS; q++) {
            v[q] = vec4(0.0);
        }
        for (var begin = 0u; begin < UNITS; begin += TILE) {
            bring_keys(lane, start, left, begin);
            workgroupBarrier();
            if (column < UNITS) {
                for (var at = 0u; at < min(TILE, UNITS - begin); at++) {
                    let p = after[matrix + (begin + at) * UNITS + column];
                    for (var q = 0u; q < QUARTERS; q++) {
                        v[q] += p * key_tile[at * QUARTERS + q];
                    }
                }
            }
            workgroupBarrier();
        }
        if (column < UNITS) {
            for (var j = 0u; j < BLOCK; j++) {
                directions[rows + j * UNITS + column] = v[j / 4u][j % 4u];
            }
        }
    }
}

fn factorise(lane: u32, rows: u32, start: u32, left: u32) {
    // A lane has four numbers of S: those of a row in one quarter.
    let row = lane / QUARTERS;
    let quarter = lane % QUARTERS;
    var sum = vec4(0.0);
    for (var begin = 0u; begin < UNITS; begin += TILE) {
        bring_keys(lane, start, left, begin);
        bring_directions(lane, rows, begin);
        workgroupBarrier();
        if (row < BLOCK) {
            for (var at = 0u; at < TILE; at++) {
                sum += key_tile[at * QUARTERS + row / 4u][row % 4u] * direction_tile[at * QUARTERS + quarter];
            }
        }
        workgroupBarrier();
    }
    if (row < BLOCK) {
        for (var i = 0u; i < 4u; i++) {
            let column = 4u * quarter + i;
            gram[row * BLOCK + column] = sum[i] + select(0.0, 1.0, row == column);
        }
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

fn take_out(lane: u32, matrix: u32, rows: u32) {
    for (var first = 0u; first < UNITS; first += LANES) {
        let column = first + lane;
        var own: array<vec4<f32>, QUARTERS>;
        for (var q = 0u; q < QUARTERS; q++) {
            let j = 4u * q;
            own[q] = vec4(
                direction(rows, j, column), direction(rows, j + 1u, column), direction(rows, j + 2u, column), direction(rows, j + 3u, column)
            );
        }
        for (var begin = 0u; begin < UNITS; begin += TILE) {
            bring_directions(lane, rows, begin);
            workgroupBarrier();
            if (column < UNITS) {
                for (var at = 0u; at < min(TILE, UNITS - begin); at++) {
                    // Summed in one order, so that it is the same on both sides of the diagonal.
                    var sum = vec4(0.0);
                    for (var q = 0u; q < QUARTERS; q++) {
                        sum += own[q] * direction_tile[at * QUARTERS + q];
                    }
                    after[matrix + (begin + at) * UNITS + column] -= (sum.x + sum.y) + (sum.z + sum.w);
                }
            }
            workgroupBarrier();
        }
    }
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let matrix = group.x * UNITS * UNITS;
    let rows = group.x * BLOCK * UNITS;
    for (var column = lane; column < UNITS; column += LANES) {
        for (var at = 0u; at < UNITS; at++) {
            after[matrix + at * UNITS + column] = shield[matrix + at * UNITS + column];
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
        take_out(lane, matrix, rows);
        // Nobody may overwrite the directions while others still read them.
        storageBarrier();
        workgroupBarrier();
    }
}
