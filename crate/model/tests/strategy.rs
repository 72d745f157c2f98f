//! What strategies of memory promise, whatever the base is.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

mod common;

use burn::tensor::{Int, Tensor, TensorData, activation};
use common::{Rig, values};
use nested_memory_model::sleep::{Exchange, Flow, sleep};
use nested_memory_model::state::State;
use nested_memory_model::strategy::{
    Contestant, Context, FineTuning, Kind, Nested, Notebook, Nothing, Pages, Recipe, Strategy, StrategyName,
};
use nested_memory_model::{
    Base, Levels, Marks, Memory, MixerKind, Sampling, Words, chunk, end_conversation, observe, speak,
};
use pollster::block_on;
use proptest::prelude::*;

const MARKS: Marks = Marks { user: 1, assistant: 2, end: 3 };
const WORDS: Words<'static> = Words { most: 5, end: 3, forbidden: &[0, 1, 2], sampling: Sampling::GREEDY };

/// A base of random numbers.
fn base(seed: u64) -> Base {
    let rig = Rig::new(MixerKind::SelfModifying, seed);
    let mut config = rig.config.clone();
    config.marks = Some(MARKS);
    Base::new(config, rig.parameters, "0".repeat(64))
}

fn turn(words: &[u32]) -> Vec<u32> {
    [&[MARKS.user], words, &[MARKS.assistant]].concat()
}

const TOLD: [&[u32]; 3] = [&[5, 9, 13, 7], &[8, 4, 6, 11, 12], &[14, 5, 20]];
const ASKED: &[u32] = &[5, 9, 10];

/// Every number of a memory's levels, and of its mixers.
fn numbers(state: &State) -> Vec<f64> {
    let mut all = Vec::new();
    for mixer in &state.mixers {
        all.extend(values(mixer.gain.clone()));
        all.extend(values(mixer.tail.clone()));
    }
    for level in state.levels.iter().flatten() {
        all.extend(values(level.memory.clone()));
        all.extend(values(level.pending.clone()));
        all.extend(level.shield.iter().flat_map(|shield| values(shield.clone())));
    }
    all
}

/// What a strategy would hear a turn with: all that it keeps, as far as it can be told from outside.
fn traces(base: &Base, strategy: &dyn Strategy) -> (Vec<f64>, Vec<u32>, String) {
    let ready = strategy.ready(base, &turn(ASKED));
    (numbers(&ready.memory.state), ready.before, format!("{:?}", strategy.kept(base)))
}

/// Hears something, ends, and hears something else.
fn lived(base: &Base, strategy: Box<dyn Strategy>) -> Contestant {
    let mut contestant = Contestant::new(strategy);
    for words in TOLD {
        contestant = block_on(contestant.hear(base, &turn(words), WORDS)).unwrap().0;
    }
    contestant = block_on(contestant.end_conversation(base)).unwrap().0;
    block_on(contestant.hear(base, &turn(TOLD[1]), WORDS)).unwrap().0
}

#[test]
fn a_question_leaves_nothing_but_its_cost() {
    let base = base(3);
    for name in StrategyName::ALL {
        let before = lived(&base, name.begin(&base));
        let (after, answer) = block_on(before.ask(&base, &turn(ASKED), WORDS)).unwrap();
        let same = |one: &Contestant, other: &Contestant| {
            let [one, other] = [one, other].map(|contestant| traces(&base, contestant.strategy()));
            assert_eq!(one, other, "{name:?}");
        };
        same(&before, &after);
        assert_eq!(after.cost(&base).total, before.cost(&base).total + answer.cost.read);
        let (again, same_answer) = block_on(after.ask(&base, &turn(ASKED), WORDS)).unwrap();
        assert_eq!(same_answer.tokens, answer.tokens, "{name:?}");
        same(&before, &again);
    }
}

#[test]
fn frozen_stays_bit_for_bit_what_it_was() {
    let base = base(3);
    let mut strategy = Nothing::new(&base);
    let born = numbers(&strategy.memory().state);
    let levels = |strategy: &Nothing| {
        let levels = strategy.memory().state.levels.iter().flatten();
        levels.flat_map(|level| values(level.memory.clone())).collect::<Vec<f64>>()
    };
    for words in TOLD {
        let heard = turn(words);
        let after = block_on(observe(&base, strategy.memory().clone(), &heard, Levels::On)).unwrap().0;
        strategy.heard(&base, Exchange { said: heard, answered: vec![3] }, after);
        assert!(levels(&strategy).iter().all(|number| *number == 0.0));
    }
    assert_ne!(numbers(&strategy.memory().state), born, "its mixer follows the conversation");
    block_on(strategy.end(&base)).unwrap();
    assert_eq!(numbers(&strategy.memory().state), born);
    assert_eq!((strategy.kept(&base).bytes, strategy.kept(&base).changed.kind), (0, Kind::Nothing));
}

