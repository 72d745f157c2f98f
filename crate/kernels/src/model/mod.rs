//! A whole model in a few buffers: what the operations need to know that do all of its work at once.
//!
//! The base lies in one buffer, in the order in which its parameters are visited; the levels' plastic weights D in a
//! second, level by level over the blocks that remember, and behind them the shields of the lasting ones, where they are read
//! ([`Sizes::shields`]); the mixers' states in a third. The first [`Sizes::fixed`] blocks
//! remember nothing: their levels are MLPs and have no D.

pub(crate) mod cpu;

use crate::mixer_scan::Rule;
use crate::row_map::Map;

/// Taps of a mixer's convolution.
pub const TAPS: usize = 4;
/// Levels of a block.
pub const LEVELS: usize = 3;
/// Tokens with which an answer can begin that declines: one for each language.
pub const DECLINES: usize = 2;
/// Lanes of a shader's workgroup, as many as WebGPU allows at least.
pub const LANES: usize = 256;
/// Lanes in a row of a square of all lanes.
const SIDE: usize = 16;
/// Numbers in a workgroup's memory, as many as WebGPU allows at least.
const WORKGROUP: usize = 16_384 / 4;

/// The sizes of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sizes {
    /// The mixers' rule, as [`Rule::code`].
    pub rule: usize,
    /// What makes a level's key of a row: [`Map::Key`] or [`Map::Sharp`].
    pub key: Map,
    /// d
    pub width: usize,
    /// Heads of a mixer.
    pub heads: usize,
    /// Blocks.
    pub blocks: usize,
    /// Blocks at the beginning whose levels have no plastic weights.
    pub fixed: usize,
    /// Plastic units of a level.
    pub units: usize,
    /// Hidden units of a level's fixed MLP.
    pub hidden: usize,
    /// Entries of the embedding.
    pub vocabulary: usize,
    /// Whether a lasting level's MLP is told how familiar each key is to it: φ = key (I − P) keyᵀ, P being the level's shield.
    pub familiarity: bool,
    /// Whether the base doubts what it remembers ([`crate::decode`]).
    pub doubt: bool,
    /// Whether the shields lie behind the plastic weights: they are read where levels are told and where there is doubt.
    pub shields: bool,
    /// Lanes of a shader's workgroup: [`LANES`], or fewer ([`Sizes::on_few_lanes`]).
    pub lanes: usize,
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

    /// Numbers of all plastic weights, and of the shields if they are read.
    #[must_use]
    pub const fn memory(&self) -> usize {
        let read = if self.shields { self.lasting() } else { 0 };
        self.first_shield() + read * self.units * self.units
    }

    /// Where the shields begin behind the plastic weights.
    #[must_use]
    pub const fn first_shield(&self) -> usize {
        self.plastic_levels() * self.units * self.width
    }

    /// Where the shield of a level begins in the memory, if it is read; the fast level has none.
    #[must_use]
    pub const fn shield(&self, place: usize, level: usize) -> Option<usize> {
        if !self.shields || level == 0 {
            return None;
        }
        Some(self.first_shield() + (place * (LEVELS - 1) + level - 1) * self.units * self.units)
    }

    /// Levels that have plastic weights, over all blocks.
    #[must_use]
    pub const fn plastic_levels(&self) -> usize {
        (self.blocks - self.fixed) * LEVELS
    }

    /// Those of them that last: all but the fast ones.
    #[must_use]
    pub const fn lasting(&self) -> usize {
        (self.blocks - self.fixed) * (LEVELS - 1)
    }

    /// Numbers of one declining token's doubt.
    #[must_use]
    pub const fn doubts(&self) -> usize {
        1 + self.plastic_levels()
    }

    /// A block's place among those that remember; `None` for one that does not.
    #[must_use]
    pub const fn place(&self, block: usize) -> Option<usize> {
        block.checked_sub(self.fixed)
    }

    /// The same on as few lanes as it can speak with. A graphics card wants many; where they are emulated each is a thread of its
    /// own that is switched to at every barrier.
    #[must_use]
    pub const fn on_few_lanes(self) -> Self {
        let needed = if self.width > 2 * self.head_size() { self.width } else { 2 * self.head_size() };
        let lanes = if needed <= 64 {
            64
        } else if needed <= 128 {
            128
        } else {
            LANES
        };
        Self { lanes, ..self }
    }

    /// Where the parts of the base are.
    #[must_use]
    pub const fn layout(&self) -> Layout {
        Layout::new(self)
    }

    /// Numbers that the workgroup keeps which speaks.
    const fn workgroup(&self) -> usize {
        // x, z, asked (2), seen, projected (2), looked, read; key and hidden; sums and places; shares; columns; chosen; doubts.
        9 * self.width + self.units + self.hidden + 2 * LANES + 4 * LANES + SIDE + 1 + DECLINES
    }

    /// Whether one workgroup can hold the working set of the model that speaks; where it cannot, and where the benchmark wants to know what
    /// that is worth, the model goes the long way.
    #[must_use]
    pub const fn fit(&self) -> bool {
        !cfg!(feature = "plain")
            && self.workgroup() <= WORKGROUP
            && 2 * self.head_size() <= self.lanes
            && self.width <= self.lanes
    }
}

/// Where the parts of a base are in its buffer: all blocks, then what makes levels plastic.
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
    /// Within a level: `W_1`.
    pub up: usize,
    /// Within a level: `W_2`.
    pub down: usize,
    /// The first plastic level's `W_key`.
    pub plastic: usize,
    /// From one plastic level to the next.
    pub plastic_level: usize,
    /// Within a plastic level: the gate β, then its bias.
    pub write: usize,
    /// Within a plastic level: the gate γ, then its bias.
    pub close: usize,
    /// What the first plastic level's hidden units make of familiarity; then those of the others.
    pub familiarity: usize,
    /// The doubt of each declining token: a number to begin with, then one for each plastic level.
    pub doubt: usize,
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
        let up = d;
        let down = up + d * s.hidden;
        let level = down + s.hidden * d;
        let block = levels + LEVELS * level;
        let plastic = blocks + s.blocks * block;
        // Gates have their biases behind them, and the rate is last.
        let write = d * s.units;
        let close = write + d + 1;
        let plastic_level = close + d + 1 + 1;
        let familiarity = plastic + s.plastic_levels() * plastic_level;
        let doubt = familiarity + if s.familiarity { s.plastic_levels() * s.hidden } else { 0 };
        let total = doubt + if s.doubt { DECLINES * s.doubts() } else { 0 };
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
            up,
            down,
            plastic,
            plastic_level,
            write,
            close,
            familiarity,
            doubt,
            total,
        }
    }
}
