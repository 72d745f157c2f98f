//! Cases in training's own words: whoever fits something to a trained base has them to practise on, and no examination.
use super::script::{Script, case, id, seed_of};
use super::trial::{TrialQuestion, trial};
use super::{
    Case, Expect, Group, Question, Step, compound, edit, everyday, families, forget, interest, recall,
    retention, two_step, unknown,
};
use crate::invention::Invention;
use crate::split::{Split, stable_hash};
use crate::tongue::Tongue;

/// What a case does.
type Steps = fn(&mut Script) -> Vec<Step>;
/// The suites whose cases are steps.
const STEPS: [(&str, Steps); 6] = [
    ("recall", recall::recall),
    ("unknown", unknown::unknown),
    ("everyday", everyday::everyday),
    ("compound", compound::compound),
    ("edit", edit::edit),
    ("forget", forget::forget),
];
/// One in so many cases has sixty facts: it is as long as that many others.
const LONG: usize = 15;

/// A question of something that was never told.
fn in_vain(asked: TrialQuestion) -> TrialQuestion {
    let question = Question { expect: Expect::Unknown, group: Group::Unknown, age: None, ..asked.question };
    TrialQuestion { question, ..asked }
}

/// `n` cases in which a person comes back to something again and again, in the phrasings of training. No facts are told in them.
pub fn practice_interests(tongue: Tongue, seed: u64, n: usize) -> Vec<Case> {
    let script = |i| script(tongue, "interest", seed, i);
    (0..n).map(|i| case(script(i), id("interest", seed, i), interest::interest)).collect()
}

/// The script of a suite's case, of training's words.
fn script(tongue: Tongue, suite: &str, seed: u64, i: usize) -> Script {
    Script::of(tongue, seed_of(seed ^ stable_hash("practice") ^ stable_hash(suite), i), Split::Train)
}

/// `n` cases of each suite about facts, made as an examination's are, but of the subjects, values and phrasings of training;
/// with strangers also among the kinds of which an examination asks none.
pub fn practice_cases(tongue: Tongue, seed: u64, n: usize) -> Vec<Case> {
    let script = |suite: &str, i: usize| script(tongue, suite, seed, i);
    let steps = STEPS
        .into_iter()
        .flat_map(|(suite, steps)| (0..n).map(move |i| case(script(suite, i), id(suite, seed, i), steps)));
    let pairs = (0..n).map(|i| {
        let make = |script: &mut Script| {
            let (tell, mut questions) = two_step::two_step(script, tongue);
            let stranger = script.invented(|world| world.about_a_named_one().filter(|f| f.alias.is_none()));
            questions.extend(script.asks_inversely(&stranger, tongue).map(in_vain));
            (tell, questions)
        };
        trial(script("two-step", i), id("two-step", seed, i), make).case()
    });
    let kinds = (0..n).map(|i| {
        let make = |script: &mut Script| {
            let (tell, mut questions) = families::families(script);
            let stranger = script.invented(Invention::habit);
            questions.push(in_vain(script.asks_usually(&stranger, Group::Unknown)));
            (tell, questions)
        };
        trial(script("families", i), id("families", seed, i), make).case()
    });
    let long = (0..n.div_ceil(LONG))
        .map(|i| case(script("retention", i), id("retention", seed, i), retention::retention));
    steps.chain(pairs).chain(kinds).chain(long).collect()
}
