//! What changed from one snapshot to another.

use super::numbers::{Numbers, Place, both, pair};
use crate::say;
use crate::talk::Talk;
use burn::tensor::Device;
use nested_memory_model::compare::Difference;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// What `diff` can be told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The earlier one.
    before: PathBuf,
    /// The later one.
    after: PathBuf,
    /// Ask both memories this, each in a conversation of its own; may be given several times.
    #[arg(long)]
    ask: Vec<String>,
    /// The folder with the base, for questions.
    #[arg(long, default_value = "www/public/base")]
    base: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// So many of the units that changed most are named.
const NAMED: usize = 5;

/// What changed in a level of a block.
#[derive(Debug, Serialize)]
struct Change {
    block: usize,
    level: &'static str,
    /// ‖D‖
    before: f32,
    after: f32,
    /// ‖D after − D before‖
    change: f32,
    /// The units whose rows changed most, and by how much.
    units: Vec<(usize, f32)>,
}

/// A question to both.
#[derive(Debug, Serialize)]
struct Asked {
    question: String,
    before: String,
    after: String,
}

#[derive(Debug, Serialize)]
struct Report {
    levels: Vec<Change>,
    answers: Vec<Asked>,
}

/// Prints it.
pub(super) fn diff(options: &Options) -> anyhow::Result<()> {
    let (before, after) = pair(&options.before, &options.after)?;
    let levels =
        before.places().into_iter().map(|place| change(&before, &after, place)).collect::<Result<_, _>>()?;
    let report = Report { levels, answers: answers(options)? };
    if options.json {
        say(&serde_json::to_string(&report)?);
        return Ok(());
    }
    say(&format!("{:<16} {:>9} {:>9} {:>9}   units that changed most", "", "before", "after", "change"));
    for level in &report.levels {
        let units: Vec<String> = level.units.iter().map(|(unit, by)| format!("{unit} ({by:.3})")).collect();
        say(&format!(
            "block {} {:<8} {:>9.4} {:>9.4} {:>9.4}   {}",
            level.block,
            level.level,
            level.before,
            level.after,
            level.change,
            units.join(", ")
        ));
    }
    for asked in &report.answers {
        let sign = if asked.before == asked.after { "the same" } else { "another" };
        say(&format!("{}\n  before: {}\n  after:  {} ({sign})", asked.question, asked.before, asked.after));
    }
    Ok(())
}

fn change(before: &Numbers, after: &Numbers, place: Place) -> anyhow::Result<Change> {
    let (a, b) = both(before, after, place)?;
    let difference = Difference::of(&a.values, &b.values);
    let units = difference.units(a.shape.last().copied().unwrap_or(1), NAMED);
    let Difference { norms: [before, after], change, .. } = difference;
    Ok(Change { block: place.block, level: place.level.as_str(), before, after, change, units })
}

fn answers(options: &Options) -> anyhow::Result<Vec<Asked>> {
    if options.ask.is_empty() {
        return Ok(Vec::new());
    }
    let fresh = Talk::open(&options.base, &Device::flex())?;
    let answer = |file: &Path, question: &str| {
        let mut talk = fresh.clone();
        talk.load(file)?;
        talk.end_conversation()?;
        talk.say(question).map(|turn| turn.reply)
    };
    let asked = options.ask.iter().map(|question| {
        let (before, after) = (answer(&options.before, question)?, answer(&options.after, question)?);
        Ok(Asked { question: question.clone(), before, after })
    });
    asked.collect()
}
