//! One chunk through the model: the forward that answers, and the inner pass that learns.
//!
//! The inner pass (hope.md §1.5 eq. 70–71; recipe.md "Inner update of a level") is one forward and one explicit
//! backward over the chunk, towards activations only: the base's parameters need no gradient here.
//!
//! ```text
//! δ_t = −m_t ∂/∂y_t Σ_t m_t cross_entropy(next token), ‖δ_t‖ ≤ 1        A_ℓ += Σ_t key_t ⊗ written_t
//! ```
//!
//! `m_t` is 1 where the next token is a lesson and 0 elsewhere: what is no lesson neither teaches nor is written.

use crate::config::{Config, LEVELS, LevelName};
use crate::head::{self, Rows, Surprise};
use crate::level::{self, Address, Ahead, LevelTrace, Plastic};
use crate::mixer::{self, MixerTrace};
use crate::norm;
use crate::parameters::Parameters;
use crate::shield;
use crate::sleep::SURE;
use crate::state::State;
use crate::tensors::linear_back;
use burn::tensor::{Int, Tensor};
use nested_memory_kernels::matrix_product::MatrixProduct;
use std::ops::Range;

/// Tokens and what followed each. `b` users, `t` tokens; all `[b, t]`.
#[derive(Debug, Clone)]
pub struct Chunk {
    /// The inputs.
    pub tokens: Tensor<2, Int>,
    /// The next tokens.
    pub targets: Tensor<2, Int>,
    /// 1 where the target is a lesson; 0 where it is not, and in the padding after a conversation's end.
    pub mask: Tensor<2>,
    /// 1 at `[e, s]` where `e` is the last token of a person's finished turn and `s` one of its tokens: `[b, t, t]`.
    pub ends: Tensor<3>,
    /// How strongly the lasting levels are written ([`crate::observe()`]): the same for all tokens of a turn.
    pub vigour: Tensor<2>,
}

impl Chunk {
    /// Some users and some of the tokens.
    #[must_use]
    pub fn part(&self, users: Range<usize>, tokens: Range<usize>) -> Self {
        let place = [users.clone(), tokens.clone()];
        Self {
            tokens: self.tokens.clone().slice(place.clone()),
            targets: self.targets.clone().slice(place.clone()),
            mask: self.mask.clone().slice(place.clone()),
            vigour: self.vigour.clone().slice(place),
            ends: self.ends.clone().slice([users, tokens.clone(), tokens]),
        }
    }
}

/// What the inner pass found, before any update.
#[derive(Debug, Clone)]
pub struct Learned {
    /// Loss of each token in nats: `[b, t]`.
    pub surprise: Tensor<2>,
    /// δ for each level of each block that remembers, times the vigour that it is written with: `[b, t, d]`.
    pub deltas: Vec<[Tensor<3>; LEVELS]>,
    /// The shields that directed the writes, likewise: `[b, u, u]`.
    #[cfg_attr(target_arch = "wasm32", expect(dead_code, reason = "training differentiates through them"))]
    pub(crate) shields: Vec<[Option<Tensor<3>>; LEVELS]>,
    /// (β + γ β of the turn's last token) ‖δ‖ for each level, summed over the blocks that remember: `[b, t]`.
    pub weights: [Tensor<2>; LEVELS],
}

struct BlockTrace {
    mixer: MixerTrace,
    levels: Vec<LevelTrace>,
    addresses: Vec<Address>,
}

struct Trace {
    blocks: Vec<BlockTrace>,
    x: Tensor<3>,
    hidden: Tensor<3>,
}

impl Trace {
    fn logits_at(&self, p: &Parameters, at: usize) -> Tensor<1> {
        let [b, _, d] = self.hidden.dims();
        let hidden = self.hidden.clone().slice([0..b, at..at + 1, 0..d]);
        linear_back(hidden, &p.embedding).reshape([p.embedding.dims()[0]])
    }

    fn keys_at(&self, at: usize) -> Vec<Tensor<3>> {
        let addresses = self.blocks.iter().flat_map(|block| &block.addresses);
        let key = |address: &Address| {
            let [b, _, u] = address.key.dims();
            address.key.clone().slice([0..b, at..at + 1, 0..u])
        };
        addresses.map(key).collect()
    }
}

/// Embeddings of tokens: `[b, t]` → `[b, t, d]`.
pub(crate) fn embed(p: &Parameters, tokens: Tensor<2, Int>) -> Tensor<3> {
    let [b, t] = tokens.dims();
    let [_, d] = p.embedding.dims();
    p.embedding.clone().select(0, tokens.reshape([b * t])).reshape([b, t, d])
}

