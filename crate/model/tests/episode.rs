//! The outer loop's promises: the two passes are one computation, and its gradient is right and reaches everything.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

mod common;

use burn::tensor::{DType, Device, Tensor, TensorData};
use common::{Rig, close, values};
use nested_memory_model::address::{Cues, Target};
use nested_memory_model::outer::{ConversationBatch, Deltas, deltas, loss};
use nested_memory_model::parameters::{Parameters, Visitor};
use nested_memory_model::state::State;
use nested_memory_model::{Config, MixerKind};
use std::convert::Infallible;

const KINDS: [MixerKind; 2] = [MixerKind::SelfModifying, MixerKind::GatedDelta];

/// Three conversations, and after the first a night in which two turns are read again.
fn episode(rig: &mut Rig, batch: usize) -> Vec<ConversationBatch> {
    [(12, false), (8, true), (8, false), (8, false)]
        .into_iter()
        .map(|(length, night)| {
            let chunk = rig.chunk(batch, length, 1.0);
            let weights = rig.tensor([batch, length], 1.0).abs();
            let turns = Tensor::zeros([batch, length], (&rig.device, DType::F64));
            let matters = night.then(|| Tensor::ones([batch, length], (&rig.device, DType::F64)));
            ConversationBatch { chunk, weights, turns, matters }
        })
        .collect()
}

/// The same with turns that are over after every third token.
fn talk(rig: &mut Rig, batch: usize) -> Vec<ConversationBatch> {
    let mut episode = episode(rig, batch);
    for conversation in &mut episode {
        let [_, length] = conversation.weights.dims();
        let over: Vec<f64> = (0..batch * length).map(|i| (i % length / 3) as f64).collect();
        conversation.turns =
            Tensor::from_data(TensorData::new(over, [batch, length]), (&rig.device, DType::F64));
    }
    episode
}

/// Two askings in each episode of 28 tokens: one for something told, one for nothing.
fn cues(rig: &Rig, batch: usize) -> Cues {
    let closed = -1e4;
    let mut open = vec![closed; batch * 2 * 29];
    let mut right = open.clone();
    for row in 0..batch {
        let (told, stranger) = (row * 2 * 29, (row * 2 + 1) * 29);
        open[told..told + 14].fill(0.0);
        right[told + 1 + 5] = 0.0;
        open[stranger..stranger + 21].fill(0.0);
        right[stranger] = 0.0;
    }
    let places =
        |values| Tensor::from_data(TensorData::new(values, [batch, 2, 29]), (&rig.device, DType::F64));
    let gate = |every: usize| {
        let counted = |keep: fn(usize, usize) -> bool| {
            let values: Vec<f64> =
                (0..batch * 28).map(|i| f64::from(u8::from(keep(i % 28, every)))).collect();
            Tensor::from_data(TensorData::new(values, [batch, 28, 1]), (&rig.device, DType::F64))
        };
        Target { gate: counted(|t, every| t % every == 0), counts: counted(|t, _| t % 2 == 0) }
    };
    // Each episode's telling is foreign to the others.
    let elsewhere: Vec<i64> = (0..batch as i64).map(|row| row * 28 + 5).collect();
    let other = |i: usize| if i / (2 * batch) == i % batch { closed } else { 0.0 };
    let foreign: Vec<f64> = (0..batch * 2 * batch).map(other).collect();
    let asked: Vec<i64> = (0..batch as i64).flat_map(|row| [row * 28 + 14, row * 28 + 21]).collect();
    Cues {
        asked: Tensor::from_data(TensorData::new(asked, [batch * 2]), &rig.device),
        open: places(open),
        right: places(right),
        elsewhere: Tensor::from_data(TensorData::new(elsewhere, [batch]), &rig.device),
        foreign: Tensor::from_data(TensorData::new(foreign, [batch, 2, batch]), (&rig.device, DType::F64)),
        counts: Tensor::ones([batch, 2], (&rig.device, DType::F64)),
        strength: gate(3),
        closing: gate(5),
        weight: 0.7,
    }
}

fn first_pass(config: &Config, p: &Parameters, episode: &[ConversationBatch]) -> (Vec<Deltas>, State) {
    let [batch, _] = episode[0].chunk.tokens.dims();
    deltas(config, p, State::new(config, batch, &Device::flex(), DType::F64), episode)
}

