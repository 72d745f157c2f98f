//! What sleep promises, whatever the base is.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

mod common;

use common::{Rig, values};
use nested_memory_model::sleep::{Dream, Ending, Exchange, Flow, Phase, sleep};
use nested_memory_model::{
    Base, Levels, Marks, Memory, MixerKind, Sampling, Words, end_conversation, observe, speak,
};
use pollster::block_on;

const MARKS: Marks = Marks { user: 1, assistant: 2, end: 3 };

/// A base of random numbers, a memory of one conversation, and that conversation.
fn evening(seed: u64) -> (Base, Memory, Vec<Exchange>) {
    let mut rig = Rig::new(MixerKind::SelfModifying, seed);
    let mut config = rig.config.clone();
    config.marks = Some(MARKS);
    let base = Base::new(config, rig.parameters.clone(), "0".repeat(64));
    let mut tokens = Vec::new();
    for _ in 0..4 {
        let mut words = |count| (0..count).map(|_| 4 + rig.noise.below(19) as u32).collect::<Vec<_>>();
        tokens
            .extend([vec![MARKS.user], words(7), vec![MARKS.assistant], words(2), vec![MARKS.end]].concat());
    }
    let (memory, _) = block_on(observe(&base, Memory::new(&base), &tokens, Levels::On)).unwrap();
    let (memory, _) = block_on(end_conversation(&base, memory, Levels::On)).unwrap();
    (base, memory, Exchange::all(MARKS, &tokens))
}

fn weights(memory: &Memory) -> Vec<Vec<f64>> {
    memory.state.levels.iter().flatten().map(|level| values(level.memory.clone())).collect()
}

#[test]
fn a_stream_is_cut_into_its_exchanges() {
    let tokens = [9, 1, 5, 6, 2, 7, 3, 1, 8, 2, 3, 1, 4];
    let exchange =
        |said: &[u32], answered: &[u32]| Exchange { said: said.to_vec(), answered: answered.to_vec() };
    let expected = [exchange(&[1, 5, 6, 2], &[7, 3]), exchange(&[1, 8, 2], &[3])];
    assert_eq!(Exchange::all(MARKS, &tokens), expected);
}

#[test]
fn sleep_is_the_same_every_time_and_costs_at_most_twenty_readings() {
    let (base, memory, day) = evening(5);
    assert_eq!(day.len(), 4);
    let night = |seed| {
        block_on(sleep(&base, memory.clone(), &day, seed, async |dream: &Dream| {
            assert!(dream.cost <= 20.0, "{dream:?}");
            Flow::On
        }))
        .unwrap()
    };
    let ((a, slept), (b, again)) = (night(7), night(7));
    assert_eq!(slept, again);
    assert_eq!(weights(&a), weights(&b));
    assert!(slept.cost > 1.0 && slept.cost <= 20.0, "{slept:?}");
    assert!(slept.known[1] >= slept.known[0] && slept.answers[1] >= slept.answers[0], "{slept:?}");
    assert_eq!(a.clock.conversations, memory.clock.conversations);
}

/// What is read is the mark and the turn, and what is found is told of the turn.
#[test]
fn a_marked_night_reads_every_turn_behind_an_end_mark() {
    let (mut base, memory, day) = evening(5);
    // Four marks more in a day are none to any level's clock.
    base.config.periods = [Some(4), Some(4), None];
    let behind = |e: &Exchange| Exchange { said: [&[MARKS.end], &*e.said].concat(), ..e.clone() };
    let by_hand: Vec<Exchange> = day.iter().map(behind).collect();
    let night = |base: &Base, day: &[Exchange]| {
        let mut changes = Vec::new();
        let watch = async |dream: &Dream| {
            changes.extend(dream.updates.clone());
            Flow::On
        };
        let (_, slept) = block_on(sleep(base, memory.clone(), day, 7, watch)).unwrap();
        (changes, slept)
    };
    let (unmarked, _) = night(&base, &day);
    let (expected, theirs) = night(&base, &by_hand);
    base.config.marked_nights = true;
    let (marked, ours) = night(&base, &day);
    assert!(!marked.is_empty() && marked == expected && marked != unmarked);
    let in_turn = |places: &Vec<usize>| places.iter().map(|at| at - 1).collect::<Vec<_>>();
    let places: Vec<Vec<usize>> = theirs.matters.iter().map(in_turn).collect();
    assert_eq!((ours.matters, ours.known, ours.replayed), (places, theirs.known, theirs.replayed));
}

/// What was reached is kept only if it is better; stopped before the first round, memory is what it was.
#[test]
fn a_sleep_that_is_stopped_at_once_changes_nothing() {
    let (base, memory, day) = evening(5);
    for stop_at in [Phase::Weighing, Phase::Testing] {
        let flow = |dream: &Dream| if dream.phase == stop_at { Flow::Stop } else { Flow::On };
        let night = sleep(&base, memory.clone(), &day, 1, async |dream: &Dream| flow(dream));
        let (after, slept) = block_on(night).unwrap();
        assert!(matches!(slept.ending, Ending::Stopped | Ending::Known | Ending::Nothing), "{slept:?}");
        assert_eq!(weights(&after), weights(&memory));
        assert_eq!(slept.rounds, 0);
    }
}

#[test]
fn after_a_day_without_words_sleep_does_nothing() {
    let (base, memory, _) = evening(5);
    let (after, slept) = block_on(sleep(&base, memory.clone(), &[], 1, async |_: &Dream| Flow::On)).unwrap();
    assert_eq!((slept.ending, slept.of, slept.rounds), (Ending::Nothing, 0, 0));
    assert_eq!(weights(&after), weights(&memory));
}

/// An exchange in which nothing was told, answered by what memory says after the conversation's end.
fn asked(base: &Base, memory: &Memory) -> Exchange {
    let said = vec![MARKS.user, MARKS.assistant];
    let (memory, _) = block_on(observe(base, memory.clone(), &said, Levels::On)).unwrap();
    let words = Words { most: 6, end: MARKS.end, forbidden: &[], sampling: Sampling::GREEDY };
    let said_then = block_on(speak(base, &memory, Levels::On, words)).unwrap();
    let answered = said_then.into_iter().map(|spoken| spoken.token).collect();
    Exchange { said, answered }
}

/// A base of random numbers learns badly, so nights lose answers that were given the evening before: those are rejected.
#[test]
fn a_night_that_would_lose_an_answer_is_rejected() {
    let mut rejected = 0;
    for seed in 0..30 {
        let (base, memory, mut day) = evening(seed);
        day.push(asked(&base, &memory));
        let night = sleep(&base, memory.clone(), &day, seed, async |_: &Dream| Flow::On);
        let (after, slept) = block_on(night).unwrap();
        assert!(slept.answers[0] >= 1, "what memory says before is what it said: {slept:?}");
        assert!(slept.known[1] >= slept.known[0] && slept.answers[1] >= slept.answers[0], "{slept:?}");
        if slept.known[1] == slept.known[0] {
            assert_eq!(weights(&after), weights(&memory), "{slept:?}");
        }
        rejected += usize::from(slept.ending == Ending::Rejected);
    }
    assert!(rejected > 0, "no night of 30 was rejected");
}
