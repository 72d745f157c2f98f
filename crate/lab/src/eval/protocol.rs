//! The same questions under several conditions, each asked on a copy as if it were the only one.
//!
//! A: the telling is in the conversation. B: the conversation has ended, only memory is left. C: nothing was told.
//! D: three conversations about something else later. E: after saving and loading. F: the saved memory on a base that
//! was opened anew. E and F must be B, bit for bit; whatever else they were would be an error of the program.

use super::matrix::mean;
use super::report::Measure;
use super::run::end;
use super::score::{Answer, Score, name};
use crate::talk::Talk;
use nested_memory_dialogue::{Group, Trial, TrialQuestion};
use nested_memory_model::Levels;
use std::collections::BTreeMap;

const CONTEXT: &str = "A told in the conversation";
const MEMORY: &str = "B memory only";
const USUAL: &str = "B memory only, phrased as in training";
const NOTHING: &str = "C no memory";
const LATER: &str = "D three conversations later";
const LOADED: &str = "E saved and loaded";
const CARRIED: &str = "F on a base opened anew";

/// The answers to a trial's questions under every condition. `blank` has learned nothing; `fresh` is another opening of
/// the same base.
pub(super) fn answer(blank: &Talk, fresh: &Talk, trial: &Trial, sleeps: bool) -> anyhow::Result<Vec<Answer>> {
    let mut context = blank.clone();
    for text in &trial.tell {
        context.say(text)?;
    }
    let mut memory = context.clone();
    end(&mut memory, sleeps)?;
    let saved = memory.snapshot()?;
    let [loaded, carried] = [blank, fresh].map(|talk| restored(talk, &saved));
    let (loaded, carried) = (loaded?, carried?);
    let mut later = memory.clone();
    for conversation in &trial.distractors {
        for text in conversation {
            later.say(text)?;
        }
        end(&mut later, sleeps)?;
    }
    let mut bare = blank.clone();
    bare.levels = Levels::Off;

    let mut answers = Vec::new();
    for asked in &trial.questions {
        let conditions = [(CONTEXT, &context), (NOTHING, &bare), (LATER, &later)];
        for (condition, talk) in conditions {
            answers.push(ask(talk, asked, &asked.question.text, condition)?.0);
        }
        answers.push(ask(&memory, asked, &asked.usual, USUAL)?.0);
        let (answer, kept) = ask(&memory, asked, &asked.question.text, MEMORY)?;
        answers.push(answer);
        for (condition, talk) in [(LOADED, &loaded), (CARRIED, &carried)] {
            let (answer, same) = ask(talk, asked, &asked.question.text, condition)?;
            anyhow::ensure!(
                kept == same,
                "{}: {condition}: {:?} and before {:?}, or the memory is another; memory was not carried over whole",
                trial.id,
                same.0,
                kept.0
            );
            answers.push(answer);
        }
    }
    Ok(answers)
}

/// A memory taken from its snapshot, which must give the same snapshot again.
fn restored(talk: &Talk, saved: &[u8]) -> anyhow::Result<Talk> {
    let mut talk = talk.clone();
    talk.restore(saved)?;
    anyhow::ensure!(talk.snapshot()? == saved, "a memory that was loaded is saved as another one");
    Ok(talk)
}

/// The tokens of a turn, and the snapshot of the memory that is left by it.
type Trace = (Vec<u32>, Vec<u8>);

/// Asks on a copy: the answer, and the reply with the memory that is left by it.
fn ask(talk: &Talk, asked: &TrialQuestion, text: &str, condition: &str) -> anyhow::Result<(Answer, Trace)> {
    let mut talk = talk.clone();
    let turn = talk.say(text)?;
    let answer = Answer::new(&asked.question, &turn.reply, 0);
    let row = row(asked.question.group, condition);
    let note = format!("{row}: {text} → {} (expected {:?})", turn.reply, asked.question.expect);
    let answer = Answer { rows: vec![(row, answer.right)], age: None, note, ..answer };
    Ok((answer, (turn.tokens, talk.snapshot()?)))
}

fn row(group: Group, condition: &str) -> String {
    let group = if group == Group::OneLater { "told" } else { name(group) };
    format!("{group}: {condition}")
}

/// What the conditions say together, for each group and for all.
pub(super) fn measures(scores: &BTreeMap<String, Score>) -> Vec<Measure> {
    let mut groups: Vec<&str> =
        scores.keys().filter_map(|row| row.split_once(": ").map(|(group, _)| group)).collect();
    groups.dedup();
    let mut measures = Vec::new();
    let of = |group: &str, condition: &str| {
        scores.get(&format!("{group}: {condition}")).map_or(0.0, |score| score.share)
    };
    for group in &groups {
        let [a, b, c] = [CONTEXT, MEMORY, NOTHING].map(|condition| of(group, condition));
        let efficiency = (a > c).then(|| (b - c) / (a - c));
        measures.push(Measure::new(format!("{group}: memory efficiency"), efficiency, Some(0.95)));
        measures.push(Measure::new(format!("{group}: reliability"), Some(b), None));
        let generalisation = Some(b - of(group, USUAL));
        measures.push(Measure::new(format!("{group}: generalisation"), generalisation, Some(-0.03)));
    }
    let portable = [name(Group::TwoStep), name(Group::Inverse)];
    if portable.iter().all(|group| groups.contains(group)) {
        let value = mean(portable.iter().map(|group| of(group, MEMORY)));
        measures.push(Measure::new("portability".to_owned(), value, Some(0.80)));
    }
    measures
}

#[cfg(test)]
mod tests {
    use super::{CONTEXT, MEMORY, NOTHING, Score, USUAL, measures};

    #[test]
    fn efficiency_is_the_share_of_what_the_context_gives() {
        let shares = [(CONTEXT, 90), (MEMORY, 70), (NOTHING, 10), (USUAL, 75)];
        let scores =
            shares.map(|(condition, right)| (format!("told: {condition}"), Score::new(right, 100))).into();
        let values: Vec<f64> = measures(&scores).into_iter().filter_map(|measure| measure.value).collect();
        let expected = [0.75, 0.70, -0.05];
        assert!(values.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{values:?}");
    }
}
