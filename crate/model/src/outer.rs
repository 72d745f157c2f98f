//! The outer loop's differentiable episode (recipe.md "Outer training"): several conversations, the writes of one
//! answering the questions of the next.
//!
//! Two passes, first order. [`deltas`] goes chunk by chunk and finds each δ. [`loss`] then runs the whole episode as
//! one differentiable expression in which those δ are constants, and D is built up from keys and β; so the gradient
//! reaches W_key, β, η and everything that makes keys at writing time match keys at reading time.
//!
//! Between two conversations there may be rounds of a night ([`crate::sleep`]): what was told is read again, turn by turn, and written
//! where it is not known. So the gradient reaches what is written at night as well; nobody is asked there.

use crate::address::{self, Cues};
use crate::chunk::{Chunk, Learned, embed, learn_rows};
use crate::config::{Config, LEVELS, LevelName};
use crate::head::Rows;
use crate::level::{Address, Ahead, Plastic};
use crate::parameters::Parameters;
use crate::state::{MixerState, State};
use crate::{level, mixer, norm, shield};
use burn::tensor::{IndexingUpdateOp, Int, Tensor};

/// One conversation of every episode in the batch, or one round of the night after it, padded to the same multiple of the chunk. All `[b, t]`.
#[derive(Debug, Clone)]
pub struct ConversationBatch {
    /// Inputs, targets and where they are real.
    pub chunk: Chunk,
    /// The weight of predicting each target.
    pub weights: Tensor<2>,
    /// How many of the person's turns are over: what was learned in an earlier one is already in the fast level.
    pub turns: Tensor<2>,
    /// Of a night's round, 1 at each token that must be known when it is over: `[b, t]`. `None` for a day.
    pub matters: Option<Tensor<2>>,
}

impl ConversationBatch {
    /// What belongs to day and night alike: a night's chunks are conversations of their own.
    fn apart(&self, config: &Config, x: Tensor<3>) -> Tensor<3> {
        let [b, t, d] = x.dims();
        if self.matters.is_none() { x } else { x.reshape([b * t / config.chunk, config.chunk, d]) }
    }
}

/// What the first pass finds for each level of each block that remembers, in one conversation.
pub type Deltas = Vec<[Delta; LEVELS]>;

/// What the first pass finds for one level in one conversation: constants of the second pass.
#[derive(Debug, Clone)]
pub struct Delta {
    /// δ: `[b, t, d]`.
    pub delta: Tensor<3>,
    /// The shield of each chunk, if the level has one: `[b, u, u]`.
    pub shields: Option<Vec<Tensor<3>>>,
}

impl Delta {
    /// Those of the chunks of a conversation, one after the other.
    fn join(parts: &[Learned], place: usize, level: usize) -> Self {
        let delta = Tensor::cat(parts.iter().map(|part| part.deltas[place][level].clone()).collect(), 1);
        let shields = parts.iter().map(|part| part.shields[place][level].clone()).collect();
        Self { delta, shields }
    }

    /// What the shields leave of keys, key P: `[b, t, u]`; `None` for a level without.
    fn left(&self, chunk: usize, key: &Tensor<3>) -> Option<Tensor<3>> {
        let shields = self.shields.as_ref()?;
        let [b, t, u] = key.dims();
        let parts = shields.iter().zip((0..t).step_by(chunk)).map(|(shield, from)| {
            let key = key.clone().slice([0..b, from..(from + chunk).min(t), 0..u]);
            key.matmul(Tensor::from_inner(shield.clone()))
        });
        Some(Tensor::cat(parts.collect(), 1))
    }
}

fn rates(p: &Parameters) -> Vec<[Tensor<1>; LEVELS]> {
    p.plastic.iter().map(|levels| levels.each_ref().map(level::rate)).collect()
}

fn due(config: &Config, level: usize, done: usize, last: bool) -> bool {
    last || config.periods[level].is_some_and(|period| done.is_multiple_of(period))
}

