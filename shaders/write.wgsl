// Writing what a passage leaves in the levels: the twin of crate/kernels/src/write/cpu.rs, in phases. What all of them share,
// after the bindings. A lane works for itself in every phase: there is no barrier.

const LEVELS: u32 = {{ levels }}u;
const LEVELS_OF_BLOCK: u32 = {{ levels_of_block }}u;
const LASTING: u32 = LEVELS / LEVELS_OF_BLOCK * (LEVELS_OF_BLOCK - 1u);
const U: u32 = {{ units }}u;
const D: u32 = {{ width }}u;

struct Info {
    tokens: u32,
    // Where the finished turn began that the last token ends; beyond all tokens if there is none.
    began: u32,
    turn_gate: u32,
    look_ahead: u32,
    shielded: u32,
    // 1 / λ
    absorbed: f32,
    // 1 / g
    least: f32,
    vigour: f32,
}

// Where the parts of what the inner pass found are: see Parts in crate/kernels/src/inner_pass/mod.rs. A row is a level's token.
fn rows() -> u32 {
    return LEVELS * info.tokens;
}

fn length_at(row: u32) -> u32 {
    return info.tokens + row;
}

fn strength_at(row: u32) -> u32 {
    return info.tokens + rows() + row;
}

fn closing_at(row: u32) -> u32 {
    return info.tokens + 2u * rows() + row;
}

fn key_at(row: u32) -> u32 {
    return info.tokens + 3u * rows() + row * U;
}

fn delta_at(row: u32) -> u32 {
    return info.tokens + 3u * rows() + rows() * U + row * D;
}

// Where the phases leave for each other what they have: gates of all levels, and for those that last the share of a key that is
// left, one over it, and what is left.
fn share_at(lasting_row: u32) -> u32 {
    return rows() + lasting_row;
}

fn left_at(lasting_row: u32) -> u32 {
    return rows() + LASTING * info.tokens + lasting_row * U;
}

// The level at a place among those that last, and back.
fn level_of(place: u32) -> u32 {
    return place / (LEVELS_OF_BLOCK - 1u) * LEVELS_OF_BLOCK + place % (LEVELS_OF_BLOCK - 1u) + 1u;
}

fn lasts(level: u32) -> bool {
    return level % LEVELS_OF_BLOCK > 0u;
}

fn place_of(level: u32) -> u32 {
    return level / LEVELS_OF_BLOCK * (LEVELS_OF_BLOCK - 1u) + level % LEVELS_OF_BLOCK - 1u;
}
