//! The suite "capacity": sixty facts in twelve conversations, all of them asked when all were told.
use super::script::{Script, shuffle, streamed_cases};
use super::{Case, Group, Step};
use crate::facts::Fact;
use crate::tongue::Tongue;

const CONVERSATIONS: usize = 12;
/// In each of them.
const FACTS: usize = 5;

/// `n` cases of twelve conversations with five facts each. Sixty questions in a row would be a conversation like none
/// in training, and each would write; so each is asked on a copy.
pub fn capacity_cases(tongue: Tongue, seed: u64, n: usize) -> Vec<Case> {
    streamed_cases("capacity", capacity, tongue, seed, n)
}

fn capacity(script: &mut Script) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut told: Vec<(Fact, usize)> = Vec::new();
    for conversation in 0..CONVERSATIONS {
        for _ in 0..FACTS {
            let (fact, step) = script.told();
            told.push((fact, CONVERSATIONS - conversation));
            steps.push(step);
        }
        steps.push(Step::EndConversation);
    }
    shuffle(&mut script.world.draw, &mut told);
    for (fact, age) in &told {
        let group = match age {
            0 | 1 => Group::AgeOne,
            2 | 3 => Group::AgeTwo,
            4..=7 => Group::AgeFour,
            _ => Group::AgeEight,
        };
        steps.push(Step::Aside(script.asks(fact, group, *age)));
    }
    steps
}
