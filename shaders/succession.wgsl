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

fn withheld(token: u32) -> f32 {
    if ((info.untold == 0.0 && info.unended == 0.0) || token == info.ends) {
        return 0.0;
    }
    let pair = unheard(ANY, last, token);
    if (token == info.stop_0 || token == info.stop_1) {
        return info.unended * unheard(ANY, last, EDGE) * pair;
    }
    let earlier = select(last_but_one, ANY, last_but_one == info.begins);
    let told_before = 1.0 - unheard(ANY, earlier, last);
    let triple = told_before * unheard(ANY, earlier, ANY) * unheard(earlier, last, token);
    return info.untold * unheard(ANY, last, ANY) * (pair + triple);
}
