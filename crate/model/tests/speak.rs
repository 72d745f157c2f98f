//! What is said in one call is what is said step by step.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

mod common;

use burn::tensor::{DType, Device, Tensor, TensorData};
use common::Rig;
use nested_memory_kernels::decode::succession::{ANY, EDGE, place};
use nested_memory_model::doubt::evidence;
use nested_memory_model::succession::{Succession, Usage};
use nested_memory_model::{
    Acquaintance, Base, Levels, Marks, Memory, MixerKind, Recognition, Sampling, Words, end_conversation,
    observe, speak, speak_step_by_step,
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
        begins in any::<bool>(),
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
        // An answer that begins is doubted.
        let memory = if begins { block_on(observe(&base, memory, &[MARKS.assistant], levels)).unwrap().0 } else { memory };
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

/// A base with such a doubt, and its declining tokens.
fn doubting(doubt: Vec<f32>) -> (Base, [u32; 2]) {
    let rig = Rig::new(MixerKind::SelfModifying, 6);
    let declines = rig.config.declines.unwrap();
    let config = nested_memory_model::Config { marks: Some(MARKS), ..rig.config.clone() };
    let mut parameters = rig.parameters;
    let shape = parameters.doubt.as_ref().unwrap().dims();
    assert_eq!(shape.iter().product::<usize>(), doubt.len());
    let place = (&Device::flex(), DType::F64);
    parameters.doubt = Some(Tensor::from_data(TensorData::new(doubt, shape), place));
    (Base::new(config, parameters, "0".repeat(64)), declines)
}

/// Nobody knows what a parrot is called who never heard of one, however near the question's address is to another's.
#[test]
fn what_has_strange_words_is_declined_and_what_was_told_of_is_not() {
    let (base, [decline, _]) = doubting(vec![0.0; 14]);
    let mut config = base.config.clone();
    let recognition = config.recognition.as_mut().unwrap();
    *recognition = Recognition { weights: [1000.0, 0.0], ..recognition.clone() };
    let base = Base::new(config, base.parameters, base.sha256);
    let hears = |tokens: &[u32], levels: Levels| {
        block_on(observe(&base, Memory::new(&base), tokens, levels)).unwrap().0
    };
    let first = |memory: &Memory| {
        let words = Words { most: 1, end: 3, forbidden: &[], sampling: Sampling::GREEDY };
        block_on(speak(&base, memory, Levels::On, words)).unwrap()[0].token
    };
    let mut memory = hears(&[1, 9, 8, 14, 2], Levels::On);
    assert_ne!(first(&memory), decline, "this base writes whatever it hears");
    memory.acquaintance = Acquaintance::new(base.config.vocabulary);
    assert_eq!(first(&memory), decline);

    // What the model says itself is no acquaintance, nor is what it is told while its levels are off.
    let known = hears(&[1, 7, 2, 9, 8, 14, 3, 1, 6, 2], Levels::On).acquaintance;
    let with: Vec<usize> = (0..23).filter(|token| known.values()[*token] > 0.0).collect();
    assert_eq!(with, [6, 7]);
    assert_eq!(hears(&[1, 7, 2, 9, 3, 1, 6, 2], Levels::Off).acquaintance, Acquaintance::new(23));
}

#[test]
fn what_is_not_familiar_is_declined_and_what_was_told_is_not() {
    let heard = |base: &Base, told: usize, levels: Levels| {
        let mut memory = Memory::new(base);
        for _ in 0..told {
            memory = block_on(observe(base, memory, &[1, 9, 8, 14, 2, 3], levels)).unwrap().0;
        }
        block_on(observe(base, memory, &[1, 9, 8, 14, 2], levels)).unwrap().0
    };
    let (base, _) = doubting(vec![0.0; 14]);
    let familiar = |told| {
        let evidence = block_on(evidence(&base, &heard(&base, told, Levels::On))).unwrap().unwrap();
        evidence.found[1]
    };
    let (seldom, often) = (familiar(0), familiar(9));
    assert!(seldom > 0.0 && often > seldom * 1.2, "{seldom} and {often}");

    // Half-way between them the first declining token is given nothing, and a lot on either side.
    let steep = 1000.0 / (often - seldom);
    let mut doubt = vec![0.0; 14];
    (doubt[0], doubt[2]) = (steep * (often + seldom) / 2.0, -steep);
    let (base, [decline, _]) = doubting(doubt);
    let words = Words { most: 1, end: 3, forbidden: &[], sampling: Sampling::GREEDY };
    let first =
        |memory: &Memory, levels: Levels| block_on(speak(&base, memory, levels, words)).unwrap()[0].token;
    assert_eq!(first(&heard(&base, 0, Levels::On), Levels::On), decline);
    assert_ne!(first(&heard(&base, 9, Levels::On), Levels::On), decline);
    assert_ne!(
        first(&heard(&base, 0, Levels::Off), Levels::Off),
        decline,
        "without levels there is no doubt"
    );
    let (memory, _) = block_on(observe(&base, Memory::new(&base), &[1, 9, 8, 14], Levels::On)).unwrap();
    assert_ne!(first(&memory, Levels::On), decline, "only an answer that begins is doubted");
}

#[test]
fn what_it_promised_to_forget_is_forgotten() {
    let (base, _) = doubting(vec![0.0; 14]);
    let tell = |memory: Memory, tokens: &[u32]| block_on(observe(&base, memory, tokens, Levels::On)).unwrap();
    let (told, _) = tell(Memory::new(&base), &[1, 9, 8, 14, 2, 3]);
    let told = block_on(end_conversation(&base, told, Levels::On)).unwrap().0;
    let (asked, _) = tell(told, &[1, 9, 8, 14, 2]);
    let found = |memory: &Memory| block_on(evidence(&base, memory)).unwrap().unwrap().found;
    let before = found(&asked);
    assert!(before.iter().all(|found| *found > 0.0));
    // Token 7 and the end are the rig's promise; any other answer changes nothing.
    let (other, _) = tell(asked.clone(), &[8, 3]);
    let (forgotten, events) = tell(asked.clone(), &[7, 3]);
    let memory_of = |memory: &Memory| memory.state.levels[1][2].memory.to_data();
    assert_eq!(memory_of(&other), memory_of(&asked));
    assert_ne!(memory_of(&forgotten), memory_of(&asked));
    assert_eq!(events.len(), 6, "each level of both blocks says that it changed");
    // The same place once more, as if the answer had not been given.
    let mut again = asked;
    again.state.levels = forgotten.state.levels;
    let found = found(&again);
    // The first block's levels are asked nearly what they were: little is found there now.
    let gone = |i: usize| found[i].abs() < before[i] / 2.0;
    assert!((0..3).all(gone), "{found:?} {before:?}");
}

/// Which words may follow which is known of what was told, and of nothing else.
#[test]
fn what_was_never_said_in_this_order_is_not_said() {
    let (base, _) = doubting(vec![0.0; 14]);
    let mut config = base.config.clone();
    // Token 13 ends a value, and nothing is the base's own.
    let begins = [true; 23];
    config.succession = Some(Usage::new(&Succession::new(), &begins, [13, 13], [1000.0, 1000.0]));
    let base = Base::new(config, base.parameters, base.sha256);
    let say = |memory: &Memory, levels: Levels| -> Vec<u32> {
        // The end mark is never held back, so it is forbidden here.
        let words = Words { most: 4, end: u32::MAX, forbidden: &[1, 2, 3], sampling: Sampling::GREEDY };
        block_on(speak(&base, memory, levels, words)).unwrap().iter().map(|spoken| spoken.token).collect()
    };
    let hears = |tokens: &[u32], levels: Levels| {
        block_on(observe(&base, Memory::new(&base), tokens, levels)).unwrap().0
    };
    // 9 8 14 goes round in a circle: whatever it begins with, what follows is known.
    let told = hears(&[1, 9, 8, 14, 9, 8, 14, 9, 2, 3, 1, 6, 2], Levels::On);
    let circle = [(6, 13), (9, 8), (8, 14), (14, 9), (9, 13), (14, 13), (8, 13)];
    let said = say(&told, Levels::On);
    assert_eq!(said.len(), 4);
    assert!([6, 9, 8, 14].contains(&said[0]), "{said:?}");
    let until_stop: Vec<u32> = said.iter().copied().take_while(|token| *token != 13).collect();
    assert!(until_stop.windows(2).all(|pair| circle.contains(&(pair[0], pair[1]))), "{said:?}");
    // What the model says itself is not heard, nor is what it is told while its levels are off.
    assert_eq!(hears(&[1, 7, 2, 9, 8, 3], Levels::Off).succession, Succession::new());
    let heard = hears(&[1, 7, 2, 9, 8, 14, 3, 1, 6, 2], Levels::On).succession;
    assert!(heard.has(place(ANY, 2, 7)) && heard.has(place(ANY, 7, EDGE)) && heard.has(place(ANY, 2, 6)));
    assert!(!heard.has(place(ANY, 9, 8)) && !heard.has(place(ANY, 2, 9)));
    // Without levels nothing is held against anything.
    let free = say(&told, Levels::Off);
    let base = base.without_order();
    let words = Words { most: 4, end: u32::MAX, forbidden: &[1, 2, 3], sampling: Sampling::GREEDY };
    let as_it_is = block_on(speak(&base, &told, Levels::Off, words)).unwrap();
    assert_eq!(free, as_it_is.iter().map(|spoken| spoken.token).collect::<Vec<_>>());
}
