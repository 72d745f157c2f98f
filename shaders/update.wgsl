// What is pending becomes part of a level's weights: the twin of crate/kernels/src/update/cpu.rs, in two phases without a barrier. What
// both share, after the bindings.

const EACH: u32 = {{ each }}u;

struct Info {
    levels: u32,
    // Numbers of a level.
    size: u32,
}

// Lanes that change a level.
fn lanes_of_level() -> u32 {
    return (info.size + EACH - 1u) / EACH;
}
