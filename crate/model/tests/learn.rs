//! What is learned by the fused pass is what is learned step by step.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

mod common;

use common::{Rig, close};
use nested_memory_model::learn::{Passage, learn, learn_step_by_step};
use nested_memory_model::{Base, MixerKind};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_passage_learned_in_one_call_is_the_passage_learned_step_by_step(
        seed in 0_u64..1000,
        count in 1_usize..40,
        delta in any::<bool>(),
        turn in any::<prop::sample::Index>(),
        ends in any::<bool>(),
        vigour in 0.1_f64..1.0,
        both in any::<bool>(),
    ) {
        let kind = if delta { MixerKind::GatedDelta } else { MixerKind::SelfModifying };
        let mut rig = Rig::new(kind, seed);
        if both {
            // Shields and gates together, as in the page's base.
            rig.config.protection = Some(1.5);
            rig.config.turn_gate = true;
        }
        let state = rig.busy_state(1);
        let mut text = || (0..count).map(|_| rig.noise.below(23) as u32).collect::<Vec<_>>();
        let (inputs, targets) = (text(), text());
        let lessons: Vec<bool> = text().into_iter().map(|token| token % 3 > 0).collect();
        let base = Base::new(rig.config.clone(), rig.parameters.clone(), "0".repeat(64));
        let passage = Passage {
            inputs: &inputs,
            targets: &targets,
            lessons: &lessons,
            turn: ends.then(|| turn.index(count)),
            vigour,
        };
        let (fused, found) = learn(&base, state.clone(), passage);
        let (plain, expected) = learn_step_by_step(&base, state, passage);
        close(found.surprise, expected.surprise, 1e-10, "surprise");
        for (l, (found, expected)) in found.weights.into_iter().zip(expected.weights).enumerate() {
            close(found, expected, 1e-10, &format!("weights of level {l}"));
        }
        for (fused, plain) in fused.mixers.into_iter().zip(plain.mixers) {
            close(fused.gain, plain.gain, 1e-10, "gain");
            close(fused.tail, plain.tail, 1e-10, "tail");
        }
        let levels = fused.levels.into_iter().flatten().zip(plain.levels.into_iter().flatten());
        for (l, (fused, plain)) in levels.enumerate() {
            close(fused.memory, plain.memory, 0.0, &format!("D of level {l}"));
            close(fused.pending, plain.pending, 1e-9, &format!("A of level {l}"));
            prop_assert_eq!(fused.shield.is_some(), plain.shield.is_some());
            if let (Some(fused), Some(plain)) = (fused.shield, plain.shield) {
                close(fused, plain, 1e-9, &format!("P of level {l}"));
            }
        }
    }
}