/// Through all blocks from `state`; the state's mixers move on, its levels are only read.
fn forward(config: &Config, p: &Parameters, state: &mut State, tokens: Tensor<2, Int>) -> Trace {
    let mut x = embed(p, tokens);
    let mut blocks = Vec::with_capacity(config.remembering());
    for (b, (block, mixer)) in p.blocks.iter().zip(&mut state.mixers).enumerate() {
        let (o, moved, trace) = mixer::forward(config, &block.mixer, x.clone(), mixer.clone());
        *mixer = moved;
        x = x + o;
        let Some(place) = b.checked_sub(config.fixed_blocks) else {
            x = level::think(&block.levels, x);
            continue;
        };
        let mixer = trace;
        let (mut levels, mut addresses) = (Vec::with_capacity(LEVELS), Vec::with_capacity(LEVELS));
        for ((p, plastic), state) in block.levels.iter().zip(&p.plastic[place]).zip(&state.levels[place]) {
            // A constant of the inner pass, so that nothing is taught by way of it.
            let familiarity = |key: &Tensor<3>| {
                let left = |shield: &Tensor<3>| key.clone().product(shield.clone());
                state.shield.as_ref().map(|shield| shield::familiarity(key, left(shield)).detach())
            };
            let (y, address, trace) =
                level::fixed(Plastic(p, plastic), config.key_map(), x.clone(), familiarity);
            x = x + y + address.key.clone().product(state.memory.clone());
            levels.push(trace);
            addresses.push(address);
        }
        blocks.push(BlockTrace { mixer, levels, addresses });
    }
    let hidden = norm::forward(x.clone(), &p.norm);
    Trace { blocks, x, hidden }
}

/// Logits of every token: `[b, t]` → `[b, t, vocabulary]`. Reads the memory, changes nothing.
#[must_use]
pub fn logits(config: &Config, p: &Parameters, state: &State, tokens: Tensor<2, Int>) -> Tensor<3> {
    let trace = forward(config, p, &mut state.clone(), tokens);
    linear_back(trace.hidden, &p.embedding)
}

/// Logits after token `at` of one user: `[vocabulary]`. Reads the memory, changes nothing.
#[must_use]
pub fn logits_at(
    config: &Config,
    p: &Parameters,
    state: &State,
    tokens: Tensor<2, Int>,
    at: usize,
) -> Tensor<1> {
    forward(config, p, &mut state.clone(), tokens).logits_at(p, at)
}

/// The same, and how much each level holds under that token's key, n of [`crate::doubt`]: `[levels]`.
pub(crate) fn evidence_at(
    config: &Config,
    p: &Parameters,
    state: &State,
    tokens: Tensor<2, Int>,
    at: usize,
) -> (Tensor<1>, Tensor<1>) {
    let trace = forward(config, p, &mut state.clone(), tokens);
    let levels = state.levels.iter().flatten();
    let found = trace.keys_at(at).into_iter().zip(levels).map(|(key, level)| level.found(&key).reshape([1]));
    let found = Tensor::cat(found.collect(), 0);
    (trace.logits_at(p, at), found)
}

/// The keys of all tokens, level by level over the blocks that remember: `[b, t, u]` each.
pub(crate) fn keys(config: &Config, p: &Parameters, state: &State, tokens: Tensor<2, Int>) -> Vec<Tensor<3>> {
    let trace = forward(config, p, &mut state.clone(), tokens);
    trace.blocks.into_iter().flat_map(|block| block.addresses).map(|address| address.key).collect()
}

/// Moves the mixers on by a chunk without learning.
pub fn advance(config: &Config, p: &Parameters, state: &mut State, tokens: Tensor<2, Int>) {
    let _trace = forward(config, p, state, tokens);
}

/// The inner pass. The state moves on by the chunk: mixers advance and every level's A takes its writes; D is left
/// to [`crate::state::LevelState::update`].
#[must_use]
pub fn learn(config: &Config, p: &Parameters, state: State, chunk: Chunk) -> (State, Learned) {
    learn_rows(config, p, state, chunk, None, None)
}

