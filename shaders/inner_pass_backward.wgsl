// Backwards through the levels and the mixer's output: δ of every level, and ∂ of what the scan gave. After inner_pass.wgsl.

var<workgroup> dx: array<f32, D>;
var<workgroup> dz: array<f32, D>;
var<workgroup> d_mixed: array<f32, D>;
var<workgroup> d_unit: array<f32, D>;
var<workgroup> d_key: array<f32, U>;
var<workgroup> d_hidden: array<f32, M>;

// dx += ∂x of z = rms(x) with the gain at `gain`, given dz.
fn normalise_back(lane: u32, gain: u32) {
    var squares = 0.0;
    var along = 0.0;
    if (lane < D) {
        squares = x[lane] * x[lane];
        along = x[lane] * dz[lane] * base[gain + lane];
    }
    let inverse = inverseSqrt(total(lane, squares) / f32(D) + EPSILON);
    let share = total(lane, along) * inverse / f32(D);
    if (lane < D) {
        dx[lane] += (dz[lane] * base[gain + lane] - x[lane] * inverse * share) * inverse;
    }
    workgroupBarrier();
}

// Lanes that share a row of a matrix, so that neighbours ask for neighbouring numbers, and the rows that are worked on at
// once: four for each of the lanes.
const SHARERS: u32 = 8u;
const AT_ONCE: u32 = LANES / SHARERS;
const BATCH: u32 = 4u * AT_ONCE;
var<workgroup> shares: array<f32, BATCH * SHARERS>;

// What a lane's four rows, from `first` on, are: `which` counts them.
fn row_of(lane: u32, first: u32, which: u32) -> u32 {
    return first + which * AT_ONCE + lane / SHARERS;
}

fn put_share(lane: u32, which: u32, sum: f32) {
    shares[(which * AT_ONCE + lane / SHARERS) * SHARERS + lane % SHARERS] = sum;
}

// What was found of row `place` of a batch, when all lanes have put their shares.
fn whole(place: u32) -> f32 {
    var sum = 0.0;
    for (var own = 0u; own < SHARERS; own++) {
        sum += shares[place * SHARERS + own];
    }
    return sum;
}

fn four_of_dx(i: u32) -> vec4<f32> {
    return vec4(dx[i], dx[i + SHARERS], dx[i + 2u * SHARERS], dx[i + 3u * SHARERS]);
}

// Some rows, of `rows`, of a matrix with D columns, times dx.
fn against_base(lane: u32, matrix: u32, first: u32, rows: u32) {
    for (var which = 0u; which < 4u; which++) {
        let row = row_of(lane, first, which);
        var sum = 0.0;
        if (row < rows) {
            var i = lane % SHARERS;
            for (; i + 3u * SHARERS < D; i += 4u * SHARERS) {
                sum += dot(four_of_dx(i), four(matrix + row * D + i, SHARERS));
            }
            for (; i < D; i += SHARERS) {
                sum += dx[i] * base[matrix + row * D + i];
            }
        }
        put_share(lane, which, sum);
    }
    workgroupBarrier();
}

// The same with D of a level.
fn against_memory(lane: u32, matrix: u32, first: u32) {
    for (var which = 0u; which < 4u; which++) {
        let row = row_of(lane, first, which);
        var sum = 0.0;
        if (row < U) {
            var i = lane % SHARERS;
            for (; i + 3u * SHARERS < D; i += 4u * SHARERS) {
                let at = matrix + row * D + i;
                let weights = vec4(memory[at], memory[at + SHARERS], memory[at + 2u * SHARERS], memory[at + 3u * SHARERS]);
                sum += dot(four_of_dx(i), weights);
            }
            for (; i < D; i += SHARERS) {
                sum += dx[i] * memory[matrix + row * D + i];
            }
        }
        put_share(lane, which, sum);
    }
    workgroupBarrier();
}

// Some rows of W_1 times ∂(hidden units) and of W_key times ∂(key).
fn inwards(lane: u32, up: u32, plastic: u32, first: u32) {
    for (var which = 0u; which < 4u; which++) {
        let row = row_of(lane, first, which);
        var sum = 0.0;
        if (row < D) {
            for (var o = lane % SHARERS; o < M; o += SHARERS) {
                sum += d_hidden[o] * base[up + row * M + o];
            }
            for (var o = lane % SHARERS; o < U; o += SHARERS) {
                sum += d_key[o] * base[plastic + row * U + o];
            }
        }
        put_share(lane, which, sum);
    }
    workgroupBarrier();
}

// Row `row` of a matrix with D columns times dx.
fn against(matrix: u32, row: u32) -> f32 {
    var sum = 0.0;
    for (var i = 0u; i < D; i++) {
        sum += dx[i] * base[matrix + row * D + i];
    }
    return sum;
}

