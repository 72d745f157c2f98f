//! The explicit backward of the inner pass gives the gradients that automatic differentiation gives.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

mod common;

use burn::tensor::{DType, Tensor, TensorData, activation};
use common::{Rig, close, values};
use nested_memory_model::chunk::{learn, logits};
use nested_memory_model::state::State;
use nested_memory_model::{LEVELS, MixerKind};

/// A mask so small that no δ is clipped; it counts twice, in the loss and in what is written.
const MASK: f64 = 1e-3;

/// With β = 1, α = 1, γ = 0 and no clipping, A = Σ m key ⊗ δ = −m ∂L/∂D for every level of every block.
#[test]
fn what_is_written_is_the_negative_gradient_of_the_loss() {
    for kind in [MixerKind::SelfModifying, MixerKind::GatedDelta] {
        let mut rig = Rig::new(kind, 11);
        for level in rig.parameters.plastic.iter_mut().flatten() {
            level.write_bias = level.write_bias.ones_like() * 60.0;
            level.close_bias = level.close_bias.ones_like() * -60.0;
            level.ahead = None;
        }
        let chunk = rig.chunk(2, 9, MASK);
        let state = rig.busy_state(2);
        let (after, _) = learn(&rig.config, &rig.parameters, state.clone(), chunk.clone());
        let mut tracked = state;
        for level in tracked.levels.iter_mut().flatten() {
            level.memory = level.memory.clone().autodiff().require_grad();
        }
        let p = activation::log_softmax(logits(&rig.config, &rig.parameters, &tracked, chunk.tokens), 2);
        let target = chunk.targets.unsqueeze_dim::<3>(2);
        let loss = -(p.gather(2, target).squeeze_dim::<2>(2) * chunk.mask).sum();
        let gradients = loss.backward();
        let levels = tracked.levels.iter().flatten().zip(after.levels.iter().flatten());
        for (l, (tracked, after)) in levels.enumerate() {
            let gradient: Tensor<3> = tracked.memory.grad(&gradients).unwrap();
            assert!(gradient.clone().abs().max().into_scalar::<f64>() > 1e-9);
            close(after.pending.clone(), -gradient * MASK, 1e-12, &format!("{kind:?} level {l}"));
        }
    }
}

/// Positions whose successor is no lesson write nothing, though later lessons depend on them through the mixer.
#[test]
fn what_is_no_lesson_is_not_written() {
    let mut rig = Rig::new(MixerKind::SelfModifying, 12);
    let mut chunk = rig.chunk(1, 9, 1.0);
    let silent = 2..5;
    chunk.mask =
        chunk.mask.slice_assign([0..1, silent.clone()], Tensor::zeros([1, 3], (&rig.device, DType::F64)));
    let state = rig.busy_state(1);
    let (_, learned) = learn(&rig.config, &rig.parameters, state, chunk);
    for level in 0..LEVELS {
        let weights: Vec<f64> = learned.weights[level].clone().into_data().try_to_vec().unwrap();
        for (t, weight) in weights.into_iter().enumerate() {
            assert_eq!(weight == 0.0, silent.contains(&t), "level {level}, token {t}: {weight}");
        }
        for deltas in &learned.deltas {
            let part = deltas[level].clone().slice([0..1, silent.clone()]);
            assert_eq!(part.abs().max().into_scalar::<f64>(), 0.0);
        }
    }
}

/// With β = γ = 1, a finished turn's surprises are written once more, all under its last token's key.
#[test]
fn a_finished_turn_is_written_under_its_last_key() {
    let mut rig = Rig::new(MixerKind::SelfModifying, 13);
    for level in rig.parameters.plastic.iter_mut().flatten() {
        level.write_bias = level.write_bias.ones_like() * 60.0;
        level.close_bias = level.close_bias.ones_like() * 60.0;
    }
    let mut chunk = rig.chunk(1, 4, 1.0);
    let state = State::new(&rig.config, 1, &rig.device, DType::F64);
    let mut learned = |ends: [f64; 16]| {
        chunk.ends = Tensor::from_data(TensorData::new(ends.to_vec(), [1, 4, 4]), (&rig.device, DType::F64));
        learn(&rig.config, &rig.parameters, state.clone(), chunk.clone())
    };
    let mut ends = [0.0; 16];
    let (open, _) = learned(ends);
    ends[2 * 4..2 * 4 + 3].fill(1.0);
    let (over, found) = learned(ends);
    for ((over, open), deltas) in over.levels.iter().zip(&open.levels).zip(&found.deltas) {
        for ((over, open), delta) in over.iter().zip(open).zip(deltas) {
            let turn = values(delta.clone().slice([0..1, 0..3]).sum_dim(1));
            let more = values(over.pending.clone() - open.pending.clone());
            let mut length = 0.0;
            for row in more.chunks(rig.config.width) {
                let share = row.iter().zip(&turn).map(|(a, d)| a * d).sum::<f64>()
                    / turn.iter().map(|d| d * d).sum::<f64>();
                assert!(share >= -1e-9, "addresses are not negative");
                for (a, d) in row.iter().zip(&turn) {
                    assert!((a - share * d).abs() < 1e-9, "every row is a share of what surprised");
                }
                length += share * share;
            }
            assert!((length - 1.0).abs() < 1e-9, "the shares are one address of unit length");
        }
    }
}
