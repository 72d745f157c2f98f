//! The suite "retention": thirty conversations with two facts each, and one more to ask for the oldest.
use super::script::{Script, cases, shuffle};
use super::{Case, Group, Step};
use crate::facts::Fact;
use crate::tongue::Tongue;

/// Conversations in which facts are told.
const CONVERSATIONS: usize = 30;

/// `n` cases of thirty-one conversations and sixty facts. Each question is the only one about its fact: what was told
/// first in a conversation is asked one later, what was told second ten later; the first two are asked thirty later.
pub fn retention_cases(tongue: Tongue, seed: u64, n: usize) -> Vec<Case> {
    cases("retention", retention, tongue, seed, n)
}

fn retention(mut script: Script) -> Vec<Step> {
    let mut told: Vec<[Fact; 2]> = Vec::with_capacity(CONVERSATIONS);
    let mut steps = Vec::new();
    for now in 0..=CONVERSATIONS {
        let mut questions = Vec::new();
        let mut ask = |script: &mut Script, from: usize, which: usize, group: Group| {
            questions.push(script.recalls(&told[from][which], group));
        };
        if now >= 2 {
            ask(&mut script, now - 1, 0, Group::OneLater);
        }
        if now > 10 {
            ask(&mut script, now - 10, 1, Group::TenLater);
        }
        if now == CONVERSATIONS {
            ask(&mut script, 0, 0, Group::ThirtyLater);
            ask(&mut script, 0, 1, Group::ThirtyLater);
        }
        let mut part = questions;
        if now < CONVERSATIONS {
            let (first, second) = (script.told(), script.told());
            part.extend([first.1, second.1, script.small_talk()]);
            told.push([first.0, second.0]);
        }
        shuffle(&mut script.world.draw, &mut part);
        steps.extend(part);
        steps.push(Step::EndConversation);
    }
    steps
}
