//! The suite "edit": facts that are corrected, once or twice.
use super::script::{Script, shuffle, streamed_cases};
use super::{Case, Expect, Group, Question, Step};
use crate::facts::Fact;
use crate::tongue::Tongue;

/// `n` cases of four conversations: four facts; two of them corrected; one of those corrected again, and a third; the
/// questions: the newest value counts, and the fact that was never corrected must be what it was.
pub fn edit_cases(tongue: Tongue, seed: u64, n: usize) -> Vec<Case> {
    streamed_cases("edit", edit, tongue, seed, n)
}

pub(super) fn edit(script: &mut Script) -> Vec<Step> {
    let (mut facts, mut steps): (Vec<Fact>, Vec<Step>) = (0..4).map(|_| script.told()).unzip();
    steps.push(Step::EndConversation);
    let mut since = [3; 4];
    for (round, corrected) in [[0, 1], [1, 2]].into_iter().enumerate() {
        let mut part = vec![script.small_talk()];
        for index in corrected {
            part.push(correct(script, &mut facts[index]));
            since[index] = 2 - round;
        }
        shuffle(&mut script.world.draw, &mut part);
        steps.extend(part);
        steps.push(Step::EndConversation);
    }
    let mut questions = Vec::new();
    for (fact, age) in facts.iter().zip(since) {
        let group = match fact.former.len() {
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

/// Corrects a fact and notes what it was.
fn correct(script: &mut Script, fact: &mut Fact) -> Step {
    let (value, step) = script.corrected(fact);
    fact.former.push(std::mem::replace(&mut fact.value, value));
    step
}
