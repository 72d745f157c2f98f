//! Learning a passage: what one person's memory does with a chunk of what was said.
//!
//! The inner pass itself is the fused [`nested_memory_kernels::inner_pass`]; what it finds is written for all
//! levels at once by [`nested_memory_kernels::write`], as [`crate::chunk`] does it one by one:
//!
//! ```text
//! A_ℓ += Σ_t k̂_t ⊗ β_t (δ_t + [t ends a turn] Σ_{s in it} γ_s δ_s)          P_ℓ absorbs the keys
//! ```
//!
//! [`learn_step_by_step`] is the plain expression of the same.

use crate::base::Base;
use crate::chunk::{self, Chunk};
use crate::config::LEVELS;
use crate::observe::row;
use crate::packed;
use crate::shield;
use crate::state::{LevelState, State};
use burn::tensor::{Tensor, TensorData};
use nested_memory_kernels::WHOLE_ONLY;
use nested_memory_kernels::inner_pass::{Found, Text, inner_pass};
use nested_memory_kernels::matrix_product::MatrixProduct;
use nested_memory_kernels::shield::absorb;
use nested_memory_kernels::write::{Manner, Written, write};

/// Some tokens of one person, at most a chunk unless nothing is written.
#[derive(Debug, Clone, Copy)]
pub struct Passage<'a> {
    /// What is read.
    pub inputs: &'a [u32],
    /// What followed each.
    pub targets: &'a [u32],
    /// Whether that is a lesson.
    pub lessons: &'a [bool],
    /// Where the person's turn began, if the last token ends it.
    pub turn: Option<usize>,
    /// How strongly the lasting levels are written.
    pub vigour: f64,
}

/// What a passage left besides the state.
#[derive(Debug, Clone)]
pub struct Impression {
    /// Loss of each token in nats: `[t]`.
    pub surprise: Tensor<1>,
    /// (β + γ β of the turn's last token) ‖δ‖ for each level, summed over the blocks that remember: `[t]`.
    pub weights: [Tensor<1>; LEVELS],
}

impl Passage<'_> {
    /// 1 at `[e, s]` where `e` is the last token of a finished turn and `s` one of its tokens: `[1, t, t]`.
    fn ends(&self, base: &Base) -> Tensor<3> {
        let count = self.inputs.len();
        let mut ends = vec![0_f32; count * count];
        if let Some(began) = self.turn {
            ends[(count - 1) * count + began..].fill(1.0);
        }
        tensor(base, ends, [1, count, count])
    }

    fn mask(&self) -> impl Iterator<Item = f32> {
        self.lessons.iter().map(|lesson| f32::from(u8::from(*lesson)))
    }
}

fn tensor<const D: usize>(base: &Base, values: Vec<f32>, shape: [usize; D]) -> Tensor<D> {
    let place = (&base.device(), base.parameters.embedding.dtype());
    Tensor::from_data(TensorData::new(values, shape), place)
}

/// The fused pass over a passage of any length, and its text; `None` for a model too large for it.
fn pass(base: &Base, state: &State, passage: Passage<'_>) -> Option<(Found, Text)> {
    let sizes = packed::sizes_of(base);
    if !sizes.fit() {
        return None;
    }
    let count = passage.inputs.len();
    let ids = |ids: &'_ [u32]| ids.iter().map(|id| *id as f32).collect::<Vec<f32>>();
    let text = [ids(passage.inputs), ids(passage.targets), passage.mask().collect()].concat();
    let text = Text(tensor(base, text, [3, count]));
    let (levels, mixers) = (packed::levels(&sizes, state), packed::mixers(state));
    Some((inner_pass(base.packed().clone(), levels, mixers, text.clone(), sizes), text))
}

/// Loss of each token in nats, without learning: `[t]`.
pub(crate) fn surprise(base: &Base, state: &State, passage: Passage<'_>) -> Tensor<1> {
    match pass(base, state, passage) {
        Some((found, _)) => found.nats(),
        None => learn_step_by_step(base, state.clone(), passage).1.surprise,
    }
}

