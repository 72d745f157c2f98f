//! `nested-memory bench model`: answering and learning at batch 1, and how near that is to what the device's dispatches
//! alone would take.
//!
//! An answer is one dispatch and one read-back; so no answer can be faster than a dispatch that does nothing and its
//! read-back. What share of the answer's time that floor is says how much of it is the model's own work.

use super::median;
use crate::device::DeviceName;
use crate::say;
use anyhow::Context;
use burn::tensor::{Device, Tensor};
use nested_memory_dialogue::{ASSISTANT, END, PAD, USER};
use nested_memory_model::{Levels, Memory, Sampling, Words, observe, speak};
use pollster::block_on;
use serde_json::json;
use std::path::PathBuf;
use std::time::Instant;

/// What `bench model` can be told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The folder with base and tokenizer.
    #[arg(long, default_value = "www/public/base")]
    base: PathBuf,
    /// Where to compute.
    #[arg(long, default_value = "cpu")]
    device: DeviceName,
    /// Runs that are timed; the median counts.
    #[arg(long, default_value_t = 21)]
    runs: usize,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs that are not timed: the first compiles the kernels.
const WARM_UP: usize = 3;
/// Small operations in a row, of which the mean is one dispatch.
const DISPATCHES: usize = 1_000;

/// The median seconds of something that ends with a read-back.
fn timed(runs: usize, mut work: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<f64> {
    let mut seconds = Vec::new();
    for run in 0..WARM_UP + runs.max(1) {
        let started = Instant::now();
        work()?;
        if run >= WARM_UP {
            seconds.push(started.elapsed().as_secs_f64());
        }
    }
    Ok(median(seconds))
}

/// Seconds of so many additions to one number, one after the other, and of reading it.
fn additions(device: &Device, count: usize, runs: usize) -> anyhow::Result<f64> {
    let one = Tensor::<1>::ones([1], device);
    timed(runs, || {
        let sum = (0..count).fold(one.clone(), |sum, _| sum + one.clone());
        let found = sum.into_scalar::<f32>();
        anyhow::ensure!(found >= 1.0, "the device cannot add: {found}");
        Ok(())
    })
}

/// Times and prints.
pub(crate) fn model(options: &Options) -> anyhow::Result<()> {
    let device = options.device.open()?;
    let talk = crate::talk::Talk::open(&options.base, &device)?;
    let base = &talk.base;
    let chunk = base.config.chunk;
    let mut text = vec![USER];
    while text.len() < 2 * chunk {
        text.extend(talk.tokenizer.turn("My parrot is called Zefi, and my sister lives in Porto."));
    }
    text.truncate(2 * chunk);
    let (before, lesson) = text.split_at(chunk);
    let (heard, _) = block_on(observe(base, Memory::new(base), before, Levels::On))?;

    let learn = timed(options.runs, || {
        let (after, _) = block_on(observe(base, heard.clone(), lesson, Levels::On))?;
        let levels = after.state.levels.last().context("the last block remembers")?;
        levels[0].pending.clone().sum().into_scalar::<f32>();
        Ok(())
    })?;

    // One token waits for its successor, so the whole chunk is free to be spoken in.
    let (asked, _) = block_on(observe(base, heard, &[ASSISTANT], Levels::On))?;
    let words = Words {
        most: chunk,
        end: u32::MAX,
        forbidden: &[PAD, USER, ASSISTANT, END],
        sampling: Sampling::GREEDY,
    };
    let said = block_on(speak(base, &asked, Levels::On, words))?.len();
    anyhow::ensure!(said > 0, "the model said nothing");
    let answer = timed(options.runs, || {
        let again = block_on(speak(base, &asked, Levels::On, words))?.len();
        anyhow::ensure!(again == said, "{again} tokens instead of {said}");
        Ok(())
    })?;

    let floor = additions(&device, 1, options.runs)?;
    let dispatch = (additions(&device, DISPATCHES, options.runs.min(5))? - floor) / (DISPATCHES - 1) as f64;
    let rate = said as f64 / answer;
    if options.json {
        say(&json!({
            "device": options.device, "answer": { "tokens": said, "seconds": answer, "tokens_per_second": rate },
            "learn": { "tokens": chunk, "seconds": learn, "tokens_per_second": chunk as f64 / learn },
            "floor": { "round_trip_seconds": floor, "dispatch_seconds": dispatch, "share_of_answer": floor / answer },
        })
        .to_string());
        return Ok(());
    }
    say(&format!("answer: {said} tokens in {:.2} ms, {rate:.0} tokens/s", answer * 1e3));
    say(&format!("learn: {chunk} tokens in {:.2} ms, {:.0} tokens/s", learn * 1e3, chunk as f64 / learn));
    say(&format!(
        "one operation and its read-back take {:.3} ms, {:.0} % of an answer; each further operation {:.1} µs",
        floor * 1e3,
        100.0 * floor / answer,
        dispatch * 1e6
    ));
    Ok(())
}
