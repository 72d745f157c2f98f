// One token of the recurrence crate/kernels/src/mixer_scan: what the forward and the backward kernel share.
// The formulas and the names are those of mixer_scan/cpu.rs, the CPU twin.
//
// One workgroup is one head of one sequence and has 2N lanes. Lane i works on row i of the gain (or column i of a
// transposed product); lanes i and N + i share a row where there is nothing else to do, and split its columns.
// Loop bounds come from the uniform buffer, so barriers stand in uniform control flow.

const N: u32 = {{ size }}u;
const LANES: u32 = 2u * N;
const HALF: u32 = N / 2u;
// Rows of a square in workgroup memory are one number apart from N, so that lanes reading one column each, or one
// row each, meet different banks.
const STRIDE: u32 = N + 1u;
const MAP_ROWS: u32 = 2u * N + 2u;

const SELF_MODIFYING: bool = {{ self_modifying }};
const TINY: f32 = {{ tiny }};
const SHARE: f32 = {{ share }};

struct Info {
    tokens: u32,
    heads: u32,
    // Where in their buffers the maps, the biases and the state begin.
    maps: u32,
    bias: u32,
    state: u32,
    none: u32,
}

// [b, h, t, n]
@group(0) @binding(0) var<storage, {{ access }}> input: array<f32>;
// [b, h, t, n]
@group(0) @binding(1) var<storage, {{ access }}> query: array<f32>;
// [h, 2n + 2, n]
@group(0) @binding(2) var<storage, {{ access }}> maps: array<f32>;
// [h, 2]
@group(0) @binding(3) var<storage, {{ access }}> bias: array<f32>;
// [b, h, n, n]
@group(0) @binding(4) var<storage, {{ access }}> state: array<f32>;
// Packed, [b, h, rows, n]
@group(0) @binding(5) var<storage, read_write> output: array<f32>;

// P by rows.
var<workgroup> gain: array<f32, N * STRIDE>;
// u, then q.
var<workgroup> asked: array<f32, LANES>;
// x: what the projections see.
var<workgroup> seen: array<f32, N>;
// M_k x, then M_v x.
var<workgroup> projected: array<f32, LANES>;

// What one token computes from the gain; the same in every lane, but for `write`.
struct Token {
    key_length: f32,
    value_length: f32,
    keep: f32,
    wished: f32,
    wish: f32,
    difference: f32,
    cap: f32,
    rate: f32,
    // Row `lane % N` of P (2k − v), or of S k − v.
    write: f32,
}

// ln(1 + y) for y in [0, 1]: 2 artanh(y / (2 + y)). WGSL promises little of `log` near one.
fn log_1p(y: f32) -> f32 {
    let z = y / (2.0 + y);
    let s = z * z;
    let series = 1.0 + s * (1.0 / 3.0 + s * (1.0 / 5.0 + s * (1.0 / 7.0 + s * (1.0 / 9.0 + s * (1.0 / 11.0 + s * (1.0 / 13.0 + s / 15.0))))));
    return 2.0 * z * series;
}

fn softplus(x: f32) -> f32 {
    return max(x, 0.0) + log_1p(exp(-min(abs(x), 80.0)));
}

// 1 − e^(−r) for r in [0, 80], exact for small r.
fn grown(r: f32) -> f32 {
    let series = r * (1.0 - r / 2.0 * (1.0 - r / 3.0 * (1.0 - r / 4.0 * (1.0 - r / 5.0 * (1.0 - r / 6.0)))));
    return select(1.0 - exp(-r), series, r < 0.25);
}

// s / c, bounded: from 80 on, e^(−s/c) is nothing beside one. A cap of zero (α = 1) writes nothing.
fn wish_over_cap(wish: f32, cap: f32) -> f32 {
    return min(wish / max(cap, 1e-30), 80.0);
}

fn room(keep: f32, difference: f32) -> f32 {
    return SHARE * (1.0 - keep) / difference;
}

// Reads u and q of a token, the gain's last change still under way. `row` counts over all sequences and heads.
fn ask(lane: u32, row: u32) {
    let at = row * N + lane % N;
    if (lane < N) {
        let u = input[at];
        asked[lane] = u;
        if (!SELF_MODIFYING) {
            seen[lane] = u;
        }
    } else {
        asked[lane] = query[at];
    }
    workgroupBarrier();
}

// Row `lane % N` of the gain times u (the lower lanes) or q (the upper lanes).
fn look(lane: u32) -> f32 {
    let row = (lane % N) * STRIDE;
    let part = (lane / N) * N;
    var sum = 0.0;
    for (var j = 0u; j < N; j++) {
        sum += gain[row + j] * asked[part + j];
    }
    return sum;
}

// Keys, values and rates from `seen`; the gain is only read. Leaves `projected` for `change`.
fn weigh(lane: u32, head: u32) -> Token {
    let first = info.maps + head * MAP_ROWS * N;
    let map_row = first + lane * N;
    var sum = 0.0;
    for (var j = 0u; j < N; j++) {
        sum += maps[map_row + j] * seen[j];
    }
    projected[lane] = sum;
    workgroupBarrier();
    // Every lane needs these, and summing them N times over is cheaper than another barrier.
    let rate_row = first + 2u * N * N;
    let keep_row = rate_row + N;
    var keys = 0.0;
    var values = 0.0;
    var wished = 0.0;
    var kept = 0.0;
    for (var j = 0u; j < N; j++) {
        let key = projected[j];
        let value = projected[N + j];
        keys += key * key;
        values += value * value;
        wished += maps[rate_row + j] * seen[j];
        kept += maps[keep_row + j] * seen[j];
    }
    var token: Token;
    token.key_length = sqrt(keys + TINY);
    token.value_length = sqrt(values + TINY);
    token.keep = sigmoid(kept + bias[info.bias + 2u * head + 1u]);
    token.wished = wished + bias[info.bias + 2u * head];
    token.wish = softplus(token.wished);
    let by_key = 1.0 / token.key_length;
    let by_value = 1.0 / max(token.value_length, 1.0);
    let row = (lane % N) * STRIDE;
    var apart = 0.0;
    var write = 0.0;
    for (var j = 0u; j < N; j++) {
        let key = projected[j] * by_key;
        let value = projected[N + j] * by_value;
        let d = key - value;
        apart += d * d;
        write += gain[row + j] * select(key, d + key, SELF_MODIFYING);
    }
    token.difference = sqrt(apart + TINY);
    token.cap = min(2.0 * token.keep, room(token.keep, token.difference));
    if (SELF_MODIFYING) {
        token.rate = token.cap * grown(wish_over_cap(token.wish, token.cap));
        token.write = write;
    } else {
        token.rate = sigmoid(token.wished);
        token.write = write - projected[N + lane % N] * by_value;
    }
    return token;
}

// P ← α P + (1 − α) I − η w kᵀ, half a row for each lane; the gated delta rule has no I.
fn change(lane: u32, token: Token) {
    workgroupBarrier();
    let row = (lane % N) * STRIDE;
    let part = (lane / N) * HALF;
    let scale = -token.rate * token.write / token.key_length;
    for (var j = part; j < part + HALF; j++) {
        let home = select(0.0, 1.0 - token.keep, SELF_MODIFYING && j == lane % N);
        gain[row + j] = token.keep * gain[row + j] + home + scale * projected[j];
    }
}

fn load_state(lane: u32, index: u32) {
    for (var e = lane; e < N * N; e += LANES) {
        gain[(e / N) * STRIDE + e % N] = state[info.state + index * N * N + e];
    }
}
