//! Learning a passage: what one person's memory does with a chunk of what was said.
//!
//! The inner pass itself is the fused [`nested_memory_kernels::inner_pass`]; what it finds is written here, for all
//! levels at once, as [`crate::chunk`] does it one by one:
//!
//! ```text
//! A_ℓ += Σ_t k̂_t ⊗ β_t (δ_t + [t ends a turn] Σ_{s in it} γ_s δ_s)          P_ℓ absorbs the keys
//! ```
//!
//! [`learn_step_by_step`] is the plain expression of the same.

use crate::base::Base;
use crate::chunk::{self, Chunk};
use crate::config::{LEVELS, LevelName};
use crate::level::{self, Address};
use crate::observe::row;
use crate::packed;
use crate::shield;
use crate::state::State;
use burn::tensor::{Tensor, TensorData};
use nested_memory_kernels::inner_pass::{Found, Text, inner_pass};

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

/// The fused pass over a passage of any length, and where its lessons are, `[1, t, 1]`; `None` for a model too large for it.
fn pass(base: &Base, state: &State, passage: Passage<'_>) -> Option<(Found, Tensor<3>)> {
    let sizes = packed::sizes_of(base);
    if !sizes.fit() {
        return None;
    }
    let count = passage.inputs.len();
    let ids = |ids: &'_ [u32]| ids.iter().map(|id| *id as f32).collect::<Vec<f32>>();
    let text = [ids(passage.inputs), ids(passage.targets), passage.mask().collect()].concat();
    let text = tensor(base, text, [3, count]);
    let mask = text.clone().slice([2..3, 0..count]).reshape([1, count, 1]);
    let (levels, mixers) = (packed::levels(&sizes, state), packed::mixers(state));
    Some((inner_pass(base.packed().clone(), levels, mixers, Text(text), sizes), mask))
}

/// Loss of each token in nats, without learning: `[t]`.
pub(crate) fn surprise(base: &Base, state: &State, passage: Passage<'_>) -> Tensor<1> {
    match pass(base, state, passage) {
        Some((found, _)) => found.nats,
        None => learn_step_by_step(base, state.clone(), passage).1.surprise,
    }
}

/// −∂(Σ nats of the lessons)/∂D of every level, `[l, u, d]`, exactly as automatic differentiation would
/// have it within the passage; the state's mixers move on, its levels are only read. `None` for a model too large for one
/// workgroup.
pub(crate) fn descent(base: &Base, state: &mut State, passage: Passage<'_>) -> Option<Tensor<3>> {
    let (found, _) = pass(base, state, passage)?;
    packed::put_mixers(&base.config, &mut state.mixers, &found.state);
    // δ is cut to length 1.
    let whole = found.delta * found.length.clamp_min(1.0);
    Some(found.key.swap_dims(1, 2).matmul(whole))
}

/// Learns a passage: mixers move on, every level's A takes its writes, its shield the keys; D is left to
/// [`crate::state::LevelState::update`].
#[must_use]
pub fn learn(base: &Base, mut state: State, passage: Passage<'_>) -> (State, Impression) {
    let Some((found, mask)) = pass(base, &state, passage) else {
        return learn_step_by_step(base, state, passage);
    };
    let count = passage.inputs.len();
    packed::put_mixers(&base.config, &mut state.mixers, &found.state);

    let all = base.config.remembering() * LEVELS;
    let ends = passage.ends(base).expand([all, count, count]);
    let address = Address { key: found.key, strength: found.strength, closing: found.closing };
    let address = level::weighed(&base.config, address, base.ahead(), &ends);
    let again = ends.clone().swap_dims(1, 2).matmul(address.strength.clone()) * address.closing.clone();
    let gates = address.strength.clone() + again;
    let weights = found.length.clamp_max(1.0) * gates * mask.clone();
    let weights = weights.reshape([base.config.remembering(), LEVELS, count]).sum_dim(0);
    let written = level::written(&address, found.delta, ends);
    let strength = address.strength * mask;
    write(base, &mut state, &Writes { key: address.key, strength, written, vigour: passage.vigour });
    let weights = LevelName::ALL
        .map(|name| weights.clone().slice([0..1, name.index()..name.index() + 1, 0..count]).reshape([count]));
    (state, Impression { surprise: found.nats, weights })
}

/// Everything that all levels write. `l` levels over the blocks that remember.
struct Writes {
    /// `[l, t, u]`
    key: Tensor<3>,
    /// β where there is a lesson: `[l, t, 1]`.
    strength: Tensor<3>,
    /// `[l, t, d]`
    written: Tensor<3>,
    vigour: f64,
}

impl Writes {
    /// Those of some levels.
    fn of(&self, places: &[usize], vigour: f64) -> Self {
        let pick = |of: &Tensor<3>| {
            let [_, t, n] = of.dims();
            let parts = places.iter().map(|place| of.clone().slice([*place..place + 1, 0..t, 0..n]));
            Tensor::cat(parts.collect(), 0)
        };
        let (strength, written) = (pick(&self.strength) * vigour, pick(&self.written) * vigour);
        Self { key: pick(&self.key), strength, written, vigour }
    }
}

/// Writes into every level's A, and lets the shields absorb the keys.
fn write(base: &Base, state: &mut State, writes: &Writes) {
    let level = |of: &Tensor<3>, i: usize| {
        let [_, rows, columns] = of.dims();
        of.clone().slice([i..i + 1, 0..rows, 0..columns])
    };
    let mut levels: Vec<_> = state.levels.iter_mut().flatten().collect();
    for lasting in [false, true] {
        let places: Vec<usize> =
            (0..levels.len()).filter(|place| packed::is(LevelName::Fast, *place) != lasting).collect();
        let mine = writes.of(&places, if lasting { writes.vigour } else { 1.0 });
        let shields: Option<Vec<_>> = places.iter().map(|place| levels[*place].shield.clone()).collect();
        let shield = shields.map(|shields| Tensor::cat(shields, 0));
        let direction = match &shield {
            None => mine.key.clone(),
            Some(shield) => shield::direct(&mine.key, shield.clone()),
        };
        let change = level::write(&direction, mine.written);
        let after = shield
            .zip(base.config.protection)
            .map(|(shield, lambda)| shield::absorb(shield, &mine.key, mine.strength, lambda));
        for (i, place) in places.into_iter().enumerate() {
            let one = &mut levels[place];
            one.pending = one.pending.clone() + level(&change, i);
            if let Some(after) = &after {
                one.shield = Some(level(after, i));
            }
        }
    }
}

/// The same by the plain pass of [`crate::chunk`].
#[must_use]
pub fn learn_step_by_step(base: &Base, state: State, passage: Passage<'_>) -> (State, Impression) {
    let count = passage.inputs.len();
    let chunk = Chunk {
        tokens: row(base, passage.inputs),
        targets: row(base, passage.targets),
        mask: tensor(base, passage.mask().collect(), [1, count]),
        ends: passage.ends(base),
        vigour: passage.vigour,
    };
    let (state, learned) = chunk::learn(&base.config, &base.parameters, state, chunk);
    let flat = |of: Tensor<2>| of.reshape([count]);
    (state, Impression { surprise: flat(learned.surprise), weights: learned.weights.map(flat) })
}
