// The inner pass over a chunk, one workgroup for each token: what its phases share; after model.wgsl. The formulas and names
// are those of crate/kernels/src/inner_pass/cpu.rs.
//
// begin · for each block: ask · mixer_scan · middle (in the last block: turn) · then backwards, as far as blocks remember:
// mixer_scan_backward · back
//
// A phase ends where a token needs what others have found. In between things lie in `work`.

struct Info {
    tokens: u32,
    block: u32,
}

// Numbers that a token leaves in `work` in each block, and where: x, the projections, the same before their silu, the gate
// before its silu, M_mem r; x, keys before their square and hidden units before their gelu of each level; and on the way
// back ∂x, ∂(gate before its silu), ∂(input by way of the skip).
const X: u32 = 0u;
const PROJECTED: u32 = D;
const BEFORE_SILU: u32 = 3u * D;
const GATE_BEFORE: u32 = 5u * D;
const READ: u32 = 6u * D;
const LEVEL_X: u32 = 7u * D;
const RAW: u32 = LEVEL_X + LEVELS * D;
const HIDDEN: u32 = RAW + LEVELS * U;
const D_X: u32 = HIDDEN + LEVELS * M;
const D_GATE: u32 = D_X + D;
const D_SKIP: u32 = D_GATE + D;
const OF_BLOCK: u32 = D_SKIP + D;
// And behind all blocks the logits.
const LOGITS: u32 = BLOCKS * OF_BLOCK;

// Levels over the blocks that remember.
const ROWS: u32 = (BLOCKS - FIXED) * LEVELS;
// Where the parts of what is found begin, in numbers a token; see Parts in inner_pass/mod.rs.
const LENGTH: u32 = 1u;
const STRENGTH: u32 = LENGTH + ROWS;
const CLOSING: u32 = STRENGTH + ROWS;
const KEYS: u32 = CLOSING + ROWS;
const DELTA: u32 = KEYS + ROWS * U;
const STATE: u32 = DELTA + ROWS * D;

// Where `count` numbers of token t lie in a part of `work`.
fn at(part: u32, count: u32, t: u32) -> u32 {
    return part * info.tokens + t * count;
}

fn of_block(block: u32, part: u32) -> u32 {
    return block * OF_BLOCK + part;
}

// The block's mixer up to where it needs the tokens before: x is kept, projections and gate are left in `work`.
fn project(lane: u32, t: u32, block: u32) {
    let first = FIRST_BLOCK + block * BLOCK;
    normalise(lane, first);
    if (lane < D) {
        work[at(of_block(block, X), D, t) + lane] = x[lane];
        work[at(of_block(block, GATE_BEFORE), D, t) + lane] = product(first + GATE, D, lane);
    }
    for (var o = lane; o < 2u * D; o += LANES) {
        work[at(of_block(block, PROJECTED), 2u * D, t) + o] = product(first + INPUT, 2u * D, o);
    }
}