/// Updates the levels that are due.
fn update(state: &mut State, rates: &[[Tensor<1>; LEVELS]], is_due: impl Fn(usize) -> bool) {
    for (levels, rates) in state.levels.iter_mut().zip(rates) {
        for (l, (level, rate)) in levels.iter_mut().zip(rates).enumerate() {
            if is_due(l) {
                *level = level.clone().update(rate);
            }
        }
    }
}

/// The numbers of the rows that are not zero, if there are any: `[b, t]` → `[n]`.
fn rows(of: &Tensor<2>) -> Option<Tensor<1, Int>> {
    let rows = of.clone().reshape([-1]).not_equal_elem(0.0).nonzero().pop()?;
    (rows.dims()[0] > 0).then_some(rows)
}

/// First pass: every δ of the episode, and the memory after it.
#[must_use]
pub fn deltas(
    config: &Config,
    p: &Parameters,
    mut state: State,
    conversations: &[ConversationBatch],
) -> (Vec<Deltas>, State) {
    let rates = rates(p);
    let mut all = Vec::with_capacity(conversations.len());
    for conversation in conversations {
        let parts;
        (state, parts) = match &conversation.matters {
            None => day(config, p, state, conversation, &rates),
            Some(matters) => night(config, p, state, conversation, matters, &rates),
        };
        all.push(
            (0..config.remembering()).map(|b| std::array::from_fn(|l| Delta::join(&parts, b, l))).collect(),
        );
    }
    (all, state)
}

/// A conversation, chunk by chunk, to its end.
fn day(
    config: &Config,
    p: &Parameters,
    mut state: State,
    conversation: &ConversationBatch,
    rates: &[[Tensor<1>; LEVELS]],
) -> (State, Vec<Learned>) {
    let [b, total] = conversation.chunk.tokens.dims();
    let mut parts: Vec<Learned> = Vec::new();
    for from in (0..total).step_by(config.chunk) {
        let to = (from + config.chunk).min(total);
        let chunk = conversation.chunk.part(0..b, from..to);
        let lessons = rows(&chunk.mask);
        let (next, learned) = learn_rows(config, p, state, chunk, lessons, None);
        state = next;
        update(&mut state, rates, |l| due(config, l, to, to == total));
        parts.push(learned);
    }
    (state.wipe(config), parts)
}

/// A round of a night ([`crate::sleep`]): every chunk is a turn that is read again, as a conversation of its own; where all that matters
/// in it is known it is left alone.
fn night(
    config: &Config,
    p: &Parameters,
    mut state: State,
    round: &ConversationBatch,
    matters: &Tensor<2>,
    rates: &[[Tensor<1>; LEVELS]],
) -> (State, Vec<Learned>) {
    let [b, total] = round.chunk.tokens.dims();
    let mut parts: Vec<Learned> = Vec::new();
    for from in (0..total).step_by(config.chunk) {
        let chunk = round.chunk.part(0..b, from..from + config.chunk);
        let matters = matters.clone().slice([0..b, from..from + config.chunk]);
        let lessons = rows(&chunk.mask);
        let (next, learned) = learn_rows(config, p, state, chunk, lessons, Some(matters));
        state = next;
        update(&mut state, rates, |_| true);
        state = state.wipe(config);
        parts.push(learned);
    }
    (state, parts)
}

/// What the second pass gives.
#[derive(Debug)]
pub struct Outcome {
    /// A scalar whose gradient is that of the weighted mean loss.
    pub objective: Tensor<1>,
    /// Weighted mean loss in nats, without gradient: `[1]`.
    pub loss: Tensor<1>,
    /// The loss on addresses in nats, the mean over levels, without gradient: `[1]`; 0 without cues.
    pub lost: Tensor<1>,
    /// For each day, 1 where the likeliest token is the target: `[b, t]`.
    pub hits: Vec<Tensor<2, Int>>,
}

