// What is held against a token that was never said in this order: the twin of crate/kernels/src/decode/succession.rs. After decode.wgsl,
// before choice.wgsl.

const ANY: u32 = 0xffffffffu;
const EDGE: u32 = 0xfffffffeu;
const BITS: u32 = 16u;
const PLACES: u32 = 65536u;

fn mixed(number: u32) -> u32 {
    let state = number * 747796405u + 2891336453u;
    let word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
    return (word >> 22u) ^ word;
}

// 1 where a token was never heard after these, 0 where it was.
fn unheard(earlier: u32, before: u32, token: u32) -> f32 {
    let place = mixed(token ^ mixed(before ^ mixed(earlier))) % PLACES;
    return 1.0 - f32((u32(known[place / BITS]) >> (place % BITS)) & 1u);
}

// The last token that was taken in, and the one before it.
var<private> last: u32 = ANY;
var<private> last_but_one: u32 = ANY;

// What is the same for all tokens that may follow: the token two before them, if it counts, whether any of them is minded, whether the last token was told after the one
// before it, and whether no word was ever over after it.
var<private> earlier: u32;
var<private> minds: f32;
var<private> told: f32;
var<private> inside: f32;

// Whether anything is held against anything: where not, `known` is one number.
fn is_minded() -> bool {
    return info.untold > 0.0 || info.unended > 0.0;
}

// Looks it up, for every lane.
fn look_back() {
    if (!is_minded()) {
        return;
    }
    minds = unheard(ANY, last, ANY);
    earlier = select(last_but_one, ANY, last_but_one == info.begins);
    told = (1.0 - unheard(ANY, earlier, last)) * unheard(ANY, earlier, ANY);
    inside = unheard(ANY, last, EDGE);
}

fn withheld(token: u32) -> f32 {
    if (token == info.ends || !is_minded()) {
        return 0.0;
    }
    if (token == info.stop_0 || token == info.stop_1) {
        return info.unended * inside * unheard(ANY, last, token);
    }
    if (minds == 0.0) {
        return 0.0;
    }
    var broken = unheard(ANY, last, token);
    if (told > 0.0) {
        broken += unheard(earlier, last, token);
    }
    return info.untold * broken;
}
