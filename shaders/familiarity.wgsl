// How familiar a key is to a lasting level: the twin of `familiarity` in crate/kernels/src/shield/cpu.rs. After a text that has `key`,
// the raw numbers of a token's key, and `memory`, in which the shields lie behind the plastic weights.

// φ = key (I − P) keyᵀ. `inverse` gives the key unit length; `row` counts levels over the blocks that remember. P is symmetric, so a
// lane takes a column, and neighbours ask for neighbouring numbers.
fn familiar(lane: u32, row: u32, inverse: f32) -> f32 {
    let shield = SHIELDS + (row / LEVELS * (LEVELS - 1u) + row % LEVELS - 1u) * U * U;
    var own = 0.0;
    for (var o = lane; o < U; o += LANES) {
        var sum = 0.0;
        var j = 0u;
        for (; j + 4u <= U; j += 4u) {
            let at = shield + j * U + o;
            let left = vec4(memory[at], memory[at + U], memory[at + 2u * U], memory[at + 3u * U]);
            sum += dot(vec4(key[j], key[j + 1u], key[j + 2u], key[j + 3u]), left);
        }
        for (; j < U; j++) {
            sum += key[j] * memory[shield + j * U + o];
        }
        own += key[o] * (key[o] - sum);
    }
    return total(lane, own) * inverse * inverse;
}

// Whether a level of a block is told.
fn is_told(block: u32, l: u32) -> bool {
    return TOLD && block >= FIXED && l > 0u;
}