/// What of a conversation its own tokens read: 1 at `[t, s]` where the level has updated with the write of `s` before
/// `t` reads: `[b, t, t]`; `None` for a level that updates only when the conversation is over.
///
/// The fast level also learns at the end of a turn. The δ are those of the first pass, which learns whole chunks only;
/// a stream's later δ in the same chunk have seen a little more.
fn seen(config: &Config, name: LevelName, conversation: &ConversationBatch) -> Option<Tensor<3>> {
    let period = match (&conversation.matters, name) {
        (None, _) => config.periods[name.index()]?,
        // What is read at night is in the lasting levels with its end, and the fast one is wiped.
        (Some(_), LevelName::Fast) => return None,
        (Some(_), LevelName::Mid | LevelName::Slow) => config.chunk,
    };
    let turns = &conversation.turns;
    let [_, t] = turns.dims();
    let parts = Tensor::<1, Int>::arange(0..t as i64, &turns.device()).div_scalar(period as i64);
    let parts = parts.float().cast(turns.dtype()).unsqueeze::<2>();
    let later = |of: Tensor<2>| {
        let (now, then) = (of.clone().unsqueeze_dim::<3>(2), of.unsqueeze_dim::<3>(1));
        (now - then).clamp(0.0, 1.0)
    };
    let by_period = later(parts);
    Some(match name {
        LevelName::Fast => by_period.max_pair(later(turns.clone())),
        LevelName::Mid | LevelName::Slow => by_period.expand([turns.dims()[0], t, t]),
    })
}