struct Track;
impl Visitor for Track {
    type Error = Infallible;
    fn visit<const D: usize>(&mut self, _: &str, tensor: Tensor<D>) -> Result<Tensor<D>, Infallible> {
        Ok(tensor.autodiff().require_grad())
    }
}

/// Gradient by name, flat.
struct Gather<'a>(&'a burn::tensor::Gradients, Vec<(String, Vec<f64>)>);
impl Visitor for Gather<'_> {
    type Error = Infallible;
    fn visit<const D: usize>(&mut self, name: &str, tensor: Tensor<D>) -> Result<Tensor<D>, Infallible> {
        self.1.push((name.to_owned(), values(tensor.grad(self.0).unwrap())));
        Ok(tensor)
    }
}

/// Adds `step` to number `at` of the tensor `name`.
struct Nudge<'a>(&'a str, usize, f64);
impl Visitor for Nudge<'_> {
    type Error = Infallible;
    fn visit<const D: usize>(&mut self, name: &str, tensor: Tensor<D>) -> Result<Tensor<D>, Infallible> {
        if name != self.0 {
            return Ok(tensor);
        }
        let (shape, device) = (tensor.dims(), tensor.device());
        let mut numbers = values(tensor);
        numbers[self.1] += self.2;
        Ok(Tensor::from_data(TensorData::new(numbers, shape), (&device, DType::F64)))
    }
}

fn mean_loss(
    config: &Config,
    p: &Parameters,
    episode: &[ConversationBatch],
    deltas: &[Deltas],
    cues: Option<&Cues>,
) -> f64 {
    let Ok(p) = p.clone().map(&mut Track);
    let outcome = loss(config, &p, episode, deltas, cues);
    values(outcome.loss)[0] + cues.map_or(0.0, |cues| values(outcome.lost)[0] * cues.weight)
}

fn gradients(
    config: &Config,
    p: &Parameters,
    episode: &[ConversationBatch],
    cues: Option<&Cues>,
) -> Vec<(String, Vec<f64>)> {
    let (deltas, _) = first_pass(config, p, episode);
    let Ok(tracked) = p.clone().map(&mut Track);
    let found = loss(config, &tracked, episode, &deltas, cues).objective.backward();
    let mut gather = Gather(&found, Vec::new());
    let Ok(_same) = tracked.map(&mut gather);
    gather.1
}

#[test]
fn the_gradient_agrees_with_finite_differences() {
    for kind in KINDS {
        let mut rig = Rig::new(kind, 3).in_training();
        let episode = talk(&mut rig, 2);
        let cues = cues(&rig, 2);
        let (deltas, _) = first_pass(&rig.config, &rig.parameters, &episode);
        for (name, gradient) in gradients(&rig.config, &rig.parameters, &episode, Some(&cues)) {
            for _ in 0..3 {
                let at = rig.noise.below(gradient.len());
                let step = 1e-6;
                let moved = |step: f64| {
                    let Ok(p) = rig.parameters.clone().map(&mut Nudge(&name, at, step));
                    mean_loss(&rig.config, &p, &episode, &deltas, Some(&cues))
                };
                let slope = (moved(step) - moved(-step)) / (2.0 * step);
                let found = gradient[at];
                assert!(
                    (slope - found).abs() <= 1e-6 * (1.0 + slope.abs()),
                    "{kind:?} {name}[{at}]: finite difference {slope}, gradient {found}"
                );
            }
        }
    }
}

#[test]
fn every_parameter_and_every_initial_memory_has_a_gradient() {
    for kind in KINDS {
        let mut rig = Rig::new(kind, 5).in_training();
        let episode = talk(&mut rig, 3);
        let n = rig.config.head_size();
        for (name, gradient) in gradients(&rig.config, &rig.parameters, &episode, None) {
            let largest = gradient.iter().fold(0.0_f64, |a, g| a.max(g.abs()));
            assert!(largest > 1e-9, "{kind:?} {name} learns nothing");
            if name.ends_with("mixer.memory") {
                // key, value, rate and retention memories, head by head
                for head in gradient.chunks((2 * n + 2) * n) {
                    let parts = [
                        &head[..n * n],
                        &head[n * n..2 * n * n],
                        &head[2 * n * n..][..n],
                        &head[(2 * n + 1) * n..],
                    ];
                    for (part, what) in parts.into_iter().zip(["key", "value", "rate", "retention"]) {
                        assert!(
                            part.iter().any(|g| g.abs() > 1e-12),
                            "{kind:?} {name} of {what} learns nothing"
                        );
                    }
                }
            }
        }
    }
}

