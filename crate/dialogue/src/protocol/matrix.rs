//! The suite "matrix": after every conversation, all that was told so far is asked on copies.
use super::script::{Script, streamed_cases};
use super::{Case, Group, Question, Step};
use crate::tongue::Tongue;

/// Conversations of a case: the rows and columns of its accuracy matrix.
pub const MATRIX_CONVERSATIONS: usize = 10;
/// Facts in each of them.
const FACTS: usize = 3;

/// `n` cases of ten conversations with three facts each. A fact is asked in the same words every time, so that what
/// changes from row to row is memory and nothing else.
pub fn matrix_cases(tongue: Tongue, seed: u64, n: usize) -> Vec<Case> {
    streamed_cases("matrix", matrix, tongue, seed, n)
}

fn matrix(script: &mut Script) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut asked: Vec<(usize, Question)> = Vec::new();
    for now in 0..MATRIX_CONVERSATIONS {
        for _ in 0..FACTS {
            let (fact, step) = script.told();
            steps.push(step);
            asked.push((now, script.asks(&fact, Group::Matrix, 1)));
        }
        steps.push(Step::EndConversation);
        let again = asked.iter().map(|(told_in, question)| {
            Step::Aside(Question { age: Some(now + 1 - told_in), ..question.clone() })
        });
        steps.extend(again);
    }
    steps
}
