// Takes keys out of symmetric matrices: the twin of crate/kernels/src/shield/cpu.rs, up to BLOCK keys at a time, in phases. What all of
// them share, after the bindings.
//
// V = K P      S = I + K Vᵀ = L Lᵀ      W = L⁻¹ V      P ← P − Wᵀ W
//
// The rows of W are the w of the twin: what its loop takes out of each key by those before is the substitution by L. In all
// phases but the factorisation, which is small, a lane works for itself.

const UNITS: u32 = {{ units }}u;
const BLOCK: u32 = {{ block }}u;

struct Info {
    batch: u32,
    // Keys of each matrix, and those of them that are taken out now: from which on, and how many.
    count: u32,
    first: u32,
    left: u32,
}

// V, then W, of each matrix: [batch, BLOCK, UNITS]; behind them S, then L: [batch, BLOCK, BLOCK].
fn direction_at(matrix: u32, j: u32) -> u32 {
    return (matrix * BLOCK + j) * UNITS;
}

fn gram_at(matrix: u32, j: u32) -> u32 {
    return info.batch * BLOCK * UNITS + (matrix * BLOCK + j) * BLOCK;
}
