//! The suite "retention": thirty conversations with two facts each, and one more to ask for the oldest.
use super::script::{Script, shuffle, streamed_cases};
use super::{Case, Group, Step};
use crate::facts::Fact;
use crate::tongue::Tongue;

/// Conversations in which facts are told.
const CONVERSATIONS: usize = 30;

/// `n` cases of thirty-one conversations and sixty facts. Each question is the only one about its fact, 1, 2, 4, 10, 20
/// or 30 conversations later.
pub fn retention_cases(tongue: Tongue, seed: u64, n: usize) -> Vec<Case> {
    streamed_cases("retention", retention, tongue, seed, n)
}

/// After how many conversations the first or the second fact of a conversation is asked.
fn age(told_in: usize, second: bool) -> usize {
    let early = [1, 2, 4][(told_in + usize::from(second)) % 3];
    let wish = match (told_in, second) {
        (0, _) => CONVERSATIONS,
        (1..=10, true) if told_in.is_multiple_of(2) => 20,
        (1..=20, true) => 10,
        _ => early,
    };
    if told_in + wish > CONVERSATIONS { 1 } else { wish }
}

const fn group(age: usize) -> Group {
    match age {
        0 | 1 => Group::OneLater,
        2 => Group::TwoLater,
        4 => Group::FourLater,
        10 => Group::TenLater,
        20 => Group::TwentyLater,
        _ => Group::ThirtyLater,
    }
}

pub(super) fn retention(script: &mut Script) -> Vec<Step> {
    let mut told: Vec<[Fact; 2]> = Vec::with_capacity(CONVERSATIONS);
    let mut steps = Vec::new();
    for now in 0..=CONVERSATIONS {
        let mut part = Vec::new();
        for (from, facts) in told.iter().enumerate() {
            for (fact, second) in facts.iter().zip([false, true]) {
                let age = age(from, second);
                if from + age == now {
                    part.push(script.recalls(fact, group(age), age));
                }
            }
        }
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
