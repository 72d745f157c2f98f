// Which token is said: the likeliest, or a draw; the twin of crate/kernels/src/decode/sampling.rs. After decode.wgsl.

fn is_forbidden(token: u32) -> bool {
    return token == info.forbidden_0 || token == info.forbidden_1 || token == info.forbidden_2 || token == info.forbidden_3;
}

// Where a token's logit is kept while it may be drawn.
fn kept(token: u32) -> u32 {
    return info.state + BLOCKS * MIXER_STATE + token;
}

fn noise(place: u32, token: u32) -> f32 {
    let bits = mixed(token ^ mixed((info.place + place) ^ mixed(info.seed))) >> 9u;
    let uniform_number = (f32(bits) + 0.5) / 8388608.0;
    return -log(-log(uniform_number));
}

// Numbers in the order of these floats.
fn ordered(value: f32) -> u32 {
    let bits = bitcast<u32>(value);
    return bits ^ select(0x80000000u, 0xffffffffu, (bits >> 31u) == 1u);
}

// The lowest logit that is drawn from, as `ordered` has it: the largest number that `top` of them reach, bit by bit.
fn lowest(lane: u32) -> u32 {
    var found = 0u;
    for (var bit = 0u; bit < 32u; bit++) {
        let tried = found | (0x80000000u >> bit);
        var own = 0.0;
        for (var v = lane; v < V; v += LANES) {
            if (!is_forbidden(v) && ordered(said[kept(v)]) >= tried) {
                own += 1.0;
            }
        }
        if (total(lane, own) >= f32(info.top)) {
            found = tried;
        }
    }
    return found;
}

// The better of two lanes' scores, the lower id on a tie, is the first one's.
fn outdo(lane: u32, at: u32) {
    let earlier = places[at] < places[lane];
    if (sums[at] > sums[lane] || (sums[at] == sums[lane] && earlier)) {
        sums[lane] = sums[at];
        places[lane] = places[at];
    }
}

// The highest score of all lanes; its token is left in `chosen`, the lower id on a tie.
fn highest(lane: u32, score: f32, token: u32) -> f32 {
    sums[lane] = score;
    places[lane] = token;
    workgroupBarrier();
    if (lane < SIDE) {
        for (var at = lane + SIDE; at < LANES; at += SIDE) {
            outdo(lane, at);
        }
    }
    workgroupBarrier();
    if (lane == 0u) {
        for (var at = 1u; at < SIDE; at++) {
            outdo(lane, at);
        }
    }
    workgroupBarrier();
    let best = sums[0];
    if (lane == 0u) {
        chosen = places[0];
    }
    workgroupBarrier();
    return best;
}

// Lanes that share a row of the embedding, so that neighbours ask for neighbouring numbers, and the rows that are worked on
// at once.
const SHARERS: u32 = 8u;
const ROWS: u32 = LANES / SHARERS * 4u;
var<workgroup> shares: array<f32, ROWS * SHARERS>;

// The logits of the rows from `first` on: each lane's share of four of them is left in `shares`.
fn share(lane: u32, first: u32) {
    let own = lane % SHARERS;
    for (var k = 0u; k < 4u; k++) {
        let row = k * (LANES / SHARERS) + lane / SHARERS;
        let at = min(first + row, V - 1u) * D;
        var sum = 0.0;
        var i = own;
        for (; i + 3u * SHARERS < D; i += 4u * SHARERS) {
            let places = vec4(z[i], z[i + SHARERS], z[i + 2u * SHARERS], z[i + 3u * SHARERS]);
            sum += dot(places, four(at + i, SHARERS));
        }
        for (; i < D; i += SHARERS) {
            sum += z[i] * base[at + i];
        }
        shares[row * SHARERS + own] = sum;
    }
}

// What doubt gives a token where an answer begins.
fn doubted(token: u32, place: u32) -> f32 {
    if (!DOUBTING || place > 0u || info.decline_0 >= V) {
        return 0.0;
    }
    if (token == info.decline_0) {
        return doubts[0];
    }
    if (token == info.decline_1) {
        return doubts[1];
    }
    return 0.0;
}

// Leaves the token that is said at a place of the answer in `chosen`, and gives its probability.
fn choose(lane: u32, place: u32) -> f32 {
    normalise(lane, NORM);
    look_back();
    var best = -3.0e38;
    var mass = 0.0;
    var token = V;
    for (var first = 0u; first < V; first += ROWS) {
        share(lane, first);
        workgroupBarrier();
        let v = first + lane;
        if (lane < ROWS && v < V && !is_forbidden(v)) {
            var logit = 0.0;
            for (var i = 0u; i < SHARERS; i++) {
                logit += shares[lane * SHARERS + i];
            }
            logit += doubted(v, place) - withheld(v);
            said[kept(v)] = logit;
            if (logit > best) {
                mass = mass * exp(max(best - logit, -80.0)) + 1.0;
                best = logit;
                token = v;
            } else {
                mass += exp(logit - best);
            }
        }
        workgroupBarrier();
    }
    storageBarrier();
    let most = highest(lane, best, token);
    let all = total(lane, mass * exp(max(best - most, -80.0)));
    if (info.temperature == 0.0) {
        return 1.0 / all;
    }
    var least = 0u;
    if (info.top > 0u) {
        least = lowest(lane);
    }
    var score = -3.0e38;
    token = V;
    for (var v = lane; v < V; v += LANES) {
        if (is_forbidden(v) || ordered(said[kept(v)]) < least) {
            continue;
        }
        let own = said[kept(v)] / info.temperature + noise(place, v);
        if (own > score) {
            score = own;
            token = v;
        }
    }
    _ = highest(lane, score, token);
    var odds = 0.0;
    if (token == chosen && token < V) {
        odds = exp(said[kept(token)] - most) / all;
    }
    return total(lane, odds);
}
