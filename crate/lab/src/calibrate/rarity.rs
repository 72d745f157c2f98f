//! How seldom questions have a word, by which it is known how much it says that nobody was ever told it.

use super::TONGUES;
use super::hints::CASES;
use crate::talk::Talk;
use nested_memory_dialogue::{Step, Tokenizer, Tongue, practice_cases};
use std::collections::BTreeSet;

/// The rarity of every token in nats: log (n + 1) / (n_i + ½) among the questions of the language that has it oftenest.
pub(super) fn of(talk: &Talk, seed: u64) -> Vec<f64> {
    let vocabulary = talk.base.config.vocabulary;
    let counts = TONGUES.map(|tongue| counted(&talk.tokenizer, tongue, seed, vocabulary));
    let rarity = |token: usize| {
        let nats = counts.iter().map(|(all, with)| ((all + 1.0) / (with[token] + 0.5)).ln());
        nats.fold(f64::INFINITY, f64::min)
    };
    (0..vocabulary).map(rarity).collect()
}

/// How many questions practice has, and how many of them have each token.
fn counted(tokenizer: &Tokenizer, tongue: Tongue, seed: u64, vocabulary: usize) -> (f64, Vec<f64>) {
    let (mut all, mut with) = (0.0, vec![0.0; vocabulary]);
    let steps = practice_cases(tongue, seed, CASES).into_iter().flat_map(|case| case.steps);
    for step in steps {
        let (Step::Question(question) | Step::Aside(question)) = step else { continue };
        all += 1.0;
        let different: BTreeSet<u32> = tokenizer.turn(&question.text).into_iter().collect();
        different.into_iter().for_each(|token| with[token as usize] += 1.0);
    }
    (all, with)
}
