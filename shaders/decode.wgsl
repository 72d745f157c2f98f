// Speaking, token after token through the whole model: the twin of crate/kernels/src/decode/cpu.rs, with its names; after
// model.wgsl and before choice.wgsl. One workgroup does all of it, so that a word costs no dispatch of its own; a model of this size fits into one.
//
// Loop bounds are constants or come from the uniform buffer, and the one early end is read by workgroupUniformLoad, so
// barriers stand in uniform control flow.

const NONE: f32 = -1.0;
// Two lanes work on each row of a head's gain.
const HEAD_LANES: u32 = 2u * N;
const HEADS_AT_ONCE: u32 = LANES / HEAD_LANES;

struct Info {
    prompt: u32,
    most: u32,
    end: u32,
    state: u32,
    forbidden_0: u32,
    forbidden_1: u32,
    forbidden_2: u32,
    forbidden_3: u32,
    temperature: f32,
    top: u32,
    seed: u32,
    place: u32,
    decline_0: u32,
    decline_1: u32,
    given_0: f32,
    given_1: f32,
    untold: f32,
    unended: f32,
    stop_0: u32,
    stop_1: u32,
    begins: u32,
    ends: u32,
}

@group(0) @binding(0) var<storage, {{ access }}> base: array<f32, {{ base_count }}>;
// [blocks that remember, levels, U, D], then the shields where they are read
@group(0) @binding(1) var<storage, {{ access }}> memory: array<f32, {{ memory_count }}>;
@group(0) @binding(2) var<storage, {{ access }}> state: array<f32>;
@group(0) @binding(3) var<storage, {{ access }}> prompt: array<f32>;
// The bits of succession.wgsl, sixteen in a number.
@group(0) @binding(4) var<storage, {{ access }}> known: array<f32>;
// Tokens, probabilities, the mixers' states as they move on, and the logits of one place.
@group(0) @binding(5) var<storage, read_write> said: array<f32>;
@group(0) @binding(6) var<uniform> info: Info;

// Input and query of the mixer.
var<workgroup> asked: array<f32, 2u * D>;
// What the projections of each head see.
var<workgroup> seen: array<f32, D>;
// Keys and values of each head; later what the mixer gives before its output projection.
var<workgroup> projected: array<f32, 2u * D>;
var<workgroup> looked: array<f32, D>;
var<workgroup> heard: array<f32, D>;
var<workgroup> key: array<f32, U>;
var<workgroup> hidden: array<f32, M>;
var<workgroup> places: array<u32, LANES>;
var<workgroup> chosen: u32;
// What the declining tokens are given; see crate/kernels/src/decode/mod.rs.
var<workgroup> doubts: array<f32, DECLINES>;

// ln(1 + y) for y in [0, 1], as in mixer_scan_token.wgsl.
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

// Input and query: projections, convolution, silu. A lane has its own columns of the tail.
fn ask(lane: u32, block: u32, tail: u32) {
    for (var o = lane; o < 2u * D; o += LANES) {
        let now = product(block + INPUT, 2u * D, o);
        var sum = now * base[block + CONVOLUTION + (TAPS - 1u) * 2u * D + o];
        for (var tap = 0u; tap + 1u < TAPS; tap++) {
            let at = tail + tap * 2u * D + o;
            sum += said[at] * base[block + CONVOLUTION + tap * 2u * D + o];
            if (tap > 0u) {
                said[at - 2u * D] = said[at];
            }
        }
        said[tail + (TAPS - 2u) * 2u * D + o] = now;
        asked[o] = sum * sigmoid(sum);
    }
    workgroupBarrier();
}

// Four numbers of the mixers' states.
fn state_row(at: u32) -> vec4<f32> {
    return vec4(said[at], said[at + 1u], said[at + 2u], said[at + 3u]);
}

// Row `row` of a head's gain times its input (the lower lanes) or query (the upper ones).
fn look(gain: u32, row: u32, question: u32) -> f32 {
    var sum = 0.0;
    for (var j = 0u; j < N; j += 4u) {
        let at = question + j;
        sum += dot(state_row(gain + row * N + j), vec4(asked[at], asked[at + 1u], asked[at + 2u], asked[at + 3u]));
    }
    return sum;
}

