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
    for (var o = lane; o < M; o += LANES) {
        let h = work[at(of_block(block, HIDDEN + l * M), M, t) + o];
        let s = sigmoid(h * (h * h * (A * B) + A));
        d_hidden[o] = against(level + DOWN, o) * (s + h * s * (1.0 - s) * (h * h * (3.0 * A * B) + A));
    }
    var squares = 0.0;
    var along = 0.0;
    for (var o = lane; o < U; o += LANES) {
        let part = raised(work[at(of_block(block, RAW + l * U), U, t) + o]);
        var sum = 0.0;
        for (var i = 0u; i < D; i++) {
            sum += dx[i] * memory[(row * U + o) * D + i];
        }
        d_key[o] = sum;
        squares += part * part;
        along += part * sum;
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
    var sum = 0.0;
    if (lane < PARTS * D) {
        for (var o = lane / D; o < M; o += PARTS) {
            sum += d_hidden[o] * base[level + UP + (lane % D) * M + o];
        }
        for (var o = lane / D; o < U; o += PARTS) {
            sum += d_key[o] * base[plastic + (lane % D) * U + o];
        }
    }
    gather(lane, sum);
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
