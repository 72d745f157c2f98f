//! Speaking: token after token through the whole model, each the likeliest successor of the one before, in one call.
//!
//! A step through Burn is dozens of operations, each a dispatch on a GPU, for a model of which one workgroup can do all
//! the work. Here the base lies in one buffer, in the order of its file; the levels' plastic weights D in a second; the
//! mixers' states in a third, which moves on. Nothing is learned on the way: a model's own words are no lessons.
//!
//! ```text
//! x = E[token]
//! for each block: x += mixer(x)      for each level: z = rms(x)     x += gelu(z W_1) W_2 + l2(relu(z W_key)²) D
//! logits = rms(x) Eᵀ                 token ← the likeliest that is not forbidden, the lower id on a tie
//! ```
//!
//! The plain expression is the model's own forward (`nested-memory-model`, `chunk::logits_at`); its tests hold both twins
//! against it. There is no backward: nobody learns from what is said here.

mod backend;
pub mod cpu;

#[cfg(not(target_arch = "wasm32"))]
mod autodiff;
#[cfg(feature = "wgpu")]
mod wgpu;

use crate::mixer_scan::Rule;
use burn::backend::Dispatch;
use burn::tensor::Tensor;

pub use backend::DecodeBackend;

/// Taps of a mixer's convolution.
pub const TAPS: usize = 4;
/// Levels of a block.
pub const LEVELS: usize = 3;
/// The most tokens that may be forbidden.
pub const FORBIDDEN: usize = 4;
/// Stands where no token is.
pub const NONE: f32 = -1.0;
/// Lanes of the shader's one workgroup, as many as WebGPU allows at least.
pub(crate) const LANES: usize = 256;
/// Numbers in a workgroup's memory, as many as WebGPU allows at least.
const WORKGROUP: usize = 16_384 / 4;

/// The sizes of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sizes {
    /// The mixers' rule, as [`Rule::code`].
    pub rule: usize,
    /// d
    pub width: usize,
    /// Heads of a mixer.
    pub heads: usize,
    /// Blocks.
    pub blocks: usize,
    /// Plastic units of a level.
    pub units: usize,
    /// Hidden units of a level's fixed MLP.
    pub hidden: usize,
    /// Entries of the embedding.
    pub vocabulary: usize,
}

impl Sizes {
    /// The mixers' rule.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        Rule::from_code(self.rule)
    }

    /// n
    #[must_use]
    pub const fn head_size(&self) -> usize {
        self.width / self.heads
    }

    /// Numbers of one mixer's state: the gains, then the convolution's last projections.
    #[must_use]
    pub const fn mixer_state(&self) -> usize {
        self.heads * self.head_size() * self.head_size() + (TAPS - 1) * 2 * self.width
    }

    /// Numbers of all mixers' states.
    #[must_use]
    pub const fn state(&self) -> usize {
        self.blocks * self.mixer_state()
    }

    /// Numbers of all plastic weights.
    #[must_use]
    pub const fn memory(&self) -> usize {
        self.blocks * LEVELS * self.units * self.width
    }

    /// Where the parts of the base are.
    #[must_use]
    pub const fn layout(&self) -> Layout {
        Layout::new(self)
    }

    /// Numbers that the shader's workgroup keeps.
    const fn workgroup(&self) -> usize {
        // x, z, asked (2), seen, projected (2), looked, read; key and hidden; sums and places; chosen.
        9 * self.width + self.units + self.hidden + 2 * LANES + 1
    }

    /// Whether one workgroup can hold the model's working set; where it cannot, the model goes the long way.
    #[must_use]
    pub const fn fit(&self) -> bool {
        self.workgroup() <= WORKGROUP && 2 * self.head_size() <= LANES && self.width <= LANES
    }
}

/// Where the parts of a base are in its buffer: the order of the file.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// The last norm's gain.
    pub norm: usize,
    /// The first block.
    pub blocks: usize,
    /// From one block to the next.
    pub block: usize,
    /// Within a block: `W_in`.
    pub input: usize,
    /// Within a block: the taps.
    pub convolution: usize,
    /// Within a block: `W_gate`.
    pub gate: usize,
    /// Within a block: `W_skip`.
    pub skip: usize,
    /// Within a block: `W_out`.
    pub output: usize,
    /// Within a block: the initial memories.
    pub maps: usize,
    /// Within a block: `M_mem`.
    pub reader: usize,
    /// Within a block: biases of rate and retention.
    pub bias: usize,
    /// Within a block: the first level.
    pub levels: usize,
    /// From one level to the next.
    pub level: usize,
    /// Within a level: `W_key`.
    pub key: usize,
    /// Within a level: `W_1`.
    pub up: usize,
    /// Within a level: `W_2`.
    pub down: usize,
    /// All numbers.
    pub total: usize,
}

impl Layout {
    const fn new(s: &Sizes) -> Self {
        let (d, n) = (s.width, s.head_size());
        let norm = s.vocabulary * d;
        let blocks = norm + d;
        let input = d;
        let convolution = input + 2 * d * d;
        let gate = convolution + TAPS * 2 * d;
        let skip = gate + d * d;
        let output = skip + d * d;
        let maps = output + d * d;
        let reader = maps + s.heads * (2 * n + 2) * n;
        let bias = reader + s.heads * n * n;
        let levels = bias + 2 * s.heads;
        let key = d;
        let up = key + d * s.units;
        let down = up + d * s.hidden;
        // Both gates with their biases, and the rate: speaking needs none of them.
        let level = down + s.hidden * d + 2 * (d + 1) + 1;
        let block = levels + LEVELS * level;
        let total = blocks + s.blocks * block;
        Self {
            norm,
            blocks,
            block,
            input,
            convolution,
            gate,
            skip,
            output,
            maps,
            reader,
            bias,
            levels,
            level,
            key,
            up,
            down,
            total,
        }
    }
}

/// What shall be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Task {
    /// The model's sizes.
    pub sizes: Sizes,
    /// Tokens at most.
    pub most: usize,
    /// The token after which nothing comes.
    pub end: u32,
    /// Tokens that are never said; `u32::MAX` forbids none.
    pub forbidden: [u32; FORBIDDEN],
}

/// Takes in the prompt and speaks: the tokens' ids, then their probabilities among what may be said, [`NONE`] after the
/// end: `[2 · most]`. `base`, `memory` and `state` as [`Sizes`] lays them out; `prompt`: ids as numbers, at least one.
#[must_use]
pub fn decode(
    base: Tensor<1>,
    memory: Tensor<1>,
    state: Tensor<1>,
    prompt: Tensor<1>,
    task: Task,
) -> Tensor<1> {
    let packed = Tensor::<1>::from_dispatch(Dispatch::decode(
        base.into_dispatch(),
        memory.into_dispatch(),
        state.into_dispatch(),
        prompt.into_dispatch(),
        task,
    ));
    packed.slice(0..2 * task.most)
}
