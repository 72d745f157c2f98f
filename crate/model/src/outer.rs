//! The outer loop's differentiable episode (recipe.md "Outer training"): several conversations, the writes of one
//! answering the questions of the next.
//!
//! Two passes, first order. [`deltas`] goes chunk by chunk and finds each δ. [`loss`] then runs the whole episode as
//! one differentiable expression in which those δ are constants, and D is built up from keys and β; so the gradient
//! reaches W_key, β, η and everything that makes keys at writing time match keys at reading time.

use crate::chunk::{Chunk, embed, learn};
use crate::config::{Config, LEVELS, LevelName};
use crate::parameters::Parameters;
use crate::state::{MixerState, State};
use crate::tensors::linear_back;
use crate::{level, mixer, norm};
use burn::tensor::{Int, Tensor, activation};

/// One conversation of every episode in the batch, padded to the same multiple of the chunk. All `[b, t]`.
#[derive(Debug, Clone)]
pub struct ConversationBatch {
    /// Inputs, targets and where they are real.
    pub chunk: Chunk,
    /// The weight of predicting each target.
    pub weights: Tensor<2>,
}

/// δ of one conversation, for each block and level: `[b, t, d]`.
pub type Deltas = Vec<[Tensor<3>; LEVELS]>;

fn rates(p: &Parameters) -> Vec<[Tensor<1>; LEVELS]> {
    p.blocks.iter().map(|block| std::array::from_fn(|l| level::rate(&block.levels[l]))).collect()
}

fn due(config: &Config, level: usize, done: usize, last: bool) -> bool {
    last || config.periods[level].is_some_and(|period| done.is_multiple_of(period))
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
        let [b, total] = conversation.chunk.tokens.dims();
        let mut parts: Vec<Deltas> = Vec::new();
        for from in (0..total).step_by(config.chunk) {
            let to = (from + config.chunk).min(total);
            let chunk = Chunk {
                tokens: conversation.chunk.tokens.clone().slice([0..b, from..to]),
                targets: conversation.chunk.targets.clone().slice([0..b, from..to]),
                mask: conversation.chunk.mask.clone().slice([0..b, from..to]),
            };
            let (next, learned) = learn(config, p, state, chunk);
            state = next;
            for (block, rates) in state.blocks.iter_mut().zip(&rates) {
                for (l, rate) in rates.iter().enumerate() {
                    if due(config, l, to, to == total) {
                        block.levels[l] = block.levels[l].clone().update(rate);
                    }
                }
            }
            parts.push(learned.deltas);
        }
        state = state.wipe(config);
        all.push(
            (0..config.blocks)
                .map(|b| {
                    std::array::from_fn(|l| {
                        Tensor::cat(parts.iter().map(|part| part[b][l].clone()).collect(), 1)
                    })
                })
                .collect(),
        );
    }
    (all, state)
}

/// What the second pass gives.
#[derive(Debug)]
pub struct Outcome {
    /// A scalar whose gradient is that of the weighted mean loss.
    pub objective: Tensor<1>,
    /// Weighted mean loss in nats, without gradient: `[1]`.
    pub loss: Tensor<1>,
    /// For each conversation, 1 where the likeliest token is the target: `[b, t]`.
    pub hits: Vec<Tensor<2, Int>>,
}

