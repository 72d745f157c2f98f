//! `nested-memory`: train a base, examine it, talk to it.
#![recursion_limit = "256"]

mod bench;
mod calibrate;
mod chat;
mod device;
mod eval;
mod fine_tune;
mod fuzz;
mod interrupt;
mod louder;
mod process;
mod snapshot;
mod soak;
mod talk;
mod train;

use clap::Parser;
use std::io::Write;

/// Train, examine and talk to a model whose memory is weights.
#[derive(Debug, Parser)]
#[command(version, about)]
enum Command {
    /// Train a base.
    Train(Box<train::Options>),
    /// Examine a base on cases that training never saw.
    Eval(eval::Options),
    /// Fit a trained base's doubt: when it shall say "I don't know yet".
    Calibrate(calibrate::Options),
    /// Measure speed.
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Talk with a base in the terminal, or through JSON lines.
    Chat(chat::Options),
    /// Examine memories in files.
    #[command(subcommand)]
    Snapshot(snapshot::Snapshot),
    /// Read damaged, foreign and hostile inputs by the million.
    Fuzz(fuzz::Options),
    /// Let one memory hear thousands of turns: what grows, what is kept, what is still known?
    Soak(soak::Options),
    /// Train the tokenizer on the corpus and write it.
    Tokenizer {
        /// Where to.
        #[arg(long, default_value = "www/public/base/tokenizer.json")]
        output: std::path::PathBuf,
    },
}

/// Prints one line for the person at the terminal. Whoever has stopped reading (`| head`) misses nothing; work goes on.
pub(crate) fn say(line: &str) {
    let _nobody_reads = writeln!(std::io::stdout(), "{line}");
}

fn main() -> anyhow::Result<()> {
    match Command::parse() {
        Command::Train(options) => train::train(&options),
        Command::Eval(options) => eval::eval(&options),
        Command::Calibrate(options) => calibrate::calibrate(&options),
        Command::Bench(what) => bench::bench(&what),
        Command::Snapshot(what) => snapshot::snapshot(&what),
        Command::Chat(options) => chat::chat(&options),
        Command::Fuzz(options) => fuzz::fuzz(&options),
        Command::Soak(options) => soak::soak(&options),
        Command::Tokenizer { output } => {
            let tokenizer = nested_memory_dialogue::train(1)?;
            train::write_whole(&output, tokenizer.to_json()?.as_bytes())
        }
    }
}