// One token of the recurrence for the head of this lane; see mixer_scan_token.wgsl. Lanes without a head keep step.
fn recur(lane: u32, block: u32, gains: u32, first_head: u32) {
    let head = first_head + lane / HEAD_LANES;
    let at_work = head < H && lane < HEADS_AT_ONCE * HEAD_LANES;
    let own = lane % HEAD_LANES;
    let row = own % N;
    let of_query = own >= N;
    let gain = gains + head * N * N;
    let question = select(0u, D, of_query) + head * N;
    var unit = 1.0;
    if (at_work && of_query) {
        var length = 0.0;
        for (var j = 0u; j < N; j++) {
            length += asked[question + j] * asked[question + j];
        }
        unit = inverseSqrt(length + TINY);
    }
    if (at_work && SELF_MODIFYING) {
        let found = look(gain, row, question) * unit;
        if (of_query) {
            looked[head * N + row] = found;
        } else {
            seen[head * N + row] = found;
        }
    }
    if (at_work && !SELF_MODIFYING && !of_query) {
        seen[head * N + row] = asked[question + row];
    }
    workgroupBarrier();
    let maps = block + MAPS + head * (2u * N + 2u) * N;
    if (at_work) {
        var sum = 0.0;
        for (var j = 0u; j < N; j += 4u) {
            let at = head * N + j;
            sum += dot(four(maps + own * N + j, 1u), vec4(seen[at], seen[at + 1u], seen[at + 2u], seen[at + 3u]));
        }
        projected[head * 2u * N + own] = sum;
    }
    workgroupBarrier();
    var keep = 0.0;
    var scale = 0.0;
    if (at_work) {
        var keys = 0.0;
        var values = 0.0;
        var wished = base[block + BIAS + 2u * head];
        var kept = base[block + BIAS + 2u * head + 1u];
        for (var j = 0u; j < N; j++) {
            let k = projected[head * 2u * N + j];
            let v = projected[head * 2u * N + N + j];
            keys += k * k;
            values += v * v;
        }
        for (var j = 0u; j < N; j += 4u) {
            let at = head * N + j;
            let sight = vec4(seen[at], seen[at + 1u], seen[at + 2u], seen[at + 3u]);
            wished += dot(four(maps + 2u * N * N + j, 1u), sight);
            kept += dot(four(maps + 2u * N * N + N + j, 1u), sight);
        }
        let by_key = inverseSqrt(keys + TINY);
        let by_value = 1.0 / max(sqrt(values + TINY), 1.0);
        var apart = 0.0;
        var write = 0.0;
        for (var j = 0u; j < N; j += 4u) {
            let at = head * 2u * N + j;
            let k = vec4(projected[at], projected[at + 1u], projected[at + 2u], projected[at + 3u]) * by_key;
            let v = vec4(projected[at + N], projected[at + N + 1u], projected[at + N + 2u], projected[at + N + 3u]);
            let d = k - v * by_value;
            apart += dot(d, d);
            write += dot(state_row(gain + row * N + j), select(k, d + k, SELF_MODIFYING));
        }
        keep = sigmoid(kept);
        let cap = min(2.0 * keep, SHARE * (1.0 - keep) / sqrt(apart + TINY));
        var rate = sigmoid(wished);
        if (SELF_MODIFYING) {
            rate = cap * grown(min(softplus(wished) / max(cap, 1e-30), 80.0));
        } else {
            write -= projected[head * 2u * N + N + row] * by_value;
        }
        scale = -rate * write * by_key;
    }
    storageBarrier();
    workgroupBarrier();
    if (at_work) {
        let half = own / N;
        for (var j = half * (N / 2u); j < (half + 1u) * (N / 2u); j++) {
            let at = gain + row * N + j;
            let home = select(0.0, 1.0 - keep, SELF_MODIFYING && j == row);
            said[at] = keep * said[at] + home + scale * projected[head * 2u * N + j];
        }
    }
    storageBarrier();
    workgroupBarrier();
    if (at_work && !SELF_MODIFYING && of_query) {
        looked[head * N + row] = look(gain, row, question) * unit;
    }
    workgroupBarrier();
}

