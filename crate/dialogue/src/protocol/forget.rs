//! The suite "forget": three facts, one of which the person wants forgotten.
use super::script::{Script, cases, shuffle};
use super::{Case, Expect, Group, Question, Step};
use crate::tongue::Tongue;

/// `n` cases of three conversations: telling, the wish to forget, and the questions: what was forgotten must be unknown,
/// what was told beside it must be kept.
pub fn forget_cases(tongue: Tongue, seed: u64, n: usize) -> Vec<Case> {
    cases("forget", forget, tongue, seed, n)
}

pub(super) fn forget(script: &mut Script) -> Vec<Step> {
    let mut told = vec![script.told(), script.told(), script.told()];
    let mut steps: Vec<Step> = told.iter().map(|(_, step)| step.clone()).collect();
    steps.push(Step::EndConversation);
    shuffle(&mut script.world.draw, &mut told);

    let mut wish = vec![script.forget(&told[0].0), script.small_talk()];
    shuffle(&mut script.world.draw, &mut wish);
    steps.extend(wish);
    steps.push(Step::EndConversation);

    let text = script.ask(&told[0].0);
    let mut questions = vec![
        Step::Question(Question { text, expect: Expect::Unknown, group: Group::Forgotten, age: None }),
        script.recalls(&told[1].0, Group::Kept, 2),
        script.recalls(&told[2].0, Group::Kept, 2),
    ];
    shuffle(&mut script.world.draw, &mut questions);
    steps.extend(questions);
    steps.push(Step::EndConversation);
    steps
}
