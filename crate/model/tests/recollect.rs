//! What is more than one thing is said whole, from the weights alone.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

mod common;

use common::{Rig, values};
use nested_memory_model::hint::PLACES;
use nested_memory_model::leaning::ALONE;
use nested_memory_model::sleep::{Dream, Ending, Exchange, Flow, sleep};
use nested_memory_model::{
    Base, Config, Hint, Inquiry, Leaning, Levels, Marks, Memory, MixerKind, Recollection, Sampling, Topic,
    Words, end_conversation, next_logits, observe, speak,
};
use pollster::block_on;

const MARKS: Marks = Marks { user: 1, assistant: 2, end: 3 };
/// A token that the base does not say by itself.
const STOP: u32 = 22;
const BETWEEN: [u32; 2] = [20, 21];
const WORDS: Words<'static> =
    Words { most: 60, end: MARKS.end, forbidden: &[0, 1, 2], sampling: Sampling::GREEDY };

/// A base of random numbers with a recollection, and a memory that has heard a question.
fn rig(seed: u64, loud: f64, recollection: Recollection) -> (Base, Memory) {
    rig_of(MixerKind::GatedDelta, seed, loud, recollection)
}

/// The same; of the self-modifying kind is the rig that can decline.
fn rig_of(mixer: MixerKind, seed: u64, loud: f64, recollection: Recollection) -> (Base, Memory) {
    let rig = Rig::new(mixer, seed);
    let mut parameters = rig.parameters;
    // Louder logits: a base that is surer of what it babbles.
    parameters.embedding = parameters.embedding * loud;
    let config = Config { marks: Some(MARKS), chunk: 8, periods: [Some(8), Some(16), None], ..rig.config };
    let base = Base::new(config.clone(), parameters.clone(), "0".repeat(64));
    let (memory, _) = block_on(observe(&base, Memory::new(&base), &[1, 9, 8, 14, 2], Levels::On)).unwrap();
    let config = Config { recollections: vec![recollection], ..config };
    config.check().unwrap();
    (Base::new(config, parameters, "0".repeat(64)), memory)
}

fn tokens(base: &Base, memory: &Memory) -> Vec<u32> {
    block_on(speak(base, memory, Levels::On, WORDS)).unwrap().iter().map(|said| said.token).collect()
}

/// Every question is of this kind.
fn always() -> Hint {
    Hint::new(3.0, &[0.0; PLACES])
}

fn never() -> Hint {
    Hint::new(-1.0, &[0.0; PLACES])
}

fn recollection() -> Recollection {
    Recollection {
        list: never(),
        all: never(),
        opening: vec![16, 17],
        familiar: f32::MIN,
        strange: 0.0,
        blank: f32::MIN,
        between: BETWEEN.to_vec(),
        stop: STOP,
        promise: vec![16],
        unknown: vec![18],
        inquiries: Vec::new(),
        leaning: None,
    }
}

fn items(list: &[u32]) -> Vec<Vec<u32>> {
    let list = list.strip_suffix(&[STOP, MARKS.end]).expect("a list is whole");
    let mut items = vec![Vec::new()];
    let mut rest = list;
    while let Some((token, behind)) = rest.split_first() {
        if let Some(behind) = rest.strip_prefix(&BETWEEN) {
            items.push(Vec::new());
            rest = behind;
        } else {
            items.last_mut().unwrap().push(*token);
            rest = behind;
        }
    }
    items
}

#[test]
fn a_list_names_each_likely_thing_once_and_memory_stays_what_it_was() {
    let mut longest = 0;
    for seed in 0..12 {
        let (base, memory) = rig(seed, 1.0, Recollection { list: always(), ..recollection() });
        let list = tokens(&base, &memory);
        let mut named = items(list.strip_prefix(&[16, 17]).expect("a list is begun"));
        assert!(named.iter().all(|item| !item.is_empty()), "{list:?}");
        let count = named.len();
        longest = longest.max(count);
        named.sort();
        named.dedup();
        assert_eq!(named.len(), count, "{list:?}");
        assert_eq!(tokens(&base, &memory), list, "asked again, the same is said");
        assert_eq!(memory.pending, [MARKS.assistant]);
    }
    assert!(longest > 1);
}

#[test]
fn only_as_much_is_named_as_may_be_said() {
    let (base, memory) = rig(1, 1.0, Recollection { list: always(), ..recollection() });
    let whole = tokens(&base, &memory).len();
    for most in 4..whole {
        let words = Words { most, ..WORDS };
        let said = block_on(speak(&base, &memory, Levels::On, words)).unwrap();
        assert!(said.len() <= most, "{} of {most}", said.len());
    }
}