fn mix(lane: u32, block: u32, gains: u32) {
    normalise(lane, block);
    ask(lane, block, gains + H * N * N);
    for (var head = 0u; head < H; head += HEADS_AT_ONCE) {
        recur(lane, block, gains, head);
    }
    let head = lane / N;
    if (lane < D) {
        let row = block + READER + lane * N;
        var sum = 0.0;
        for (var j = 0u; j < N; j += 4u) {
            let at = head * N + j;
            sum += dot(four(row + j, 1u), vec4(looked[at], looked[at + 1u], looked[at + 2u], looked[at + 3u]));
        }
        heard[lane] = sum;
    }
    workgroupBarrier();
    if (lane < D) {
        var squares = 0.0;
        for (var j = 0u; j < N; j++) {
            squares += heard[head * N + j] * heard[head * N + j];
        }
        let gate = product(block + GATE, D, lane);
        var sum = gate * sigmoid(gate) * heard[lane] * inverseSqrt(squares / f32(N) + EPSILON);
        for (var j = 0u; j < D; j += 4u) {
            sum += dot(vec4(asked[j], asked[j + 1u], asked[j + 2u], asked[j + 3u]), four(block + SKIP + j * D + lane, D));
        }
        projected[lane] = sum;
    }
    workgroupBarrier();
    var own = 0.0;
    if (lane < PARTS * D) {
        var j = lane / D;
        for (; j + 3u * PARTS < D; j += 4u * PARTS) {
            let found = four(block + OUTPUT + j * D + lane % D, PARTS * D);
            own += dot(vec4(projected[j], projected[j + PARTS], projected[j + 2u * PARTS], projected[j + 3u * PARTS]), found);
        }
        for (; j < D; j += PARTS) {
            own += projected[j] * base[block + OUTPUT + j * D + lane % D];
        }
    }
    add_to_stream(lane, own);
}

// Four of a level's key or hidden units, PARTS from one to the next.
fn four_keys(j: u32) -> vec4<f32> {
    return vec4(key[j], key[j + PARTS], key[j + 2u * PARTS], key[j + 3u * PARTS]);
}

fn four_hidden(j: u32) -> vec4<f32> {
    return vec4(hidden[j], hidden[j + PARTS], hidden[j + 2u * PARTS], hidden[j + 3u * PARTS]);
}

// Four plastic weights, PARTS rows from one to the next.
fn four_weights(at: u32) -> vec4<f32> {
    let apart = PARTS * D;
    return vec4(memory[at], memory[at + apart], memory[at + 2u * apart], memory[at + 3u * apart]);
}

// Σ key_j D_j over the rows that are a lane's part.
fn recalled(lane: u32, weights: u32) -> f32 {
    let apart = 4u * PARTS;
    var sum = 0.0;
    var j = lane / D;
    for (; j + 15u * PARTS < U; j += 4u * apart) {
        let at = weights + j * D + lane % D;
        let found = mat4x4(
            four_weights(at), four_weights(at + apart * D), four_weights(at + 2u * apart * D), four_weights(at + 3u * apart * D)
        );
        let keys = mat4x4(four_keys(j), four_keys(j + apart), four_keys(j + 2u * apart), four_keys(j + 3u * apart));
        sum += meet(keys, found);
    }
    for (; j < U; j += PARTS) {
        sum += key[j] * memory[weights + j * D + lane % D];
    }
    return sum;
}

// Σ hidden_j W_2j over the rows that are a lane's part.
fn thought(lane: u32, down: u32) -> f32 {
    let apart = 4u * PARTS;
    var sum = 0.0;
    var j = lane / D;
    for (; j + 15u * PARTS < M; j += 4u * apart) {
        let found = sixteen(down + j * D + lane % D, PARTS * D);
        let units = mat4x4(four_hidden(j), four_hidden(j + apart), four_hidden(j + 2u * apart), four_hidden(j + 3u * apart));
        sum += meet(units, found);
    }
    for (; j < M; j += PARTS) {
        sum += hidden[j] * base[down + j * D + lane % D];
    }
    return sum;
}

