//! What is said in one call is what is said step by step.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

mod common;

use common::Rig;
use nested_memory_model::{
    Base, Levels, Marks, Memory, MixerKind, Sampling, Words, end_conversation, observe, speak,
    speak_step_by_step,
};
use pollster::block_on;
use proptest::prelude::*;

const MARKS: Marks = Marks { user: 1, assistant: 2, end: 3 };

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn an_answer_in_one_call_is_the_answer_step_by_step(
        seed in 0_u64..1000,
        heard in 1_usize..14,
        most in 1_usize..9,
        delta in any::<bool>(),
        off in any::<bool>(),
        forbidden in prop::collection::vec(0_u32..23, 0..6),
        temperature in prop_oneof![Just(0.0_f32), 0.2_f32..3.0],
        top in 0_u32..30,
    ) {
        let kind = if delta { MixerKind::GatedDelta } else { MixerKind::SelfModifying };
        let levels = if off { Levels::Off } else { Levels::On };
        let mut rig = Rig::new(kind, seed);
        let mut config = rig.config.clone();
        config.marks = Some(MARKS);
        let base = Base::new(config, rig.parameters.clone(), "0".repeat(64));
        let mut text = |count| (0..count).map(|_| rig.noise.below(23) as u32).collect::<Vec<_>>();
        let (memory, _) = block_on(observe(&base, Memory::new(&base), &text(9), Levels::On)).unwrap();
        let (memory, _) = block_on(end_conversation(&base, memory, Levels::On)).unwrap();
        let words = Words { most, end: 3, forbidden: &forbidden, sampling: Sampling { temperature, top, seed: seed as u32 } };
        let unasked = block_on(speak(&base, &memory, levels, words)).unwrap();
        prop_assert!(unasked.is_empty());
        let (memory, _) = block_on(observe(&base, memory, &text(heard), levels)).unwrap();
        let fused = block_on(speak(&base, &memory, levels, words)).unwrap();
        let plain = block_on(speak_step_by_step(&base, &memory, levels, words)).unwrap();
        prop_assert!(!fused.is_empty() && fused.len() <= most);
        prop_assert_eq!(fused.len(), plain.len());
        for (a, b) in fused.iter().zip(&plain) {
            prop_assert_eq!(a.token, b.token);
            prop_assert!((a.odds - b.odds).abs() < 1e-6, "{:?} and {:?}", a, b);
        }
    }
}

#[test]
fn a_draw_is_the_same_in_whatever_portions_it_is_said() {
    let rig = Rig::new(MixerKind::GatedDelta, 5);
    let config = nested_memory_model::Config { marks: Some(MARKS), ..rig.config.clone() };
    let base = Base::new(config, rig.parameters, "0".repeat(64));
    let said = |portion: usize, seed: u32| {
        let heard = block_on(observe(&base, Memory::new(&base), &[1, 9, 8, 2], Levels::On)).unwrap();
        let (mut memory, mut said) = (heard.0, Vec::new());
        while said.len() < 12 {
            let sampling = Sampling { temperature: 5.0, top: 0, seed };
            let words = Words { most: portion, end: u32::MAX, forbidden: &[1, 2, 3], sampling };
            let next: Vec<u32> =
                block_on(speak(&base, &memory, Levels::On, words)).unwrap().iter().map(|s| s.token).collect();
            memory = block_on(observe(&base, memory, &next, Levels::On)).unwrap().0;
            said.extend(next);
        }
        said.truncate(12);
        said
    };
    assert_eq!(said(1, 4), said(5, 4));
    assert_eq!(said(1, 4), said(12, 4));
    assert_ne!(said(1, 4), said(1, 5), "another seed draws another answer");
}