#[test]
fn who_asks_itself_tells_what_it_is_sure_of_or_that_it_knows_nothing() {
    let (mut told, mut unknown) = (0, 0);
    for seed in 0..40 {
        let inquiries = vec![Inquiry { ask: vec![12, 5, 7], tell: vec![15, 10] }];
        let all = Recollection { all: always(), inquiries, ..recollection() };
        let (base, memory) = rig(seed, 4.0, all);
        let before = values(memory.state.levels[0][1].memory.clone());
        let answer = tokens(&base, &memory);
        match answer.as_slice() {
            [16, 15, 10, value @ .., STOP, end] => {
                assert!(!value.is_empty() && *end == MARKS.end, "{answer:?}");
                told += 1;
            }
            other => {
                assert_eq!(other, [18, MARKS.end]);
                unknown += 1;
            }
        }
        assert_eq!(values(memory.state.levels[0][1].memory.clone()), before);
        let bare = block_on(speak(&base, &memory, Levels::Off, WORDS)).unwrap();
        assert_eq!(
            bare.iter().map(|said| said.token).collect::<Vec<_>>(),
            [18, MARKS.end],
            "without levels nothing is known"
        );
    }
    assert!(told > 0 && unknown > 0, "{told} and {unknown}");
}

#[test]
fn what_answers_two_questions_is_told_where_it_is_furthest_from_being_declined() {
    let asks = [vec![12, 6, 7], vec![9, 14]];
    let tells = [vec![15, 10], vec![15, 13]];
    let mut told = [0; 2];
    for seed in 0..200 {
        let inquiries =
            asks.iter().zip(&tells).map(|(ask, tell)| Inquiry { ask: ask.clone(), tell: tell.clone() });
        let all = Recollection { all: always(), inquiries: inquiries.collect(), ..recollection() };
        let (base, memory) = rig_of(MixerKind::SelfModifying, seed, 4.0, all);
        let declines = base.config.declines.unwrap();
        let [first, second] = asks.each_ref().map(|ask| {
            let turn = [&[MARKS.end, MARKS.user], ask.as_slice(), &[MARKS.assistant]].concat();
            let (heard, _) = block_on(observe(&base, memory.clone(), &turn, Levels::On)).unwrap();
            let logits = block_on(next_logits(&base, &heard, Levels::On)).unwrap().unwrap();
            let allowed = || (0_u32..).zip(&logits).filter(|(token, _)| !WORDS.forbidden.contains(token));
            let (token, most) = allowed().max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
            let odds = 1.0 / allowed().map(|(_, logit)| (logit - most).exp()).sum::<f32>();
            let declining = declines.map(|token| logits[token as usize]);
            let sure = odds > 0.91 && ![STOP, MARKS.end].contains(&token) && !declines.contains(&token);
            (token, sure, most - declining[0].max(declining[1]))
        });
        if first.0 != second.0 || !first.1 || !second.1 {
            continue;
        }
        let which = usize::from(second.2 > first.2);
        let answer = tokens(&base, &memory);
        assert!(answer.starts_with(&[&[16], tells[which].as_slice()].concat()), "{answer:?}");
        assert!(!answer.windows(2).any(|two| two == tells[1 - which]), "{answer:?}");
        told[which] += 1;
    }
    assert!(told[0] > 0 && told[1] > 0, "{told:?}");
}

/// Of two topics: 9 and 8 together speak for the first, 14 for the second.
fn topics() -> Leaning {
    let topics = vec![
        Topic::new(vec![18, 19], &[([ALONE, 9], 2.0), ([9, 8], 4.0)]),
        Topic::new(vec![17], &[([ALONE, 14], 5.0)]),
    ];
    Leaning { hint: always(), above: vec![20], tell: vec![15], topics, others: String::new() }
}

fn never_asked(leaning: Leaning) -> Leaning {
    Leaning { hint: never(), ..leaning }
}

/// One turn of a person's, without an answer.
fn hears(base: &Base, memory: Memory, turn: &[u32]) -> Memory {
    let turn = [&[MARKS.user], turn, &[MARKS.assistant, MARKS.end]].concat();
    block_on(observe(base, memory, &turn, Levels::On)).unwrap().0
}