/// One level over a whole conversation: reads change where the level updates.
///
/// Gives `y` and leaves in `memory` what the next conversation reads.
fn level_episode(
    config: &Config,
    p: &crate::parameters::LevelParameters,
    name: LevelName,
    x: Tensor<3>,
    delta: &Tensor<3>,
    memory: &mut Option<Tensor<3>>,
) -> Tensor<3> {
    let [b, total, _] = x.dims();
    let (y, address, _) = level::fixed(p, x);
    let rate = level::rate(p).unsqueeze::<3>();
    let period = config.periods[name.index()].unwrap_or(total);
    let [_, _, u] = address.key.dims();
    let [_, _, d] = delta.dims();
    let mut d_now = if name == LevelName::Fast { None } else { memory.take() };
    let mut reads = Vec::new();
    for from in (0..total).step_by(period) {
        let to = (from + period).min(total);
        let key = address.key.clone().slice([0..b, from..to, 0..u]);
        reads.push(match &d_now {
            Some(memory) => key.clone().matmul(memory.clone()),
            None => Tensor::zeros([b, to - from, d], (&key.device(), key.dtype())),
        });
        if name == LevelName::Fast && to == total {
            break; // wiped before anybody reads it
        }
        let strength = address.strength.clone().slice([0..b, from..to, 0..1]);
        let part = level::Address { key, strength };
        let change = level::write(&part, delta.clone().slice([0..b, from..to, 0..d])) * rate.clone();
        d_now = Some(match d_now {
            Some(memory) => memory + change,
            None => change,
        });
    }
    *memory = d_now;
    y + Tensor::cat(reads, 1)
}

/// Second pass. `p` are tracked parameters; `deltas` come from the first pass with the same numbers.
#[must_use]
pub fn loss(
    config: &Config,
    p: &Parameters,
    conversations: &[ConversationBatch],
    deltas: &[Deltas],
) -> Outcome {
    let mut memories: Vec<[Option<Tensor<3>>; LEVELS]> =
        (0..config.blocks).map(|_| std::array::from_fn(|_| None)).collect();
    let total_weight =
        conversations.iter().map(|c| c.weights.clone().sum()).reduce(|a, b| a + b).map(|sum| sum + 1e-9);
    let (mut objective, mut loss): (Option<Tensor<1>>, Option<Tensor<1>>) = (None, None);
    let mut hits = Vec::with_capacity(conversations.len());
    for (conversation, deltas) in conversations.iter().zip(deltas) {
        let [b, t] = conversation.chunk.tokens.dims();
        let mut x = embed(p, conversation.chunk.tokens.clone());
        let (device, dtype) = (x.device(), x.dtype());
        for ((p, deltas), memories) in p.blocks.iter().zip(deltas).zip(&mut memories) {
            let start = MixerState::new(config, b, &device, dtype);
            let (o, _, _) = mixer::forward(config, &p.mixer, x.clone(), start);
            x = x + o;
            for name in LevelName::ALL {
                let l = name.index();
                let y = level_episode(config, &p.levels[l], name, x.clone(), &deltas[l], &mut memories[l]);
                x = x + y;
            }
        }
        let (hidden, _) = norm::forward(x, &p.norm);
        let logits = linear_back(hidden, &p.embedding);
        // ∂CE/∂logits = w (p − onehot) is a constant here, so Σ logits ⊙ that has the loss's gradient.
        let plain = logits.clone().inner();
        let targets = conversation.chunk.targets.clone().reshape([b, t, 1]);
        let odds = activation::softmax(plain.clone(), 2);
        hits.push(plain.argmax(2).equal(targets.clone()).int().reshape([b, t]));
        let weights = conversation.weights.clone().unsqueeze_dim::<3>(2);
        let hit = odds.clone().gather(2, targets.clone());
        let nats = (-(hit + 1e-30).log() * weights.clone()).sum();
        let slope = odds.scatter(2, targets, weights.full_like(-1.0), burn::tensor::IndexingUpdateOp::Add);
        let slope = slope * weights;
        let slope = match &total_weight {
            Some(total) => slope / total.clone().unsqueeze::<3>(),
            None => slope,
        };
        let part = (logits * Tensor::from_inner(slope)).sum();
        objective = Some(objective.map_or_else(|| part.clone(), |sum| sum + part.clone()));
        loss = Some(loss.map_or_else(|| nats.clone(), |sum| sum + nats.clone()));
    }
    let zero = || p.norm.clone().inner().slice(0..1) * 0.0;
    let loss = loss.unwrap_or_else(zero) / total_weight.unwrap_or_else(|| zero() + 1.0);
    Outcome { objective: objective.unwrap_or_else(|| Tensor::from_inner(zero())), loss, hits }
}