/// One level over a whole conversation; what is in `memory` when it begins and what it writes itself:
///
/// ```text
/// y_t += key_t D + η Σ_s seen_ts (key_t · k̂_s) written_s          D ← D + η Σ_s k̂_s ⊗ written_s
/// ```
///
/// Gives `y` and the addresses, and leaves in `memory` what the next conversation reads, if it `keeps` it.
fn level_episode(
    (Plastic(level, p), config): (Plastic<'_>, &Config),
    x: Tensor<3>,
    found: &Delta,
    ends: Tensor<3>,
    seen: Option<Tensor<3>>,
    memory: &mut Option<Tensor<3>>,
    keeps: bool,
) -> (Tensor<3>, Address) {
    let mut left = None;
    let (mut y, address, _) = level::fixed(Plastic(level, p), config.key_map(), x, |key| {
        left = found.left(config.chunk, key);
        left.as_ref().map(|left| shield::familiarity(key, left.clone()))
    });
    let ahead = p.ahead.as_ref().map(Ahead::new);
    let address = level::weighed(config, address, ahead.as_ref(), &ends);
    if let Some(memory) = memory.as_ref() {
        y = y + address.key.clone().matmul(memory.clone());
    }
    if seen.is_none() && !keeps {
        // Nobody will read what it writes.
        return (y, address);
    }
    let rate = level::rate(p).unsqueeze::<3>();
    let written = level::written(&address, found.delta.clone(), ends) * rate;
    let key = &address.key;
    let direction = match left.or_else(|| found.left(config.chunk, key)) {
        Some(left) => shield::along(key, left),
        None => key.clone(),
    };
    if let Some(seen) = seen {
        let similar = key.clone().matmul(direction.clone().swap_dims(1, 2));
        y = y + (similar * seen).matmul(written.clone());
    }
    if keeps {
        let change = level::write(&direction, written);
        *memory = Some(match memory.take() {
            Some(memory) => memory + change,
            None => change,
        });
    }
    (y, address)
}

/// Second pass. `p` are tracked parameters; `deltas` come from the first pass with the same numbers.
#[must_use]
pub fn loss(
    config: &Config,
    p: &Parameters,
    conversations: &[ConversationBatch],
    deltas: &[Deltas],
    cues: Option<&Cues>,
) -> Outcome {
    let mut memories: Vec<[Option<Tensor<3>>; LEVELS]> =
        (0..config.remembering()).map(|_| std::array::from_fn(|_| None)).collect();
    let total_weight = conversations
        .iter()
        .filter(|c| c.matters.is_none())
        .map(|c| c.weights.clone().sum())
        .reduce(|a, b| a + b)
        .map(|sum| sum + 1e-9);
    let (mut objective, mut loss): (Option<Tensor<1>>, Option<Tensor<1>>) = (None, None);
    let mut hits = Vec::with_capacity(conversations.len());
    let mut addresses: Vec<[Vec<Address>; LEVELS]> =
        (0..config.remembering()).map(|_| std::array::from_fn(|_| Vec::new())).collect();
    for (c, (conversation, deltas)) in conversations.iter().zip(deltas).enumerate() {
        let last = c + 1 == conversations.len();
        let seen = LevelName::ALL.map(|name| seen(config, name, conversation).map(Tensor::from_inner));
        let [b, t] = conversation.chunk.tokens.dims();
        let mut x = embed(p, conversation.chunk.tokens.clone());
        let (device, dtype) = (x.device(), x.dtype());
        for (at, block) in p.blocks.iter().enumerate() {
            let texts = conversation.apart(config, x.clone());
            let [count, _, d] = texts.dims();
            let start = MixerState::new(config, count, &device, dtype);
            let (o, _, _) = mixer::forward(config, &block.mixer, texts, start);
            x = x + o.reshape([b, t, d]);
            let Some(place) = at.checked_sub(config.fixed_blocks) else {
                x = level::think(&block.levels, x);
                continue;
            };
            let (deltas, memories, addresses) = (&deltas[place], &mut memories[place], &mut addresses[place]);
            for name in LevelName::ALL {
                let l = name.index();
                // The fast level is wiped, and after the last conversation nobody reads.
                let keeps = name != LevelName::Fast && !last;
                let p = Plastic(&block.levels[l], &p.plastic[place][l]);
                let (delta, memory) = (&deltas[l], &mut memories[l]);
                let ends = Tensor::from_inner(conversation.chunk.ends.clone());
                let (y, address) =
                    level_episode((p, config), x.clone(), delta, ends, seen[l].clone(), memory, keeps);
                x = x + y;
                if conversation.matters.is_none() {
                    addresses[l].push(address);
                }
            }
        }
        if conversation.matters.is_some() {
            continue;
        }
        let hidden = norm::forward(x, &p.norm);
        let [_, _, d] = hidden.dims();
        let weights = conversation.weights.clone().reshape([b * t]);
        let Some(counted) = rows(&conversation.weights) else {
            hits.push(Tensor::zeros([b, t], &device));
            continue;
        };
        let hidden = hidden.reshape([b * t, d]).select(0, counted.clone());
        let targets = conversation.chunk.targets.clone().reshape([b * t]).select(0, counted.clone());
        let rows = Rows { hidden: hidden.clone().inner(), targets };
        let graded = rows.grade(&p.embedding.clone().inner(), &weights.select(0, counted.clone()));
        let none = conversation.chunk.targets.zeros_like().reshape([b * t]);
        hits.push(none.select_assign(0, counted, graded.hits, IndexingUpdateOp::Add).reshape([b, t]));
        // The gradients are constants here, so their products with what they belong to have the loss's gradient.
        let part = (hidden * Tensor::from_inner(graded.hidden)).sum()
            + (p.embedding.clone() * Tensor::from_inner(graded.embedding)).sum();
        objective = Some(objective.map_or_else(|| part.clone(), |sum| sum + part.clone()));
        loss = Some(loss.map_or_else(|| graded.nats.clone(), |sum| sum + graded.nats.clone()));
    }
    let zero = || p.norm.clone().inner().slice(0..1) * 0.0;
    let loss = loss.unwrap_or_else(zero) / total_weight.clone().unwrap_or_else(|| zero() + 1.0);
    let objective = match (objective, &total_weight) {
        (Some(objective), Some(total)) => objective / Tensor::from_inner(total.clone()),
        _ => Tensor::from_inner(zero()),
    };
    let Some(cues) = cues else { return Outcome { objective, loss, lost: zero(), hits } };
    let levels = addresses.into_iter().flatten().map(|parts| address::loss(cues, Address::join(parts)));
    let count = (config.remembering() * LEVELS) as f64;
    let lost = levels.reduce(|a, b| a + b).map_or_else(|| Tensor::from_inner(zero()), |sum| sum / count);
    Outcome { objective: objective + lost.clone() * cues.weight, loss, lost: lost.inner(), hits }
}
