// The backward of the recurrence, one workgroup for each head of each sequence; after mixer_scan_token.wgsl.
// Output: ∂L/∂ of input, query, start gain, maps, and a row that begins with the two biases, [b, h, rows, n].
//
// A first sweep runs forwards and keeps the gain before each stretch of tokens. From the last stretch to the
// first, a sweep over the stretch records what every token computed, and the adjoint walks back over the records.

const STRETCH: u32 = {{ stretch }}u;
// A token's record: its gain, x, k, v, w and four scalars.
const RECORD: u32 = (N + 5u) * N;

// ∂L/∂(packed output of the forward), [b, h, t + n, n]
@group(0) @binding(6) var<storage, {{ access }}> gradient: array<f32>;
// For each head of each sequence: ⌈t / STRETCH⌉ kept gains, then the records of one stretch.
@group(0) @binding(7) var<storage, read_write> scratch: array<f32>;
@group(0) @binding(8) var<uniform> info: Info;

// A = ∂L/∂P by rows.
var<workgroup> adjoint: array<f32, N * STRIDE>;
// k, v and w of the token; x is in `seen`, u and q are in `asked`.
var<workgroup> key: array<f32, N>;
var<workgroup> value: array<f32, N>;
var<workgroup> write: array<f32, N>;
// ∂L/∂r of the token.
var<workgroup> d_read: array<f32, N>;
// A k, then Aᵀ w.
var<workgroup> adjoint_times: array<f32, LANES>;
// Each lane's share of ⟨A, P − I⟩, or of ⟨A, P⟩.
var<workgroup> inner: array<f32, LANES>;
// Pᵀ A k; ∂L/∂(2k − v) is −η times this.
var<workgroup> target_times: array<f32, N>;
// ∂L/∂(M_k x), then ∂L/∂(M_v x).
var<workgroup> d_projected: array<f32, LANES>;
// ∂L/∂x by way of the key and the rate, then by way of the value and the retention.
var<workgroup> d_seen: array<f32, LANES>;

// Gradients of the maps: column `lane % N` of N rows for each lane, the lower lanes for M_k and m_η, the upper ones
// for M_v and m_α; and of the two biases, the same in every lane.
var<private> d_maps: array<f32, N>;
var<private> d_last_map: f32;
var<private> d_wish_sum: f32;
var<private> d_keep_sum: f32;

// Where one head of one sequence has its things.
struct Place {
    lane: u32,
    head: u32,
    // Its first row in `input` and `query`.
    tokens: u32,
    // Its first number in `gradient`, in `output`, and the first of its records.
    gradient: u32,
    output: u32,
    records: u32,
}

fn keep_gain(lane: u32, at: u32) {
    for (var e = lane; e < N * N; e += LANES) {
        scratch[at + e] = gain[(e / N) * STRIDE + e % N];
    }
}

fn load_gain(lane: u32, at: u32) {
    for (var e = lane; e < N * N; e += LANES) {
        gain[(e / N) * STRIDE + e % N] = scratch[at + e];
    }
}

// One token forwards; its record, where one is wanted, goes to `at`.
fn advance(place: Place, t: u32, recording: bool, at: u32) {
    let lane = place.lane;
    ask(lane, place.tokens + t);
    if (recording) {
        keep_gain(lane, at);
    }
    if (SELF_MODIFYING) {
        let looked = look(lane);
        if (lane < N) {
            seen[lane] = looked;
        }
        workgroupBarrier();
    }
    let token = weigh(lane, place.head);
    if (recording) {
        let vectors = at + N * N;
        if (lane < N) {
            scratch[vectors + lane] = seen[lane];
            scratch[vectors + N + lane] = projected[lane] / token.key_length;
            scratch[vectors + 3u * N + lane] = token.write;
        } else {
            scratch[vectors + N + lane] = projected[lane] / max(token.value_length, 1.0);
        }
        if (lane == 0u) {
            let scalars = vectors + 4u * N;
            scratch[scalars] = token.key_length;
            scratch[scalars + 1u] = token.value_length;
            scratch[scalars + 2u] = token.keep;
            scratch[scalars + 3u] = token.wished;
        }
    }
    change(lane, token);
}

// Column `i` of the gain times ∂L/∂r: ∂L/∂q.
fn back_query(i: u32) -> f32 {
    var sum = 0.0;
    for (var r = 0u; r < N; r++) {
        sum += gain[r * STRIDE + i] * d_read[r];
    }
    return sum;
}