/// Frozen levels that are empty answer as levels that are switched off.
#[test]
fn frozen_answers_as_the_base_with_its_levels_off() {
    let base = base(3);
    let contestant = Contestant::new(StrategyName::Frozen.begin(&base));
    let (_, answer) = block_on(contestant.ask(&base, &turn(ASKED), WORDS)).unwrap();
    let heard = block_on(observe(&base, Memory::new(&base), &turn(ASKED), Levels::Off)).unwrap().0;
    let said = block_on(speak(&base, &heard, Levels::Off, WORDS)).unwrap();
    let said: Vec<u32> = said.into_iter().map(|spoken| spoken.token).collect();
    assert!(
        !said.is_empty()
            && answer.tokens.starts_with(&said[..said.len() - usize::from(said.ends_with(&[3]))])
    );
}

/// What the ordinary path does with the same words: hear, answer, end, sleep.
#[test]
fn nested_is_the_ordinary_path_bit_for_bit() {
    let base = base(5);
    for sleeps in [true, false] {
        let name = if sleeps { StrategyName::Nested } else { StrategyName::NestedAwake };
        let mut contestant = Contestant::new(name.begin(&base));
        let (mut memory, mut stream) = (Memory::new(&base), Vec::new());
        for words in TOLD {
            contestant = block_on(contestant.hear(&base, &turn(words), WORDS)).unwrap().0;
            let mut tokens = turn(words);
            memory = block_on(observe(&base, memory, &tokens, Levels::On)).unwrap().0;
            let mut said = 0;
            while tokens.last() != Some(&MARKS.end) {
                let words = Words { most: WORDS.most - said, ..WORDS };
                let next = block_on(speak(&base, &memory, Levels::On, words)).unwrap();
                let next = next.first().map_or(MARKS.end, |spoken| spoken.token);
                said += 1;
                // Token by token, as the page does it.
                memory = block_on(observe(&base, memory, &[next], Levels::On)).unwrap().0;
                tokens.push(next);
            }
            stream.extend(tokens);
        }
        contestant = block_on(contestant.end_conversation(&base)).unwrap().0;
        memory = block_on(end_conversation(&base, memory, Levels::On)).unwrap().0;
        if sleeps {
            let (day, seed) = (Exchange::all(MARKS, &stream), memory.clock.conversations);
            memory = block_on(sleep(&base, memory, &day, seed, async |_| Flow::On)).unwrap().0;
        }
        let ready = contestant.strategy().ready(&base, &turn(ASKED));
        assert_eq!(numbers(&ready.memory.state), numbers(&memory.state), "sleeps: {sleeps}");
        assert_eq!(ready.memory.clock, memory.clock);
    }
}

/// Shields know nothing of what was trained past them, and doubt goes by shields.
#[test]
fn what_is_trained_past_the_shields_is_not_doubted() {
    let base = base(7);
    assert!(base.config.declines.is_some() && base.parameters.doubt.is_some());
    let strategy = FineTuning::new(&base, Recipe::default());
    let own = strategy.base(&base);
    assert!(own.config.declines.is_none() && own.parameters.doubt.is_none());
    assert_eq!(own.sha256, base.sha256);
}

/// The gradient of the mean loss in every plastic weight, as automatic differentiation has it, is what a step goes down.
#[test]
fn fine_tuning_goes_down_the_exact_gradient() {
    let base = base(7);
    let rate = 0.5;
    let mut strategy = FineTuning::new(&base, Recipe { rate, passes: 1 });
    let mut tokens: Vec<u32> = Vec::new();
    for words in TOLD {
        let exchange = Exchange { said: turn(words), answered: vec![9, 3] };
        tokens.extend(exchange.said.iter().chain(&exchange.answered));
        strategy.heard(&base, exchange, strategy.ready(&base, &[]).memory);
    }
    block_on(strategy.end(&base)).unwrap();
    let trained = strategy.ready(&base, &[]).memory.state;

    let row = |ids: &[u32]| {
        let ids: Vec<i64> = ids.iter().map(|id| i64::from(*id)).collect();
        Tensor::<2, Int>::from_data(TensorData::new(ids, [1, tokens.len() - 1]), &base.device())
    };
    let mut tracked = Memory::new(&base).state;
    for level in tracked.levels.iter_mut().flatten() {
        level.memory = level.memory.clone().autodiff().require_grad();
    }
    let (read, followed) = (row(&tokens[..tokens.len() - 1]), row(&tokens[1..]));
    let logits = chunk::logits(&base.config, &base.parameters, &tracked, read);
    let picked = activation::log_softmax(logits, 2).gather(2, followed.unsqueeze_dim::<3>(2));
    let gradients = (-picked).mean().backward();
    let levels = |state: &State| -> Vec<Tensor<3>> {
        state.levels.iter().flatten().map(|level| level.memory.clone()).collect()
    };
    for (trained, tracked) in levels(&trained).into_iter().zip(levels(&tracked)) {
        let gradient: Tensor<3> = tracked.grad(&gradients).unwrap();
        assert!(gradient.clone().abs().max().into_scalar::<f64>() > 1e-9);
        common::close(trained, gradient * -rate, 1e-12, "a level");
    }
}

