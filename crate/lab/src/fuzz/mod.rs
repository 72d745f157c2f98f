//! `nested-memory fuzz`: reads damaged, foreign and hostile inputs by the million. Nothing may panic, hang, fill the memory
//! or be taken for what it is not.
//!
//! The stable compiler tells no coverage without another build of everything, so inputs are judged by what the readers say:
//! one that is refused for a new reason is changed further.

mod cases;
mod dice;
mod keep;
mod mutate;
mod run;
mod watch;

use crate::{interrupt, say};
use cases::{Files, Target};
use indicatif::{ProgressBar, ProgressStyle};
use run::{Found, Run};
use std::path::PathBuf;

/// What `fuzz` can be told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// What is fuzzed; may be given several times. Without it everything is.
    #[arg(long)]
    target: Vec<Target>,
    /// Inputs for each.
    #[arg(long, default_value_t = 100_000)]
    executions: u64,
    /// The inputs belong to it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write what was found to this file as well, as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Where inputs that failed are kept, in a folder for each target.
    #[arg(long, default_value = "crate/lab/fuzz/corpus")]
    corpus: PathBuf,
    #[command(flatten)]
    files: Files,
}

/// Fuzzes and prints a table.
pub(crate) fn fuzz(options: &Options) -> anyhow::Result<()> {
    interrupt::listen();
    run::hush();
    let targets = if options.target.is_empty() { &Target::ALL[..] } else { &options.target };
    let mut all = Vec::new();
    for target in targets {
        let bar = ProgressBar::new(options.executions).with_style(ProgressStyle::with_template(
            "{msg:>9} {bar:32} {pos}/{len} {per_sec} left {eta_precise}",
        )?);
        bar.set_message(target.name());
        let folder = options.corpus.join(target.name());
        let run = Run::new(target.name(), target.open(&options.files)?, &folder, options.seed);
        all.push(run.go(options.executions, &bar)?);
        bar.finish_and_clear();
        if interrupt::came() {
            break;
        }
    }
    print(&all);
    if let Some(path) = &options.json {
        crate::train::write_whole(path, &serde_json::to_vec_pretty(&all)?)?;
    }
    let bad = all.iter().filter(|found| !found.is_clean()).count();
    anyhow::ensure!(bad == 0, "{bad} of {} targets do not keep what they promise; see above", all.len());
    Ok(())
}

fn print(all: &[Found]) {
    say(
        "   target executions       read    refused reasons panics broken too large  growth    peak  seconds     /s",
    );
    for found in all {
        let mebibytes = |bytes: Option<u64>| bytes.unwrap_or(0) >> 20;
        say(&format!(
            "{:>9} {:>10} {:>10} {:>10} {:>7} {:>6} {:>6} {:>9} {:>4} MiB {:>4} MiB {:>7.0} {:>6.0}",
            found.target,
            found.executions,
            found.read,
            found.refused,
            found.reasons,
            found.panics,
            found.broken_promises,
            found.too_large,
            mebibytes(found.growth),
            mebibytes(found.peak),
            found.seconds,
            found.executions as f64 / found.seconds.max(1e-9),
        ));
        found.failures.iter().for_each(|failure| say(&format!("          {failure}")));
    }
}