// The hidden units of a level's MLP, given z and how familiar the token's key is to the level.
fn look_inside(lane: u32, level: u32, row: u32, told: bool, familiarity: f32) {
    for (var o = lane; o < M; o += LANES) {
        var h = product(level + UP, M, o);
        if (told) {
            h += familiarity * base[FAMILIARITY + row * M + o];
        }
        hidden[o] = h * sigmoid(h * (h * h * (A * B) + A));
    }
}

// What a level finds under the token's key: what it reads, for the fast level, and how familiar the key is to the others.
fn finding(lane: u32, row: u32, inverse: f32) -> f32 {
    if (row % LEVELS > 0u) {
        return familiar(lane, row, inverse);
    }
    var own = 0.0;
    if (lane < D) {
        var read = 0.0;
        for (var j = 0u; j < U; j++) {
            read += key[j] * memory[row * U * D + j * D + lane];
        }
        own = read * read;
    }
    return sqrt(total(lane, own)) * inverse;
}

// Takes in what a level finds where an answer begins.
fn notice(lane: u32, row: u32, inverse: f32) {
    let number = finding(lane, row, inverse);
    if (lane < DECLINES) {
        let first = DOUBT + lane * DOUBTS;
        let begin = base[first] + select(info.given_0, info.given_1, lane == 1u);
        doubts[lane] = select(doubts[lane], begin, row == 0u) + base[first + 1u + row] * number;
    }
}

// One level: the fixed MLP and, in a block that remembers, its plastic weights read under the token's key.
fn pass_level(lane: u32, block: u32, l: u32, begins: bool) {
    let level = level_at(block, l);
    let row = (block - FIXED) * LEVELS + l;
    normalise(lane, level);
    var own = 0.0;
    if (block >= FIXED) {
        for (var o = lane; o < U; o += LANES) {
            let part = raised(product(plastic_at(row), U, o));
            key[o] = part;
            own += part * part;
        }
    }
    let told = is_told(block, l);
    if (!told) {
        look_inside(lane, level, row, false, 0.0);
    }
    let inverse = inverseSqrt(total(lane, own) + TINY);
    if (told) {
        look_inside(lane, level, row, true, familiar(lane, row, inverse));
        workgroupBarrier();
    }
    if (begins && block >= FIXED) {
        notice(lane, row, inverse);
    }
    var sum = 0.0;
    if (lane < PARTS * D) {
        sum = thought(lane, level + DOWN);
        if (block >= FIXED) {
            sum += recalled(lane, row * U * D) * inverse;
        }
    }
    add_to_stream(lane, sum);
}

fn step(lane: u32, token: u32, begins: bool) {
    if (lane < D) {
        x[lane] = base[min(token, V - 1u) * D + lane];
    }
    workgroupBarrier();
    for (var b = 0u; b < BLOCKS; b++) {
        let block = FIRST_BLOCK + b * BLOCK;
        mix(lane, block, info.state + b * MIXER_STATE);
        for (var l = 0u; l < LEVELS; l++) {
            pass_level(lane, b, l, begins);
        }
    }
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(local_invocation_index) lane: u32) {
    for (var i = lane; i < BLOCKS * MIXER_STATE; i += LANES) {
        said[info.state + i] = state[i];
    }
    for (var i = lane; i < 2u * info.most; i += LANES) {
        said[i] = NONE;
    }
    storageBarrier();
    workgroupBarrier();
    // One place where a token is taken in: compilers write the whole model out at each.
    for (var t = 0u; t + 1u < info.prompt + info.most; t++) {
        var token = chosen;
        if (t < info.prompt) {
            token = u32(prompt[t]);
        }
        last_but_one = last;
        last = token;
        step(lane, token, DOUBTING && t + 1u == info.prompt && info.decline_0 < V);
        if (t + 1u < info.prompt) {
            continue;
        }
        let place = t + 1u - info.prompt;
        let odds = choose(lane, place);
        let next = workgroupUniformLoad(&chosen);
        if (lane == 0u) {
            said[place] = f32(next);
            said[info.most + place] = odds;
        }
        if (next == info.end) {
            break;
        }
    }
}
