//! Hints: by which words a question for a list, for all that is known of a person, or for what they like, is told from everything else.
//!
//! A logistic regression on the words and pairs of words of some thousand practice turns in both languages
//! ([`nested_memory_model::hint`]); nobody needs to answer them. Both sides have the same weight.

use super::TONGUES;
use crate::say;
use anyhow::Context;
use nested_memory_dialogue::{Group, Step, Tokenizer, Tongue, practice_cases, practice_interests};
use nested_memory_model::Hint;
use nested_memory_model::hint::{PLACES, places};

/// Practice cases of each suite whose words are counted.
pub(super) const CASES: usize = 150;
/// Steps of plain gradient descent.
const STEPS: usize = 3000;
/// Its rate: a turn has some twenty features, and all turns together weigh two.
const RATE: f64 = 8.0;
/// Shrinks the weights.
const RIDGE: f64 = 1e-4;

/// What a turn asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    List(Tongue),
    All(Tongue),
    Leaning(Tongue),
    Other,
}

/// A turn's features.
pub(super) struct Turn {
    places: Vec<usize>,
    kind: Kind,
}

/// The hints of a language: for its lists, for all that is known of a person, and for what they like.
pub(super) fn fit(turns: &[Turn], tongue: Tongue) -> anyhow::Result<[Hint; 3]> {
    let hint = |kind: Kind| {
        let (hint, [missed, false_alarms]) =
            regress(turns, kind).with_context(|| format!("nobody asks for {kind:?}"))?;
        say(&format!(
            "  {kind:?} by its words, {} turns: {missed} missed, {false_alarms} false",
            turns.len()
        ));
        Ok::<_, anyhow::Error>(hint)
    };
    Ok([hint(Kind::List(tongue))?, hint(Kind::All(tongue))?, hint(Kind::Leaning(tongue))?])
}

/// All that is said in practice, in both languages.
pub(super) fn turns(tokenizer: &Tokenizer, seed: u64) -> Vec<Turn> {
    TONGUES.into_iter().flat_map(|tongue| said(tokenizer, tongue, seed)).collect()
}

fn said(tokenizer: &Tokenizer, tongue: Tongue, seed: u64) -> Vec<Turn> {
    let cases = practice_cases(tongue, seed, CASES).into_iter();
    let steps = cases.chain(practice_interests(tongue, seed, CASES)).flat_map(|case| case.steps);
    let said = steps.filter_map(|step| match step {
        Step::Say { text } => Some((text, Kind::Other)),
        Step::Question(question) | Step::Aside(question) => {
            let kind = match question.group {
                Group::List | Group::UnknownList => Kind::List(tongue),
                Group::Profile => Kind::All(tongue),
                Group::Interest => Kind::Leaning(tongue),
                _ => Kind::Other,
            };
            Some((question.text, kind))
        }
        Step::EndConversation => None,
    });
    said.map(|(text, kind)| Turn { places: places(&tokenizer.turn(&text)).into_iter().collect(), kind })
        .collect()
}

/// A hint for turns of a kind, how many of them it misses and how many others it takes for one.
fn regress(turns: &[Turn], kind: Kind) -> Option<(Hint, [usize; 2])> {
    let side = |turn: &Turn| usize::from(turn.kind == kind);
    let sides = [0, 1].map(|one| turns.iter().filter(|turn| side(turn) == one).count() as f64);
    if sides.contains(&0.0) {
        return None;
    }
    let (mut weights, mut bias) = (vec![0.0; PLACES], 0.0);
    let score =
        |weights: &[f64], bias: f64, turn: &Turn| bias + turn.places.iter().map(|p| weights[*p]).sum::<f64>();
    for _ in 0..STEPS {
        let mut slope: Vec<f64> = weights.iter().map(|weight| RIDGE * weight).collect();
        let mut level = 0.0;
        for turn in turns {
            let odds = 1.0 / (1.0 + (-score(&weights, bias, turn)).exp());
            let error = (odds - side(turn) as f64) / sides[side(turn)] / 2.0;
            turn.places.iter().for_each(|place| slope[*place] += error);
            level += error;
        }
        weights.iter_mut().zip(&slope).for_each(|(weight, slope)| *weight -= RATE * slope);
        bias -= RATE / 4.0 * level;
    }
    let single: Vec<f32> = weights.iter().map(|weight| *weight as f32).collect();
    let hint = Hint::new(bias as f32, &single);
    let wrong = |one: usize| {
        turns
            .iter()
            .filter(|turn| side(turn) == one && (score(&weights, bias, turn) > 0.0) != (one == 1))
            .count()
    };
    Some((hint, [wrong(1), wrong(0)]))
}