#[test]
fn a_notebook_finds_what_was_said_about_the_same_and_the_correction_comes_last() {
    let base = base(3);
    let mut notebook = Notebook::new(Pages { notes: 2, tokens: 64, kept: 64 });
    let heard = |notebook: &mut Notebook, words: &[u32]| {
        let exchange = Exchange { said: turn(words), answered: vec![3] };
        notebook.heard(&base, exchange, Memory::new(&base));
    };
    for words in [&[5, 9, 13][..], &[6, 10, 14], &[5, 9, 17], &[7, 11, 15]] {
        heard(&mut notebook, words);
    }
    let before = notebook.ready(&base, &turn(&[4, 5, 9])).before;
    assert_eq!(before, [turn(&[5, 9, 13]), vec![3], turn(&[5, 9, 17]), vec![3]].concat());
    assert!(notebook.ready(&base, &turn(&[18, 19])).before.is_empty(), "nothing in common, nothing read");
    notebook.forget(&turn(&[20, 5, 9]));
    heard(&mut notebook, &[20, 5, 9]);
    let left: Vec<&[u32]> = notebook.notes().collect();
    assert_eq!(left, [&[6, 10, 14], &[7, 11, 15]], "both are about it, and the wish is no note");
    heard(&mut notebook, &[20, 5, 9]);
    assert_eq!(notebook.notes().count(), 3, "said again it is a turn like any other");
}

fn conversations() -> impl proptest::strategy::Strategy<Value = Vec<Vec<Vec<u32>>>> {
    let words = prop::collection::vec(4_u32..23, 1..9);
    prop::collection::vec(prop::collection::vec(words, 1..4), 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Before a turn never more than its pages, after a conversation never more than is handed on.
    #[test]
    fn a_notebook_never_exceeds_its_limits(said in conversations(), notes in 1_usize..4, tokens in 4_usize..30, kept in 4_usize..40) {
        let base = base(3);
        let mut notebook = Notebook::new(Pages { notes, tokens, kept });
        for conversation in said {
            for words in conversation {
                let before = notebook.ready(&base, &turn(&words)).before;
                prop_assert!(before.len() <= tokens);
                prop_assert!(before.iter().filter(|token| **token == MARKS.user).count() <= notes);
                let exchange = Exchange { said: turn(&words), answered: vec![3] };
                notebook.heard(&base, exchange, Memory::new(&base));
            }
            block_on(notebook.end(&base)).unwrap();
            prop_assert!(notebook.tokens() <= kept);
            prop_assert_eq!(notebook.kept(&base).bytes, 2 * notebook.tokens());
        }
    }

    /// The window holds exactly the last tokens of the transcript, and whoever speaks where it begins is known.
    #[test]
    fn a_context_is_exactly_the_end_of_the_transcript(said in conversations(), window in 1_usize..40) {
        let base = base(3);
        let (mut context, mut transcript) = (Context::new(window), Vec::new());
        for words in said.concat() {
            let exchange = Exchange { said: turn(&words), answered: vec![words[0], 3] };
            transcript.extend(exchange.said.iter().chain(&exchange.answered).copied());
            context.heard(&base, exchange, Memory::new(&base));
            let from = transcript.len().saturating_sub(window);
            prop_assert_eq!(context.transcript(), &transcript[from..]);
            let ready = context.ready(&base, &turn(&words));
            prop_assert_eq!(&ready.before[..], &transcript[from..]);
            let last = transcript[..from].iter().rfind(|token| **token <= MARKS.end);
            prop_assert_eq!(ready.memory.listener.speaking, last.is_some_and(|mark| *mark != MARKS.user));
        }
    }
}

/// A wish is heard like any other turn by all but the notebook.
#[test]
fn what_each_keeps_is_counted_in_its_own_measure() {
    let base = base(3);
    for name in StrategyName::ALL {
        let contestant = lived(&base, name.begin(&base));
        let kept = contestant.cost(&base).kept;
        let kind = match name {
            StrategyName::Frozen => Kind::Nothing,
            StrategyName::Context => Kind::Transcript,
            StrategyName::Notebook => Kind::Notes,
            _ => Kind::Weights,
        };
        assert_eq!(kept.changed.kind, kind);
        assert_eq!(kept.bytes > 0, name != StrategyName::Frozen, "{name:?}");
    }
    assert_eq!(Nested::new(&base, true).kept(&base).bytes, 0, "nothing was told");
}
