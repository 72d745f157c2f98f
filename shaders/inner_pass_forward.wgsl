// From the scan's reads through the mixer's output and the three levels. After inner_pass.wgsl.

var<workgroup> input: array<f32, D>;
var<workgroup> heard: array<f32, D>;
var<workgroup> mixed: array<f32, D>;
var<workgroup> key: array<f32, U>;
var<workgroup> hidden: array<f32, M>;

fn mix(lane: u32, t: u32, block: u32) {
    let first = FIRST_BLOCK + block * BLOCK;
    let head = lane / N;
    if (lane < D) {
        x[lane] = work[at(of_block(block, X), D, t) + lane];
        input[lane] = inputs[(head * info.tokens + t) * N + lane % N];
        let reads = (head * (info.tokens + N) + t) * N;
        var sum = 0.0;
        for (var j = 0u; j < N; j++) {
            sum += base[first + READER + lane * N + j] * scanned[reads + j];
        }
        heard[lane] = sum;
        work[at(of_block(block, READ), D, t) + lane] = sum;
    }
    workgroupBarrier();
    if (lane < D) {
        var squares = 0.0;
        for (var j = 0u; j < N; j++) {
            squares += heard[head * N + j] * heard[head * N + j];
        }
        let gate = work[at(of_block(block, GATE_BEFORE), D, t) + lane];
        var sum = gate * sigmoid(gate) * heard[lane] * inverseSqrt(squares / f32(N) + EPSILON);
        for (var j = 0u; j < D; j++) {
            sum += input[j] * base[first + SKIP + j * D + lane];
        }
        mixed[lane] = sum;
    }
    workgroupBarrier();
    var own = 0.0;
    if (lane < PARTS * D) {
        for (var j = lane / D; j < D; j += PARTS) {
            own += mixed[j] * base[first + OUTPUT + j * D + lane % D];
        }
    }
    add_to_stream(lane, own);
    if (t == 0u) {
        for (var e = lane; e < H * N * N; e += LANES) {
            let gain = (e / (N * N)) * (info.tokens + N) * N + info.tokens * N + e % (N * N);
            found[STATE * info.tokens + block * MIXER_STATE + e] = scanned[gain];
        }
    }
}

// σ(z·w + b): how open a gate is.
fn open(lane: u32, gate: u32) -> f32 {
    var own = 0.0;
    if (lane < D) {
        own = z[lane] * base[gate + lane];
    }
    return sigmoid(total(lane, own) + base[gate + D]);
}

// The hidden units of a level's MLP, given z and how familiar the token's key is to the level.
fn look_inside(lane: u32, t: u32, block: u32, l: u32, told: bool, familiarity: f32) {
    let row = (block - FIXED) * LEVELS + l;
    for (var o = lane; o < M; o += LANES) {
        var h = product(level_at(block, l) + UP, M, o);
        if (told) {
            h += familiarity * base[FAMILIARITY + row * M + o];
        }
        work[at(of_block(block, HIDDEN + l * M), M, t) + o] = h;
        hidden[o] = h * sigmoid(h * (h * h * (A * B) + A));
    }
}

// What the MLP says, as far as it is a lane's part.
fn thought(lane: u32, down: u32) -> f32 {
    var sum = 0.0;
    for (var j = lane / D; j < M; j += PARTS) {
        sum += hidden[j] * base[down + j * D + lane % D];
    }
    return sum;
}

// A level of a block that remembers nothing.
fn think(lane: u32, t: u32, block: u32, l: u32) {
    let level = level_at(block, l);
    normalise(lane, level);
    look_inside(lane, t, block, l, false, 0.0);
    workgroupBarrier();
    var sum = 0.0;
    if (lane < PARTS * D) {
        sum = thought(lane, level + DOWN);
    }
    add_to_stream(lane, sum);
}

// A level of a block that remembers.
fn remember(lane: u32, t: u32, block: u32, l: u32) {
    let level = level_at(block, l);
    let row = (block - FIXED) * LEVELS + l;
    let plastic = plastic_at(row);
    if (lane < D) {
        work[at(of_block(block, LEVEL_X + l * D), D, t) + lane] = x[lane];
    }
    normalise(lane, level);
    var own = 0.0;
    for (var o = lane; o < U; o += LANES) {
        let raw = product(plastic, U, o);
        work[at(of_block(block, RAW + l * U), U, t) + o] = raw;
        key[o] = raised(raw);
        own += key[o] * key[o];
    }
    let told = is_told(block, l);
    if (!told) {
        look_inside(lane, t, block, l, false, 0.0);
    }
    let inverse = inverseSqrt(total(lane, own) + TINY);
    if (told) {
        // The gates below come to barriers before anybody looks at the hidden units.
        look_inside(lane, t, block, l, true, familiar(lane, row, inverse));
    }
    for (var o = lane; o < U; o += LANES) {
        found[(KEYS + row * U) * info.tokens + t * U + o] = key[o] * inverse;
    }
    let strength = open(lane, plastic + WRITE);
    let closing = open(lane, plastic + CLOSE);
    if (lane == 0u) {
        found[(STRENGTH + row) * info.tokens + t] = strength;
        found[(CLOSING + row) * info.tokens + t] = closing;
    }
    var sum = 0.0;
    if (lane < PARTS * D) {
        for (var j = lane / D; j < U; j += PARTS) {
            sum += key[j] * memory[(row * U + j) * D + lane % D];
        }
        sum = sum * inverse + thought(lane, level + DOWN);
    }
    add_to_stream(lane, sum);
}
