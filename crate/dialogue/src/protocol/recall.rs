//! The suite "recall": three conversations.
use super::script::{Script, cases, shuffle};
use super::{Case, Expect, Group, Step};
use crate::tongue::Tongue;

/// `n` cases of three conversations.
pub fn recall_cases(tongue: Tongue, seed: u64, n: usize) -> Vec<Case> {
    cases("recall", recall, tongue, seed, n)
}

/// Three facts, a fourth in the second conversation, where one of the three is corrected; each question is the first one
/// about its fact since that fact's own conversation.
fn recall(mut script: Script) -> Vec<Step> {
    let [first, second, third] = [script.told(), script.told(), script.told()];
    let mut steps = vec![first.1, second.1, script.small_talk(), third.1];
    steps.push(script.recalls(&first.0, Group::Same));
    steps.push(Step::EndConversation);

    let mut questions = vec![script.recalls(&second.0, Group::OneLater), script.unknown()];
    shuffle(&mut script.world.draw, &mut questions);
    let fourth = script.told();
    let (new, correction) = script.corrected(&third.0);
    let mut tells = vec![fourth.1, correction];
    shuffle(&mut script.world.draw, &mut tells);
    steps.extend(questions.into_iter().chain(tells));
    steps.push(script.recalls(&fourth.0, Group::Same));
    steps.push(Step::EndConversation);

    let expect = Expect::Corrected { new, old: third.0.value.text.clone() };
    let mut questions = vec![
        script.recalls(&first.0, Group::TwoLater),
        script.recalls(&fourth.0, Group::OneLater),
        Step::Question { text: script.ask(&third.0), expect, group: Group::Corrected },
        script.unknown(),
        script.small_talk(),
    ];
    shuffle(&mut script.world.draw, &mut questions);
    steps.extend(questions);
    steps.push(Step::EndConversation);
    steps
}
