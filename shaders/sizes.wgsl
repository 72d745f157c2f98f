// The sizes of a model, and the constants of its formulas: before any text that has to do with a whole model.

const D: u32 = {{ width }}u;
const H: u32 = {{ heads }}u;
const N: u32 = D / H;
const U: u32 = {{ units }}u;
const M: u32 = {{ hidden }}u;
const V: u32 = {{ vocabulary }}u;
const TAPS: u32 = {{ taps }}u;
const CUBED: bool = {{ cubed }};
const TINY: f32 = {{ tiny }};
const EPSILON: f32 = {{ epsilon }};
const A: f32 = {{ a }};
const B: f32 = {{ b }};

// What of a key's raw number counts towards its length: its square or, in a sharper key, its cube.
fn raised(raw: f32) -> f32 {
    let positive = max(raw, 0.0);
    return positive * positive * select(1.0, positive, CUBED);
}