/// The same where only these of the `b·t` rows are lessons; the others' surprise is given as 0. Where `unless_known` marks tokens,
/// `[b, t]`, a text is learned only if one of its own is not known yet ([`SURE`]).
pub(crate) fn learn_rows(
    config: &Config,
    p: &Parameters,
    mut state: State,
    chunk: Chunk,
    lessons: Option<Tensor<1, Int>>,
    unless_known: Option<Tensor<2>>,
) -> (State, Learned) {
    let [b, t] = chunk.tokens.dims();
    let trace = forward(config, p, &mut state, chunk.tokens);
    let [_, _, d] = trace.hidden.dims();
    let rows = Rows { hidden: trace.hidden.reshape([b * t, d]), targets: chunk.targets.reshape([b * t]) };
    let found = match &lessons {
        None => rows.surprise(p),
        Some(lessons) => {
            let Surprise { nats, hidden } = rows.select(lessons).surprise(p);
            let spread = |values| head::spread(lessons, values, b * t);
            Surprise { nats: spread(nats.unsqueeze_dim(1)).reshape([b * t]), hidden: spread(hidden) }
        }
    };
    let surprise = found.nats.reshape([b, t]);
    let mask = match unless_known {
        None => chunk.mask,
        Some(marked) => {
            let unknown = (surprise.clone() * marked).max_dim(1).greater_elem(-SURE.ln());
            chunk.mask.clone() * unknown.float().cast(chunk.mask.dtype())
        }
    };
    let (mask, vigour) = (mask.unsqueeze_dim::<3>(2), chunk.vigour.unsqueeze_dim::<3>(2));
    let closed = chunk.ends.clone().swap_dims(1, 2);
    let d_hidden = found.hidden.reshape([b, t, d]) * mask.clone();
    let mut dx = norm::backward(trace.x, &p.norm, d_hidden);
    let mut deltas = Vec::with_capacity(p.plastic.len());
    let mut shields = Vec::with_capacity(p.plastic.len());
    let mut weights: Option<[Tensor<2>; LEVELS]> = None;
    for (place, trace) in trace.blocks.into_iter().enumerate().rev() {
        let block = &p.blocks[config.fixed_blocks + place];
        let mut of_block = Vec::with_capacity(LEVELS);
        let mut weights_of_block = Vec::with_capacity(LEVELS);
        let mut shields_of_block = Vec::with_capacity(LEVELS);
        let parameters = block.levels.iter().zip(&p.plastic[place]);
        let levels = parameters.zip(&mut state.levels[place]).zip(trace.levels).zip(trace.addresses);
        for (name, ((((level, p), state), trace), address)) in LevelName::ALL.into_iter().zip(levels).rev() {
            let length = (dx.clone().square().sum_dim(2) + 1e-24).sqrt();
            let vigour = if name == LevelName::Fast { vigour.ones_like() } else { vigour.clone() };
            let delta = -dx.clone() / length.clone().clamp_min(1.0) * mask.clone() * vigour.clone();
            let ahead = p.ahead.as_ref().map(Ahead::new);
            let address = level::weighed(config, address, ahead.as_ref(), &chunk.ends);
            // A token is written where it stands, and where its turn ends.
            let again = closed.clone().product(address.strength.clone()) * address.closing.clone();
            let gates = address.strength.clone() + again;
            let weight = length.clamp_max(1.0) * gates * mask.clone();
            weights_of_block.push(weight.reshape([b, t]));
            let written = level::written(&address, delta.clone(), chunk.ends.clone());
            let direction = match &state.shield {
                None => address.key.clone(),
                Some(shield) => shield::direct(&address.key, shield.clone()),
            };
            state.pending = state.pending.clone() + level::write(&direction, written);
            shields_of_block.push(state.shield.clone());
            if let Some((shield, lambda)) = state.shield.as_mut().zip(config.protection) {
                let strength = address.strength.clone() * mask.clone() * vigour;
                let taken = shield::taken(&address.key, strength, lambda);
                *shield = nested_memory_kernels::shield::absorb(shield.clone(), taken);
            }
            of_block.push(delta);
            dx = level::backward(Plastic(level, p), &state.memory, trace, dx);
        }
        // Before the first block that remembers there is nobody to teach.
        if place > 0 {
            dx = dx.clone() + mixer::backward(config, &block.mixer, trace.mixer, dx);
        }
        of_block.reverse();
        weights_of_block.reverse();
        shields_of_block.reverse();
        deltas.push(three(of_block));
        shields.push(three(shields_of_block));
        weights = Some(match weights {
            None => three(weights_of_block),
            Some(sum) => {
                let mut next = weights_of_block.into_iter();
                sum.map(|w| match next.next() {
                    Some(more) => w + more,
                    None => w,
                })
            }
        });
    }
    deltas.reverse();
    shields.reverse();
    let weights = weights.unwrap_or_else(|| std::array::from_fn(|_| surprise.zeros_like()));
    (state, Learned { surprise, deltas, shields, weights })
}

fn three<T>(items: Vec<T>) -> [T; LEVELS] {
    match items.try_into() {
        Ok(three) => three,
        Err(_) => unreachable!("one item is pushed for each level"),
    }
}