/// −∂(Σ nats of the lessons)/∂D of every level, `[l, u, d]`, exactly as automatic differentiation would
/// have it within the passage; the state's mixers move on, its levels are only read. `None` for a model too large for one
/// workgroup.
pub(crate) fn descent(base: &Base, state: &mut State, passage: Passage<'_>) -> Option<Tensor<3>> {
    let (found, _) = pass(base, state, passage)?;
    packed::put_mixers(&base.config, &mut state.mixers, &found.state());
    // δ is cut to length 1.
    let whole = found.delta() * found.length().clamp_min(1.0);
    Some(found.key().swap_dims(1, 2).product(whole))
}

/// Learns a passage: mixers move on, every level's A takes its writes, its shield the keys; D is left to
/// [`crate::state::LevelState::update`].
#[must_use]
pub fn learn(base: &Base, mut state: State, passage: Passage<'_>) -> (State, Impression) {
    let Some((found, text)) = pass(base, &state, passage) else {
        return learn_step_by_step(base, state, passage);
    };
    packed::put_mixers(&base.config, &mut state.mixers, &found.state());
    let mut levels: Vec<&mut LevelState> = state.levels.iter_mut().flatten().collect();
    // The last block remembers, whatever the base.
    let pending = Tensor::cat(levels.iter().map(|level| level.pending.clone()).collect(), 0);
    let shields: Vec<_> = levels.iter().filter_map(|level| level.shield.clone()).collect();
    let shields = (!shields.is_empty()).then(|| Tensor::cat(shields, 0));
    let manner = Manner {
        sizes: packed::sizes_of(base),
        turn: passage.turn,
        turn_gate: base.config.turn_gate,
        look_ahead: base.ahead().is_some(),
        protection: base.config.protection.filter(|_| shields.is_some()),
        longest: shield::LONGEST,
        vigour: passage.vigour,
    };
    let Written { pending, taken, weight } =
        write(&found, &text, base.ahead().cloned(), shields.clone(), pending, manner);
    let after = shields.zip(taken).map(|(shields, taken)| absorb(shields, taken));
    let one = |of: &Tensor<3>, i: usize| {
        let [_, rows, columns] = of.dims();
        of.clone().slice([i..i + 1, 0..rows, 0..columns])
    };
    let mut lasting = 0;
    for (i, level) in levels.iter_mut().enumerate() {
        level.pending = one(&pending, i);
        if let (Some(after), true) = (&after, level.shield.is_some()) {
            level.shield = Some(one(after, lasting));
            lasting += 1;
        }
    }
    let count = passage.inputs.len();
    let weight = weight.reshape([base.config.remembering(), LEVELS * count]).swap_dims(0, 1).row_sums();
    let weight = weight.reshape([1, LEVELS, count]);
    let weights =
        [0, 1, 2].map(|level| weight.clone().slice([0..1, level..level + 1, 0..count]).reshape([count]));
    (state, Impression { surprise: found.nats(), weights })
}

/// The same by the plain pass of [`crate::chunk`].
#[must_use]
pub fn learn_step_by_step(base: &Base, state: State, passage: Passage<'_>) -> (State, Impression) {
    if WHOLE_ONLY {
        unreachable!("a base that is too large for whole operations was refused when it was opened");
    }
    let count = passage.inputs.len();
    let mask: Tensor<2> = tensor(base, passage.mask().collect(), [1, count]);
    let chunk = Chunk {
        tokens: row(base, passage.inputs),
        targets: row(base, passage.targets),
        ends: passage.ends(base),
        vigour: mask.ones_like() * passage.vigour,
        mask,
    };
    let (state, learned) = chunk::learn(&base.config, &base.parameters, state, chunk);
    let flat = |of: Tensor<2>| of.reshape([count]);
    (state, Impression { surprise: flat(learned.surprise), weights: learned.weights.map(flat) })
}
