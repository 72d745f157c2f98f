// The inner pass over a chunk, in phases: the twin of crate/kernels/src/inner_pass/cpu.rs, with its names. What all phases share,
// after the bindings. A lane works for itself in every phase, on one number of a token or on a few: there is no barrier, and a row's
// sum is computed by each lane that needs it. What phases leave for each other lies in `work`, a row for each token; crate/kernels/src/inner_pass/wgpu.rs
// says in which order they come and where everything is.

// Lanes that share a token's row where each needs a sum over all of it.
const SHARERS: u32 = {{ sharers }}u;

// What is not there.
const NONE: u32 = 0xffffffffu;

// The part of a row that a lane has, of so many numbers: from where on, and up to where.
fn share(count: u32, sharer: u32) -> vec2<u32> {
    let each = (count + SHARERS - 1u) / SHARERS;
    return vec2(min(sharer * each, count), min((sharer + 1u) * each, count));
}

fn four_of_work(at: u32) -> vec4<f32> {
    return vec4(work[at], work[at + 1u], work[at + 2u], work[at + 3u]);
}

// The sum of the squares of a row of D numbers. A width is a multiple of four.
fn squares_of(row: u32) -> f32 {
    var squares = vec4(0.0);
    for (var i = 0u; i < D; i += 4u) {
        let four = four_of_work(row + i);
        squares += four * four;
    }
    return (squares.x + squares.y) + (squares.z + squares.w);
}
