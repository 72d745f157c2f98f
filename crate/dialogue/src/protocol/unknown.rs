//! The suite "unknown": what was never told, among what was.
use super::script::{Script, shuffle, streamed_cases};
use super::{Case, Group, Step};
use crate::invention::Stranger;
use crate::tongue::Tongue;

/// `n` cases of two conversations: three facts; three questions for them, and one for each kind of stranger: another
/// relation of a subject that was told of, a relation that was told of another subject, neither.
pub fn unknown_cases(tongue: Tongue, seed: u64, n: usize) -> Vec<Case> {
    streamed_cases("unknown", unknown, tongue, seed, n)
}

pub(super) fn unknown(script: &mut Script) -> Vec<Step> {
    let told: Vec<_> = (0..3).map(|_| script.told()).collect();
    let mut steps: Vec<Step> = told.iter().map(|(_, step)| step.clone()).collect();
    steps.push(Step::EndConversation);
    let mut questions: Vec<Step> =
        told.iter().map(|(fact, _)| script.recalls(fact, Group::Known, 1)).collect();
    questions.extend([
        script.stranger(Stranger::Relation),
        script.stranger(Stranger::Subject),
        script.stranger(Stranger::Both),
        script.small_talk(),
    ]);
    shuffle(&mut script.world.draw, &mut questions);
    steps.extend(questions);
    steps.push(Step::EndConversation);
    steps
}
