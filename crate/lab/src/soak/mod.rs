//! `nested-memory soak`: one memory hears thousands of turns. What grows, what is kept, what is still known?

mod facts;
mod report;
mod shelf;
mod speech;

use crate::talk::Talk;
use crate::{interrupt, process, say};
use burn::tensor::Device;
use indicatif::{ProgressBar, ProgressStyle};
use nested_memory_model::LevelName;
use report::{Point, Report};
use shelf::Shelf;
use speech::{Deed, Speech};
use std::path::PathBuf;
use std::time::Instant;

/// What `soak` can be told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The folder with base and tokenizer.
    #[arg(long, default_value = "www/public/base")]
    base: PathBuf,
    /// So many turns are said.
    #[arg(long, default_value_t = 10_000)]
    turns: usize,
    /// Every so many conversations end with sleep; 0: none does.
    #[arg(long, default_value_t = 50)]
    sleep_every: usize,
    /// The conversations belong to it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// So often it is looked how large everything is.
const POINTS: usize = 10;

/// Says everything and prints what was found.
pub(crate) fn soak(options: &Options) -> anyhow::Result<()> {
    interrupt::listen();
    let mut talk = Talk::open(&options.base, &Device::flex())?;
    let mut shelf = Shelf::default();
    for conversation in facts::conversations() {
        for telling in conversation {
            talk.say(telling)?;
            shelf.put(&talk.snapshot()?, "turn", telling, false)?;
        }
        talk.sleep(options.seed)?;
        shelf.put(&talk.snapshot()?, "sleep", "", true)?;
    }
    let known_before = facts::known(&talk)?;
    let points = hear(options, &mut talk, &mut shelf)?;
    talk.end_conversation()?;
    shelf.check()?;
    let known_after = facts::known(&talk)?;
    let mut back = Talk::open(&options.base, &Device::flex())?;
    if let Some(pinned) = shelf.pinned()? {
        back.restore(&pinned)?;
    }
    let report = Report {
        base: talk.base.sha256.clone(),
        seed: options.seed,
        sleep_every: options.sleep_every,
        facts: facts::COUNT,
        known_before,
        known_after,
        known_pinned: facts::known(&back)?,
        growth: Report::growth(&points),
        points,
    };
    if options.json {
        say(&serde_json::to_string_pretty(&report)?);
    } else {
        report.print();
    }
    Ok(())
}

/// Says the turns; Ctrl-C ends that, and what was found until then is told.
fn hear(options: &Options, talk: &mut Talk, shelf: &mut Shelf) -> anyhow::Result<Vec<Point>> {
    let bar = ProgressBar::new(options.turns as u64).with_style(ProgressStyle::with_template(
        "{bar:32} {pos}/{len} turns {elapsed_precise} left {eta_precise}",
    )?);
    let begun = Instant::now();
    let (mut turns, mut conversations) = (0, 0);
    let mut points = Vec::new();
    for deed in Speech::new(talk.tokenizer.clone(), options.seed) {
        if turns >= options.turns || interrupt::came() {
            break;
        }
        match deed {
            Deed::Say(text) => {
                talk.say(&text)?;
                shelf.put(&talk.snapshot()?, "turn", &text, false)?;
                turns += 1;
                bar.inc(1);
                if turns.is_multiple_of((options.turns / POINTS).max(1)) {
                    points.push(point(turns, talk, shelf, begun)?);
                }
            }
            Deed::End => {
                conversations += 1;
                if options.sleep_every > 0 && conversations % options.sleep_every == 0 {
                    talk.sleep(options.seed)?;
                    shelf.put(&talk.snapshot()?, "sleep", "", false)?;
                } else {
                    talk.end_conversation()?;
                    shelf.put(&talk.snapshot()?, "conversation-ended", "", false)?;
                }
            }
        }
    }
    bar.finish_and_clear();
    Ok(points)
}

fn point(turns: usize, talk: &Talk, shelf: &Shelf, begun: Instant) -> anyhow::Result<Point> {
    let lasting = |name: LevelName| {
        talk.memory.state.levels.iter().map(move |levels| {
            let memory = levels[name.index()].memory.clone();
            memory.powf_scalar(2.0).sum().into_scalar::<f32>()
        })
    };
    let squares: f32 = [LevelName::Mid, LevelName::Slow].into_iter().flat_map(lasting).sum();
    Ok(Point {
        turns,
        tokens: talk.memory.clock.tokens,
        conversations: talk.memory.clock.conversations,
        seconds: begun.elapsed().as_secs_f64(),
        process: process::size(),
        snapshot: talk.snapshot()?.len(),
        versions: shelf.versions(),
        kept_snapshots: shelf.bytes(),
        pruned: shelf.pruned,
        length: squares.sqrt(),
    })
}
