//! The stream's promises: portions do not matter, the future does not reach the past, levels keep their periods.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

mod common;

use burn::tensor::{DType, Int, Tensor};
use common::{Rig, close, values};
use nested_memory_model::chunk::logits;
use nested_memory_model::state::State;
use nested_memory_model::{
    Base, Event, LevelName, Levels, Marks, Memory, MixerKind, end_conversation, next_logits, observe,
};
use pollster::block_on;
use proptest::prelude::*;

const KINDS: [MixerKind; 2] = [MixerKind::SelfModifying, MixerKind::GatedDelta];

/// The turns of a talk: person, model, end.
const MARKS: Marks = Marks { user: 1, assistant: 2, end: 3 };

fn base(kind: MixerKind) -> (Base, Rig) {
    let rig = Rig::new(kind, 21);
    let base = Base::new(rig.config.clone(), rig.parameters.clone(), "0".repeat(64));
    (base, rig)
}

fn text(rig: &mut Rig, count: usize) -> Vec<u32> {
    (0..count).map(|_| rig.noise.below(rig.config.vocabulary) as u32).collect()
}

fn assert_same(a: &Memory, b: &Memory) {
    assert_eq!(a.pending, b.pending);
    assert_eq!(a.clock, b.clock);
    for (a, b) in a.state.mixers.iter().zip(&b.state.mixers) {
        assert_eq!(values(a.gain.clone()), values(b.gain.clone()));
        assert_eq!(values(a.tail.clone()), values(b.tail.clone()));
    }
    for (a, b) in a.state.levels.iter().flatten().zip(b.state.levels.iter().flatten()) {
        assert_eq!(values(a.memory.clone()), values(b.memory.clone()));
        assert_eq!(values(a.pending.clone()), values(b.pending.clone()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Bit for bit.
    #[test]
    fn a_text_in_any_portions_gives_the_same_memory(cuts in prop::collection::vec(1_usize..9, 1..8), delta in any::<bool>(), turns in any::<bool>()) {
        let (mut base, mut rig) = base(KINDS[usize::from(delta)]);
        base.config.marks = turns.then_some(MARKS);
        let tokens = text(&mut rig, cuts.iter().sum());
        let (whole, events) = block_on(observe(&base, Memory::new(&base), &tokens, Levels::On)).unwrap();
        let mut memory = Memory::new(&base);
        let (mut from, mut in_parts) = (0, Vec::new());
        for cut in cuts {
            let (next, events) = block_on(observe(&base, memory, &tokens[from..from + cut], Levels::On)).unwrap();
            (memory, from) = (next, from + cut);
            in_parts.extend(events);
        }
        assert_same(&whole, &memory);
        assert_eq!(events, in_parts);
    }
}

/// The logits of the stream are those of one forward over the same tokens with the memory they were read with.
#[test]
fn the_stream_answers_as_the_full_forward_does() {
    for kind in KINDS {
        let (base, mut rig) = base(kind);
        // No writes, so that the whole text can be forwarded at once.
        let tokens = text(&mut rig, 19);
        let state = State::new(&base.config, 1, &rig.device, DType::F64);
        let ids: Vec<i64> = tokens.iter().map(|t| i64::from(*t)).collect();
        let all = Tensor::<1, Int>::from_data(ids.as_slice(), &rig.device).reshape([1, tokens.len()]);
        let full = logits(&base.config, &base.parameters, &state, all);
        let mut memory = Memory::new(&base);
        for (t, token) in tokens.iter().enumerate() {
            let (next, _) = block_on(observe(&base, memory, &[*token], Levels::Off)).unwrap();
            memory = next;
            let mine = block_on(next_logits(&base, &memory, Levels::Off)).unwrap().unwrap();
            let theirs = values(full.clone().slice([0..1, t..t + 1, 0..base.config.vocabulary]));
            for (a, b) in mine.iter().zip(theirs) {
                assert!((f64::from(*a) - b).abs() < 1e-5, "{kind:?} token {t}: {a} and {b}");
            }
        }
    }
}

#[test]
fn no_token_changes_what_came_before_it() {
    for kind in KINDS {
        let mut rig = Rig::new(kind, 33);
        let state = rig.busy_state(1);
        let tokens = rig.tokens(1, 11);
        let before = logits(&rig.config, &rig.parameters, &state, tokens.clone());
        for j in 0..11 {
            let other = tokens.clone().slice([0..1, j..j + 1]).add_scalar(1).remainder_scalar(23);
            let changed = tokens.clone().slice_assign([0..1, j..j + 1], other);
            let after = logits(&rig.config, &rig.parameters, &state, changed);
            let upto = |x: &Tensor<3>| values(x.clone().slice([0..1, 0..j, 0..23]));
            if j > 0 {
                assert_eq!(upto(&before), upto(&after), "{kind:?}: token {j} changed the past");
            }
            let here = |x: &Tensor<3>| values(x.clone().slice([0..1, j..j + 1, 0..23]));
            assert_ne!(here(&before), here(&after));
        }
    }
}

#[test]
fn each_level_changes_at_its_own_period_and_at_no_other_time() {
    let (base, mut rig) = base(MixerKind::SelfModifying);
    let mut memory = Memory::new(&base);
    for count in 1..=25_u64 {
        let tokens = text(&mut rig, 1);
        let before = memory.clone();
        let (next, events) = block_on(observe(&base, memory, &tokens, Levels::On)).unwrap();
        memory = next;
        for name in LevelName::ALL {
            let l = name.index();
            // A chunk of 4 is learned when the token after it is there.
            let learned = count - 1;
            let due = base.config.periods[l].is_some_and(|p| learned > 0 && learned.is_multiple_of(p as u64));
            let changed = values(before.state.levels[0][l].memory.clone())
                != values(memory.state.levels[0][l].memory.clone());
            let announced = events.iter().any(|e| matches!(e, Event::Update { level, .. } if *level == name));
            assert_eq!((changed, announced), (due, due), "{name:?} after {count} tokens");
        }
    }
    let before = memory.clone();
    let (after, events) = block_on(end_conversation(&base, memory, Levels::On)).unwrap();
    let slow = |m: &Memory| values(m.state.levels[0][2].memory.clone());
    assert_ne!(slow(&before), slow(&after));
    assert!(values(after.state.levels[0][0].memory.clone()).iter().all(|x| *x == 0.0));
    assert!(after.pending.is_empty());
    assert_eq!(events.last(), Some(&Event::ConversationEnded { conversations: 1 }));
}

/// When the person has finished, the fast level has learned the whole turn before a word is answered.
#[test]
fn a_turn_is_learned_before_it_is_answered() {
    let (mut base, _) = base(MixerKind::SelfModifying);
    base.config.marks = Some(MARKS);
    let fast = |m: &Memory| values(m.state.levels[1][0].memory.clone());
    let heard = [MARKS.user, 7, 8];
    let (listening, events) = block_on(observe(&base, Memory::new(&base), &heard, Levels::On)).unwrap();
    assert!(events.is_empty() && fast(&listening).iter().all(|x| *x == 0.0));
    let (memory, events) = block_on(observe(&base, listening, &[MARKS.assistant], Levels::On)).unwrap();
    assert!(fast(&memory).iter().any(|x| *x != 0.0));
    assert_eq!(memory.pending, [MARKS.assistant], "all that waits is the mark of the answer");
    let written = |e: &&Event| matches!(e, Event::Write { weight, .. } if weight[0] > 0.0);
    assert_eq!(events.iter().filter(written).count(), 2, "both words were written");
    // What the model says is no turn of the person's: nothing more is written.
    let (memory, events) = block_on(observe(&base, memory, &[9, MARKS.end, MARKS.user], Levels::On)).unwrap();
    assert!(events.is_empty());
    assert_eq!(memory.pending.len(), 4);
}

/// What comes after a first turn is written as always, and so is a night, whose tokens count on from the day's.
#[test]
fn a_first_turn_is_written_into_lasting_levels_as_strongly_as_the_base_says() {
    let (base, mut rig) = base(MixerKind::GatedDelta);
    let tokens = text(&mut rig, 9);
    // A memory that heard more, and what that wrote into the fast level and the slow one.
    let heard = |vigour: f64, before: &Memory, tokens: &[u32]| {
        let mut base = base.clone();
        base.config.opening_vigour = vigour;
        let (after, _) = block_on(observe(&base, before.clone(), tokens, Levels::On)).unwrap();
        let all = |memory: &Memory, name: LevelName| {
            let level = &memory.state.levels[0][name.index()];
            level.memory.clone() + level.pending.clone()
        };
        let [fast, slow] =
            [LevelName::Fast, LevelName::Slow].map(|name| all(&after, name) - all(before, name));
        (after, fast, slow)
    };
    let (once, fast, slow) = heard(1.0, &Memory::new(&base), &tokens[..5]);
    let (twice, twice_fast, twice_slow) = heard(2.0, &Memory::new(&base), &tokens[..5]);
    assert!(values(slow.clone()).iter().any(|x| *x != 0.0));
    close(twice_fast, fast, 1e-12, "fast");
    close(twice_slow, slow * 2.0, 1e-12, "slow");
    let (_, _, after_once) = heard(1.0, &once, &tokens[5..]);
    let (_, _, after_twice) = heard(2.0, &twice, &tokens[5..]);
    close(after_twice, after_once, 1e-12, "what follows");
    let mut night = Memory::new(&base);
    night.clock.conversation = 7;
    let [(_, _, quiet), (_, _, as_quiet)] = [1.0, 2.0].map(|vigour| heard(vigour, &night, &tokens[..5]));
    close(as_quiet, quiet, 1e-12, "night");
}

#[test]
fn levels_off_and_a_wiped_memory_answer_as_the_base_does() {
    let (base, mut rig) = base(MixerKind::SelfModifying);
    let (learned, question) = (text(&mut rig, 30), text(&mut rig, 3));
    let (taught, _) = block_on(observe(&base, Memory::new(&base), &learned, Levels::On)).unwrap();
    let (taught, _) = block_on(end_conversation(&base, taught, Levels::On)).unwrap();
    let answer = |memory: Memory, levels: Levels| {
        let (memory, _) = block_on(observe(&base, memory, &question, levels)).unwrap();
        block_on(next_logits(&base, &memory, levels)).unwrap().unwrap()
    };
    let bare = answer(Memory::new(&base), Levels::Off);
    assert_eq!(answer(taught.clone(), Levels::Off), bare);
    assert_eq!(answer(Memory::new(&base), Levels::On), bare);
    assert_ne!(answer(taught, Levels::On), bare);
}

#[test]
fn a_hundred_thousand_random_tokens_leave_everything_finite_and_bounded() {
    for kind in KINDS {
        let (_, mut rig) = base(kind);
        let mut state = State::new(&rig.config, 8, &rig.device, DType::F64);
        let mut gain: f64 = 0.0;
        for _ in 0..12_500 / 50 {
            let tokens = rig.tokens(8, 50);
            nested_memory_model::chunk::advance(&rig.config, &rig.parameters, &mut state, tokens);
            for mixer in &state.mixers {
                let largest = values(mixer.gain.clone()).into_iter().fold(0.0_f64, |a, x| a.max(x.abs()));
                assert!(largest.is_finite());
                gain = gain.max(largest);
            }
        }
        assert!(gain <= 40.0, "{kind:?}: the mixer's state grew to {gain}");
    }
}

/// After ten thousand tokens the mixer still says what was said last.
#[test]
fn however_long_a_conversation_is_the_mixer_stays_awake() {
    for kind in KINDS {
        let (_, mut rig) = base(kind);
        let mut state = State::new(&rig.config, 1, &rig.device, DType::F64);
        let tokens = rig.tokens(1, 10_000);
        nested_memory_model::chunk::advance(&rig.config, &rig.parameters, &mut state, tokens);
        for (b, mixer) in state.mixers.iter().enumerate() {
            for head in values(mixer.gain.clone()).chunks(rig.config.head_size().pow(2)) {
                let length = head.iter().map(|x| x * x).sum::<f64>().sqrt();
                assert!(length > 0.1, "{kind:?}, block {b}: a head's state shrank to {length}");
            }
        }
        let mut other = state.clone();
        let said = |rig: &mut Rig, state: &mut State| {
            let tokens = rig.tokens(1, 6);
            nested_memory_model::chunk::advance(&rig.config, &rig.parameters, state, tokens);
        };
        said(&mut rig, &mut state);
        said(&mut rig, &mut other);
        let (a, b) = (&state.mixers[1].gain, &other.mixers[1].gain);
        let apart = values((a.clone() - b.clone()).abs().max())[0];
        assert!(apart > 1e-3, "{kind:?}: what was said last makes a difference of {apart}");
    }
}

#[test]
fn a_thousand_chunks_of_learning_stay_finite() {
    let (base, mut rig) = base(MixerKind::SelfModifying);
    let mut memory = Memory::new(&base);
    for _ in 0..20 {
        let tokens = text(&mut rig, 200);
        memory = block_on(observe(&base, memory, &tokens, Levels::On)).unwrap().0;
        memory = block_on(end_conversation(&base, memory, Levels::On)).unwrap().0;
    }
    for level in memory.state.levels.iter().flatten() {
        assert!(values(level.memory.clone()).iter().all(|x| x.is_finite() && x.abs() < 1e4));
    }
    let _ = close::<1>;
}