fn remember_back(lane: u32, t: u32, block: u32, l: u32) {
    let level = level_at(block, l);
    let row = (block - FIXED) * LEVELS + l;
    let plastic = plastic_at(row);
    var own = 0.0;
    if (lane < D) {
        own = dx[lane] * dx[lane];
    }
    let length = sqrt(total(lane, own) + 1e-24);
    if (lane == 0u) {
        found[(LENGTH + row) * info.tokens + t] = length;
    }
    if (lane < D) {
        let scale = -text[2u * info.tokens + t] / max(length, 1.0);
        found[(DELTA + row * D) * info.tokens + t * D + lane] = dx[lane] * scale;
        x[lane] = work[at(of_block(block, LEVEL_X + l * D), D, t) + lane];
    }
    for (var first = 0u; first < M; first += BATCH) {
        against_base(lane, level + DOWN, first, M);
        let o = first + lane;
        if (lane < BATCH && o < M) {
            let h = work[at(of_block(block, HIDDEN + l * M), M, t) + o];
            let s = sigmoid(h * (h * h * (A * B) + A));
            d_hidden[o] = whole(lane) * (s + h * s * (1.0 - s) * (h * h * (3.0 * A * B) + A));
        }
        workgroupBarrier();
    }
    var squares = 0.0;
    var along = 0.0;
    for (var first = 0u; first < U; first += BATCH) {
        against_memory(lane, row * U * D, first);
        let o = first + lane;
        if (lane < BATCH && o < U) {
            let part = raised(work[at(of_block(block, RAW + l * U), U, t) + o]);
            let sum = whole(lane);
            d_key[o] = sum;
            squares += part * part;
            along += part * sum;
        }
        workgroupBarrier();
    }
    let inverse = inverseSqrt(total(lane, squares) + TINY);
    let share = total(lane, along) * inverse;
    for (var o = lane; o < U; o += LANES) {
        let raw = work[at(of_block(block, RAW + l * U), U, t) + o];
        let positive = max(raw, 0.0);
        let slope = select(2.0, 3.0 * positive, CUBED) * positive;
        d_key[o] = slope * (d_key[o] - raised(raw) * inverse * share) * inverse;
    }
    workgroupBarrier();
    for (var first = 0u; first < D; first += BATCH) {
        inwards(lane, level + UP, plastic, first);
        if (lane < BATCH && first + lane < D) {
            dz[first + lane] = whole(lane);
        }
        workgroupBarrier();
    }
    normalise_back(lane, level);
}

// dz = what PARTS lanes have found towards each of its numbers.
fn gather(lane: u32, own: f32) {
    sums[lane] = own;
    workgroupBarrier();
    if (lane < D) {
        var sum = 0.0;
        for (var part = 0u; part < PARTS; part++) {
            sum += sums[part * D + lane];
        }
        dz[lane] = sum;
    }
    workgroupBarrier();
}

// ∂ of the scan's reads, of the gate and of the skip, given dx.
fn mix_back(lane: u32, t: u32, block: u32) {
    let first = FIRST_BLOCK + block * BLOCK;
    let head = lane / N;
    if (lane < D) {
        d_mixed[lane] = against(first + OUTPUT, lane);
    }
    workgroupBarrier();
    var inverse = 0.0;
    var read = 0.0;
    if (lane < D) {
        var squares = 0.0;
        for (var j = 0u; j < N; j++) {
            let y = work[at(of_block(block, READ), D, t) + head * N + j];
            squares += y * y;
        }
        inverse = inverseSqrt(squares / f32(N) + EPSILON);
        read = work[at(of_block(block, READ), D, t) + lane];
        let gate = work[at(of_block(block, GATE_BEFORE), D, t) + lane];
        let s = sigmoid(gate);
        work[at(of_block(block, D_GATE), D, t) + lane] = d_mixed[lane] * read * inverse * s * (1.0 + gate * (1.0 - s));
        d_unit[lane] = d_mixed[lane] * gate * s;
        var sum = 0.0;
        for (var i = 0u; i < D; i++) {
            sum += d_mixed[i] * base[first + SKIP + lane * D + i];
        }
        work[at(of_block(block, D_SKIP), D, t) + lane] = sum;
        work[at(of_block(block, D_X), D, t) + lane] = dx[lane];
    }
    workgroupBarrier();
    var d_y = 0.0;
    if (lane < D) {
        var along = 0.0;
        for (var j = 0u; j < N; j++) {
            along += work[at(of_block(block, READ), D, t) + head * N + j] * d_unit[head * N + j];
        }
        d_y = (d_unit[lane] - read * inverse * inverse * along / f32(N)) * inverse;
    }
    workgroupBarrier();
    if (lane < D) {
        d_unit[lane] = d_y;
    }
    workgroupBarrier();
    if (lane < D) {
        var sum = 0.0;
        for (var i = 0u; i < N; i++) {
            sum += base[first + READER + (head * N + i) * N + lane % N] * d_unit[head * N + i];
        }
        d_read[(head * (info.tokens + N) + t) * N + lane % N] = sum;
    }
    if (t == 0u) {
        // Nothing flows in from after the chunk.
        for (var e = lane; e < H * N * N; e += LANES) {
            d_read[(e / (N * N)) * (info.tokens + N) * N + info.tokens * N + e % (N * N)] = 0.0;
        }
    }
}

fn block_back(lane: u32, t: u32, block: u32) {
    for (var l = LEVELS; l > 0u; l--) {
        remember_back(lane, t, block, l - 1u);
    }
    // Before the first block that remembers there is nobody to teach.
    if (block > FIXED) {
        mix_back(lane, t, block);
    }
}