// 1 − (1 + r) e^(−r) for r in [0, 80]: how the rate grows with its cap.
fn grown_by_cap(r: f32) -> f32 {
    let series = r * r * (1.0 / 2.0 - r * (1.0 / 3.0 - r * (1.0 / 8.0 - r * (1.0 / 30.0 - r * (1.0 / 144.0 - r / 840.0)))));
    return select(1.0 - (1.0 + r) * exp(-r), series, r < 0.25);
}

// One token backwards, from its record at `at`: `adjoint` is ∂L/∂P after the token on entry and before it on exit.
// For the gated delta rule, which reads after it writes, `gain` is P after the token on entry.
fn back(place: Place, t: u32, at: u32) {
    let lane = place.lane;
    let lower = lane < N;
    let i = lane % N;
    let upper_part = (lane / N) * N;
    let row = i * STRIDE;
    let begin = (lane / N) * HALF;
    let end = begin + HALF;
    let vectors = at + N * N;
    let query_at = place.output + (info.tokens + t) * N + i;

    if (lower) {
        key[i] = scratch[vectors + N + i];
        write[i] = scratch[vectors + 3u * N + i];
        d_read[i] = gradient[place.gradient + t * N + i];
        if (SELF_MODIFYING) {
            seen[i] = scratch[vectors + i];
        }
    } else {
        value[i] = scratch[vectors + 2u * N + i];
    }
    if (SELF_MODIFYING) {
        load_gain(lane, at);
    }
    ask(lane, place.tokens + t);
    if (!SELF_MODIFYING) {
        let d_query = back_query(i);
        if (!lower) {
            output[query_at] = d_query;
        }
        for (var c = begin; c < end; c++) {
            adjoint[row + c] += d_read[i] * asked[N + c];
        }
        workgroupBarrier();
        load_gain(lane, at);
        workgroupBarrier();
    }

    // P' = α P + (1 − α) I − η w kᵀ; the gated delta rule has no I
    var product = 0.0;
    if (lower) {
        for (var c = 0u; c < N; c++) {
            product += adjoint[row + c] * key[c];
        }
    } else {
        for (var r = 0u; r < N; r++) {
            product += adjoint[r * STRIDE + i] * write[r];
        }
    }
    adjoint_times[lane] = product;
    var share_of_inner = 0.0;
    for (var c = begin; c < end; c++) {
        let home = select(0.0, 1.0, SELF_MODIFYING && c == i);
        share_of_inner += adjoint[row + c] * (gain[row + c] - home);
    }
    inner[lane] = share_of_inner;
    workgroupBarrier();

    let key_length = scratch[vectors + 4u * N];
    let value_length = scratch[vectors + 4u * N + 1u];
    let keep = scratch[vectors + 4u * N + 2u];
    let wished = scratch[vectors + 4u * N + 3u];
    var apart = 0.0;
    var d_keep = 0.0;
    var d_rate = 0.0;
    for (var j = 0u; j < N; j++) {
        let d = key[j] - value[j];
        apart += d * d;
        d_keep += inner[j] + inner[N + j];
        d_rate -= write[j] * adjoint_times[j];
    }
    // η = c (1 − e^(−s/c)), c = min(2α, μ (1 − α) / ‖k − v‖); `pull` is along k − v.
    var rate = sigmoid(wished);
    var d_wish = 0.0;
    var pull = 0.0;
    if (SELF_MODIFYING) {
        let wish_slope = rate;
        let difference = sqrt(apart + TINY);
        let bound = room(keep, difference);
        let cap = min(2.0 * keep, bound);
        let ratio = wish_over_cap(softplus(wished), cap);
        rate = cap * grown(ratio);
        let d_cap = d_rate * grown_by_cap(ratio);
        if (2.0 * keep < bound) {
            d_keep += 2.0 * d_cap;
        } else {
            d_keep -= d_cap * SHARE / difference;
            pull = -d_cap * bound / (difference * difference);
        }
        d_wish = d_rate * exp(-ratio) * wish_slope;
    } else {
        d_wish = d_rate * rate * (1.0 - rate);
    }
    d_keep *= keep * (1.0 - keep);
    // w = P (2k − v), or w = S k − v
    if (lower) {
        var sum = 0.0;
        for (var r = 0u; r < N; r++) {
            sum += gain[r * STRIDE + i] * adjoint_times[r];
        }
        target_times[i] = sum;
    }
    let d_write = -rate * adjoint_times[i];
    for (var c = begin; c < end; c++) {
        let wanted = select(key[c], 2.0 * key[c] - value[c], SELF_MODIFYING);
        adjoint[row + c] = keep * adjoint[row + c] + d_write * wanted;
    }
    workgroupBarrier();

    // k and v are shortened to (at most) unit length
    var along = 0.0;
    var d_own = 0.0;
    for (var j = 0u; j < N; j++) {
        var own = key[j];
        var d = 0.0;
        if (lower) {
            d = -rate * (adjoint_times[N + j] + select(1.0, 2.0, SELF_MODIFYING) * target_times[j]) + pull * (key[j] - value[j]);
        } else {
            own = value[j];
            d = rate * select(adjoint_times[j], target_times[j], SELF_MODIFYING) - pull * (key[j] - value[j]);
        }
        along += own * d;
        d_own = select(d_own, d, j == i);
    }
    if (lower) {
        d_own = (d_own - along * key[i]) / key_length;
    } else if (value_length > 1.0) {
        d_own = (d_own - along * value[i]) / value_length;
    }
    d_projected[lane] = d_own;
    workgroupBarrier();

    // x feeds all four projections
    let first = info.maps + place.head * MAP_ROWS * N;
    let last_map = first + (2u * N + lane / N) * N + i;
    let d_last = select(d_keep, d_wish, lower);
    let x = seen[i];
    var sum = d_last * maps[last_map];
    for (var r = 0u; r < N; r++) {
        let d = d_projected[upper_part + r];
        sum += d * maps[first + (upper_part + r) * N + i];
        d_maps[r] += d * x;
    }
    d_seen[lane] = sum;
    d_last_map += d_last * x;
    d_wish_sum += d_wish;
    d_keep_sum += d_keep;
    workgroupBarrier();

    let input_at = place.output + t * N + i;
    if (SELF_MODIFYING) {
        // x = P u, r = P q
        if (lower) {
            var d_input = 0.0;
            for (var r = 0u; r < N; r++) {
                d_input += gain[r * STRIDE + i] * (d_seen[r] + d_seen[N + r]);
            }
            output[input_at] = d_input;
        } else {
            output[query_at] = back_query(i);
        }
        let d_x = d_seen[i] + d_seen[N + i];
        for (var c = begin; c < end; c++) {
            adjoint[row + c] += d_x * asked[c] + d_read[i] * asked[N + c];
        }
    } else if (lower) {
        output[input_at] = d_seen[i] + d_seen[N + i];
    }
    workgroupBarrier();
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let tokens = info.tokens;
    let stretches = (tokens + STRETCH - 1u) / STRETCH;
    let index = group.y * info.heads + group.x;
    let kept = index * (stretches * N * N + min(tokens, STRETCH) * RECORD);
    var place: Place;
    place.lane = lane;
    place.head = group.x;
    place.tokens = index * tokens;
    place.gradient = index * (tokens + N) * N;
    place.output = index * (2u * tokens + N + MAP_ROWS + 1u) * N;
    place.records = kept + stretches * N * N;

    load_state(lane, index);
    for (var stretch = 0u; stretch < stretches; stretch++) {
        workgroupBarrier();
        keep_gain(lane, kept + stretch * N * N);
        let start = stretch * STRETCH;
        let end = min(start + STRETCH, tokens);
        for (var t = start; t < end; t++) {
            advance(place, t, end == tokens, place.records + (t - start) * RECORD);
        }
    }
    for (var e = lane; e < N * N; e += LANES) {
        adjoint[(e / N) * STRIDE + e % N] = gradient[place.gradient + tokens * N + e];
    }
    for (var left = stretches; left > 0u; left--) {
        let start = (left - 1u) * STRETCH;
        let end = min(start + STRETCH, tokens);
        if (end < tokens) {
            load_gain(lane, kept + (left - 1u) * N * N);
            for (var t = start; t < end; t++) {
                advance(place, t, true, place.records + (t - start) * RECORD);
            }
        }
        // Lane 0 recorded the scalars, all lanes read them.
        storageBarrier();
        workgroupBarrier();
        for (var t = end; t > start; t--) {
            back(place, t - 1u, place.records + (t - 1u - start) * RECORD);
        }
    }
    workgroupBarrier();

    let d_state = place.output + 2u * tokens * N;
    for (var e = lane; e < N * N; e += LANES) {
        output[d_state + e] = adjoint[(e / N) * STRIDE + e % N];
    }
    let i = lane % N;
    let upper = lane / N;
    let d_maps_at = d_state + N * N;
    for (var r = 0u; r < N; r++) {
        output[d_maps_at + (upper * N + r) * N + i] = d_maps[r];
    }
    output[d_maps_at + (2u * N + upper) * N + i] = d_last_map;
    if (lane < N) {
        output[d_maps_at + MAP_ROWS * N + i] = select(0.0, select(d_keep_sum, d_wish_sum, i == 0u), i < 2u);
    }
}
