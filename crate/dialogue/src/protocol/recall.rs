//! The suite "recall": three conversations.
use super::script::{Script, cases, shuffle, streamed};
use super::trial::{Trial, TrialQuestion, trial};
use super::{Case, Expect, Group, Question, Step};
use crate::tongue::Tongue;

/// `n` cases of three conversations.
pub fn recall_cases(tongue: Tongue, seed: u64, n: usize) -> Vec<Case> {
    cases("recall", recall, tongue, seed, n)
}

/// `n` times four facts, each asked once.
pub fn recall_trials(tongue: Tongue, seed: u64, n: usize) -> Vec<Trial> {
    streamed("recall trial", |script, id| trial(script, id, facts), tongue, seed, n)
}

/// Three facts, a fourth in the second conversation, where one of the three is corrected; each question is the first one
/// about its fact since that fact's own conversation.
pub(super) fn recall(script: &mut Script) -> Vec<Step> {
    let [first, second, third] = [script.told(), script.told(), script.told()];
    let mut steps = vec![first.1, second.1, script.small_talk(), third.1];
    steps.push(script.recalls(&first.0, Group::Same, 0));
    steps.push(Step::EndConversation);

    let mut questions = vec![script.recalls(&second.0, Group::OneLater, 1), script.unknown()];
    shuffle(&mut script.world.draw, &mut questions);
    let fourth = script.told();
    let (new, correction) = script.corrected(&third.0);
    let mut tells = vec![fourth.1, correction];
    shuffle(&mut script.world.draw, &mut tells);
    steps.extend(questions.into_iter().chain(tells));
    steps.push(script.recalls(&fourth.0, Group::Same, 0));
    steps.push(Step::EndConversation);

    let expect = Expect::Corrected { new: new.text, old: vec![third.0.value.text.clone()] };
    let mut questions = vec![
        script.recalls(&first.0, Group::TwoLater, 2),
        script.recalls(&fourth.0, Group::OneLater, 1),
        Step::Question(Question { expect, ..script.asks(&third.0, Group::Corrected, 1) }),
        script.unknown(),
        script.small_talk(),
    ];
    shuffle(&mut script.world.draw, &mut questions);
    steps.extend(questions);
    steps.push(Step::EndConversation);
    steps
}

/// Four facts and a question for each.
fn facts(script: &mut Script) -> (Vec<Step>, Vec<TrialQuestion>) {
    let (facts, tell): (Vec<_>, Vec<_>) = (0..4).map(|_| script.told()).unzip();
    let ask = |fact| script.asks_usually(fact, Group::OneLater);
    let questions = facts.iter().map(ask).collect();
    (tell, questions)
}