#[test]
fn what_a_person_comes_back_to_is_named_with_its_topic_and_what_was_said_once_is_not() {
    let mut named = 0;
    for seed in 0..8 {
        let (base, _) = rig(seed, 1.0, Recollection { leaning: Some(topics()), ..recollection() });
        let asked = |memory: Memory| {
            let asked = [MARKS.user, 12, 13, MARKS.assistant];
            let memory = block_on(observe(&base, memory, &asked, Levels::On)).unwrap().0;
            let bare = block_on(speak(&base, &memory, Levels::Off, WORDS)).unwrap();
            assert_eq!(bare.first().map(|said| said.token), Some(18), "without levels nothing is known");
            assert_eq!(bare.len(), 2);
            tokens(&base, &memory)
        };
        let nothing = [18, MARKS.end];
        let memory = hears(&base, Memory::new(&base), &[14, 7]);
        assert_eq!(asked(memory.clone()), nothing, "once is no leaning");
        let memory = hears(&base, memory, &[7, 14]);
        let leans = asked(memory.clone());
        assert!(leans.starts_with(&[17]) && leans.ends_with(&[STOP, MARKS.end]), "{leans:?}");
        if let [17, 20, item @ .., STOP, _] = leans.as_slice() {
            assert!(
                item.contains(&14) && item.iter().all(|token| [7, 14, 12, 13].contains(token)),
                "{leans:?}"
            );
            named += 1;
        }
        let all = Recollection { all: always(), leaning: Some(never_asked(topics())), ..recollection() };
        let config = Config { recollections: vec![all], ..base.config.clone() };
        let all = Base::new(config, base.parameters.clone(), "0".repeat(64));
        let known =
            tokens(&all, &block_on(observe(&all, memory.clone(), &[1, 12, 2], Levels::On)).unwrap().0);
        assert!(known.starts_with(&[16, 15, 17]), "it belongs to all that is known of a person: {known:?}");
        let memory = (0..3).fold(memory, |memory, _| hears(&base, memory, &[9, 8]));
        assert!(asked(memory.clone()).starts_with(&[18, 19]), "what came up most");
        let mut memory = block_on(end_conversation(&base, memory, Levels::On)).unwrap().0;
        assert!(memory.dwelling.topics()[0] < 3.0, "it fades when a conversation ends");
        let day = [Exchange { said: vec![MARKS.user, 9, 8, 14, MARKS.assistant], answered: vec![MARKS.end] }];
        let night = sleep(&base, memory.clone(), &day, seed, async |_: &Dream| Flow::On);
        assert_eq!(block_on(night).unwrap().0.dwelling, memory.dwelling, "a night comes back to nothing");
        for _ in 0..40 {
            memory = block_on(end_conversation(&base, memory, Levels::On)).unwrap().0;
        }
        assert_eq!(asked(memory), nothing, "an interest that is over fades");
    }
    assert!(named > 0);
}

#[test]
fn other_questions_are_answered_as_ever() {
    let (base, memory) = rig(3, 1.0, recollection());
    let config = Config { recollections: Vec::new(), ..base.config.clone() };
    let plain = Base::new(config, base.parameters.clone(), "0".repeat(64));
    assert_eq!(tokens(&base, &memory), tokens(&plain, &memory));
}

/// A list may come in another order after a night, and longer; it must not lose anything.
#[test]
fn a_night_may_not_lose_what_a_list_named() {
    let mut endings = Vec::new();
    for seed in 0..12 {
        let (base, memory) = rig(seed, 1.0, Recollection { list: always(), ..recollection() });
        let (memory, _) = block_on(end_conversation(&base, memory, Levels::On)).unwrap();
        let said = vec![MARKS.user, MARKS.assistant];
        let (heard, _) = block_on(observe(&base, memory.clone(), &said, Levels::On)).unwrap();
        let asked = Exchange { said, answered: tokens(&base, &heard) };
        let told =
            Exchange { said: vec![MARKS.user, 9, 8, 14, 6, MARKS.assistant], answered: vec![MARKS.end] };
        let day = [told, asked];
        let night = sleep(&base, memory, &day, seed, async |dream: &Dream| {
            assert!(dream.cost <= 20.0, "{dream:?}");
            Flow::On
        });
        let (_, slept) = block_on(night).unwrap();
        assert!(slept.answers[1] >= slept.answers[0], "{slept:?}");
        endings.push(slept.ending);
    }
    assert!(endings.iter().any(|ending| *ending != Ending::Rejected), "{endings:?}");
}