/// What the first pass leaves in memory is what the second pass reads: with the levels' share of the second pass
/// removed the loss differs, and with memories of the first pass it is the same.
#[test]
fn both_passes_see_the_same_memory() {
    let mut rig = Rig::new(MixerKind::SelfModifying, 7).in_training();
    let episode = episode(&mut rig, 2);
    let (found, _) = first_pass(&rig.config, &rig.parameters, &episode);
    let whole = mean_loss(&rig.config, &rig.parameters, &episode, &found, None);
    // The same loss from chunk-wise surprises, which the first pass computes from the memory itself.
    let mut state = State::new(&rig.config, 2, &rig.device, DType::F64);
    let (mut sum, mut weight) = (0.0, 0.0);
    for conversation in &episode {
        let [b, total] = conversation.chunk.tokens.dims();
        let night = conversation.matters.is_some();
        for from in (0..total).step_by(rig.config.chunk) {
            let to = from + rig.config.chunk;
            let part = conversation.chunk.part(0..b, from..to);
            let (next, learned) =
                nested_memory_model::chunk::learn(&rig.config, &rig.parameters, state, part);
            state = next;
            if !night {
                let weights = conversation.weights.clone().slice([0..b, from..to]);
                sum += values((learned.surprise * weights.clone()).sum())[0];
                weight += values(weights.sum())[0];
            }
            for (levels, parameters) in state.levels.iter_mut().zip(&rig.parameters.plastic) {
                for (l, (level, p)) in levels.iter_mut().zip(parameters).enumerate() {
                    let period = rig.config.periods[l].is_some_and(|p| to.is_multiple_of(p));
                    if night || to == total || period {
                        let rate = burn::tensor::activation::softplus(p.rate.clone(), 1.0);
                        *level = level.clone().update(&rate);
                    }
                }
            }
            if night || to == total {
                state = state.wipe(&rig.config);
            }
        }
    }
    assert!((whole - sum / weight).abs() < 1e-10, "{whole} and {}", sum / weight);
}

#[test]
fn a_batch_gives_each_episode_what_it_gets_alone() {
    for kind in KINDS {
        let mut rig = Rig::new(kind, 9).in_training();
        let both = episode(&mut rig, 2);
        let (_, together) = first_pass(&rig.config, &rig.parameters, &both);
        for row in 0..2 {
            let alone: Vec<ConversationBatch> = both
                .iter()
                .map(|c| {
                    let [_, t] = c.chunk.tokens.dims();
                    ConversationBatch {
                        chunk: c.chunk.part(row..row + 1, 0..t),
                        weights: c.weights.clone().slice([row..row + 1, 0..t]),
                        turns: c.turns.clone().slice([row..row + 1, 0..t]),
                        matters: c.matters.clone().map(|m| m.slice([row..row + 1, 0..t])),
                    }
                })
                .collect();
            let (_, state) = first_pass(&rig.config, &rig.parameters, &alone);
            for (a, b) in together.levels.iter().flatten().zip(state.levels.iter().flatten()) {
                let [_, u, d] = a.memory.dims();
                let mine = a.memory.clone().slice([row..row + 1, 0..u, 0..d]);
                close(mine, b.memory.clone(), 1e-12, "memory");
            }
        }
    }
}

/// A night leaves alone what is known: where nothing matters nothing is written.
#[test]
fn a_night_writes_only_what_is_not_known() {
    let mut rig = Rig::new(MixerKind::GatedDelta, 11).in_training();
    let mut episode = episode(&mut rig, 2);
    let (_, unknown) = first_pass(&rig.config, &rig.parameters, &episode);
    episode[1].matters = episode[1].matters.take().map(|matters| matters.zeros_like());
    let (_, known) = first_pass(&rig.config, &rig.parameters, &episode[..2]);
    let (_, evening) = first_pass(&rig.config, &rig.parameters, &episode[..1]);
    let memory = |state: &State| values(state.levels[0][2].memory.clone());
    assert_eq!(memory(&known), memory(&evening));
    assert_ne!(memory(&unknown), memory(&known));
}
