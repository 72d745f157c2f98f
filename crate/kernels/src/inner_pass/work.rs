//! What the phases of the WGSL twin leave for each other: one buffer, in which every part is a row for each token.

use super::phase::SHARERS;
use crate::model::{LEVELS, Sizes};

/// What a block leaves in `work` for its way back, a row for each token each.
#[derive(Debug, Clone, Copy)]
pub(super) struct OfBlock {
    /// x before the block, and before and behind each level.
    pub(super) x: usize,
    pub(super) levels: [usize; LEVELS + 1],
    pub(super) before_silu: usize,
    pub(super) gate: usize,
    pub(super) read: usize,
    pub(super) raw: [usize; LEVELS],
    pub(super) hidden: [usize; LEVELS],
}

/// What is needed for a moment only, one for all blocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scratch {
    pub(super) z: usize,
    pub(super) projected: usize,
    pub(super) after_silu: usize,
    pub(super) mixed: usize,
    pub(super) input: usize,
    pub(super) key: usize,
    pub(super) left: usize,
    pub(super) active: usize,
    pub(super) logits: usize,
    pub(super) parts: usize,
    pub(super) dx: usize,
    pub(super) dz: usize,
    pub(super) d_hidden: usize,
    pub(super) d_key: usize,
    pub(super) d_raw: usize,
    pub(super) d_mixed: usize,
    pub(super) d_gate: usize,
    pub(super) d_unit: usize,
    pub(super) d_skip: usize,
    pub(super) d_projected: usize,
}

/// Where everything is in `work`.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) blocks: Vec<OfBlock>,
    pub(super) scratch: Scratch,
    pub(super) total: usize,
}

impl Work {
    pub(super) fn new(s: &Sizes, tokens: usize) -> Self {
        let (d, u, m) = (s.width, s.units, s.hidden);
        let mut total = 0;
        let mut rows = |width: usize| {
            let from = total;
            total += tokens * width;
            from
        };
        let mut x = rows(d);
        let mut blocks = Vec::with_capacity(s.blocks);
        for _ in 0..s.blocks {
            let of_block = OfBlock {
                x,
                levels: std::array::from_fn(|_| rows(d)),
                before_silu: rows(2 * d),
                gate: rows(d),
                read: rows(d),
                raw: std::array::from_fn(|_| rows(u)),
                hidden: std::array::from_fn(|_| rows(m)),
            };
            x = of_block.levels[LEVELS];
            blocks.push(of_block);
        }
        let scratch = Scratch {
            z: rows(d),
            projected: rows(2 * d),
            after_silu: rows(2 * d),
            mixed: rows(d),
            input: rows(d),
            key: rows(u),
            left: rows(if s.familiarity { u } else { 0 }),
            active: rows(m),
            logits: rows(s.vocabulary),
            parts: rows(2 * SHARERS),
            dx: rows(d),
            dz: rows(d),
            d_hidden: rows(m),
            d_key: rows(u),
            d_raw: rows(u),
            d_mixed: rows(d),
            d_gate: rows(d),
            d_unit: rows(d),
            d_skip: rows(d),
            d_projected: rows(2 * d),
        };
        Self { blocks, scratch, total }
    }
}
