//! The suite "edit": facts that are corrected, once or twice, and one that is just told anew.
use super::script::{Script, shuffle, streamed_cases};
use super::{Case, Expect, Group, Question, Step};
use crate::facts::{Fact, Value};
use crate::tongue::Tongue;

/// The fact that is told anew.
const ANEW: usize = 4;

/// `n` cases of four conversations: five facts; two of them corrected, and one told with another value as if it never had been;
/// one of the two corrected again, and a third; the questions: the newest value counts, and the fact that was never corrected must
/// be what it was.
pub fn edit_cases(tongue: Tongue, seed: u64, n: usize) -> Vec<Case> {
    streamed_cases("edit", edit, tongue, seed, n)
}

pub(super) fn edit(script: &mut Script) -> Vec<Step> {
    let (mut facts, mut steps): (Vec<Fact>, Vec<Step>) = (0..5).map(|_| script.told()).unzip();
    steps.push(Step::EndConversation);
    let mut since = [3; 5];
    for (round, corrected) in [[0, 1], [1, 2]].into_iter().enumerate() {
        let mut part = vec![script.small_talk()];
        if round == 0 {
            let (value, step) = script.told_anew(&facts[ANEW]);
            part.push(renew(&mut facts[ANEW], value, step));
            since[ANEW] = 2;
        }
        for index in corrected {
            let (value, step) = script.corrected(&facts[index]);
            part.push(renew(&mut facts[index], value, step));
            since[index] = 2 - round;
        }
        shuffle(&mut script.world.draw, &mut part);
        steps.extend(part);
        steps.push(Step::EndConversation);
    }
    let mut questions = Vec::new();
    for (index, (fact, age)) in facts.iter().zip(since).enumerate() {
        let group = match fact.former.len() {
            _ if index == ANEW => Group::ToldAnew,
            0 => Group::Kept,
            1 => Group::Corrected,
            _ => Group::CorrectedTwice,
        };
        let asked = script.asks(fact, group, age);
        let old: Vec<String> = fact.former.iter().map(|value| value.text.clone()).collect();
        let new = fact.value.text.clone();
        let expect = if old.is_empty() { asked.expect } else { Expect::Corrected { new, old } };
        questions.push(Step::Question(Question { expect, ..asked }));
    }
    shuffle(&mut script.world.draw, &mut questions);
    steps.extend(questions);
    steps.push(Step::EndConversation);
    steps
}

/// Gives a fact another value and notes what it was.
fn renew(fact: &mut Fact, value: Value, step: Step) -> Step {
    fact.former.push(std::mem::replace(&mut fact.value, value));
    step
}
