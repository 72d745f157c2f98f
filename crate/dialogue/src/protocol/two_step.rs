//! The suite "two-step": what takes two facts, or one fact read backwards.
use super::script::{Script, shuffle, streamed};
use super::trial::{Trial, TrialQuestion, trial};
use super::{Case, Expect, Group, Step};
use crate::tongue::Tongue;

/// Those that have a name and of whom something is told.
const BEARERS: usize = 2;

/// `n` cases of two conversations.
pub fn two_step_cases(tongue: Tongue, seed: u64, n: usize) -> Vec<Case> {
    two_step_trials(tongue, seed, n).into_iter().map(Trial::case).collect()
}

/// `n` times: "My dog is called Rex." "Rex is afraid of cats." – "What is my dog afraid of?" "Who is Rex?"
pub fn two_step_trials(tongue: Tongue, seed: u64, n: usize) -> Vec<Trial> {
    let make = |script, id| trial(script, id, |script| two_step(script, tongue));
    streamed("two-step", make, tongue, seed, n)
}

pub(super) fn two_step(script: &mut Script, tongue: Tongue) -> (Vec<Step>, Vec<TrialQuestion>) {
    let mut tell = Vec::new();
    let mut questions = Vec::new();
    let naming = |_| script.told_of(|world| world.about_a_named_one().filter(|f| f.alias.is_none()));
    let (bearers, namings): (Vec<_>, Vec<_>) = (0..BEARERS).map(naming).unzip();
    tell.extend(namings);
    for bearer in &bearers {
        let about = |f: &crate::facts::Fact| f.alias.as_ref() == Some(&bearer.subject);
        let (fact, step) = script.told_of(|world| world.about_a_named_one().filter(about));
        tell.push(step);
        let expect = Expect::Value(fact.value.text.clone());
        questions.push(script.asks_by(&fact, &bearer.subject, expect, Group::TwoStep));
        questions.extend(script.asks_inversely(bearer, tongue));
    }
    // A name comes before what is told by it; otherwise in any order.
    shuffle(&mut script.world.draw, &mut tell[..BEARERS]);
    shuffle(&mut script.world.draw, &mut tell[BEARERS..]);
    (tell, questions)
}
