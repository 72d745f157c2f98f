//! `nested-memory train`: the two-pass, first-order outer loop of recipe.md.

mod average;
mod batch;
mod bench;
mod card;
mod checkpoint;
mod cues;
mod grow;
mod mean;
mod night;
mod optimiser;
mod options;
mod scramble;
mod step;
mod words;

use crate::louder::louder;
use anyhow::Context;
use average::Average;
use burn::tensor::Device;
use card::{CurvePoint, Stage, finish};
use checkpoint::Run;
use indicatif::{ProgressBar, ProgressStyle};
use nested_memory_dialogue::Tokenizer;
use nested_memory_model::parameters::Parameters;
use nested_memory_model::{Config, MixerKind, base};
use optimiser::Optimiser;
use options::MixerName;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use step::{Task, step};

pub(crate) use batch::{Tally, tensors};
pub(crate) use bench::Bench;
pub(crate) use card::calibrated;
pub(crate) use checkpoint::write_whole;
pub(crate) use options::Options;
pub(crate) use step::Track;

/// Set by Ctrl-C: finish the step, write the checkpoint, leave.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// Standard normal numbers from a seed (Box–Muller).
pub(crate) fn normals(seed: u64) -> impl FnMut() -> f32 {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    move || {
        let mut uniform = || (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        let (a, b) = (1.0 - uniform(), uniform());
        ((-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()) as f32
    }
}

fn begin(options: &Options, tokenizer: &Tokenizer, device: &Device) -> anyhow::Result<Run> {
    if options.checkpoint.exists() {
        let mut run = Run::load(options, &options.checkpoint, device)?;
        let stage = Stage::now(run.step);
        let same =
            |last: &Stage| last.command == stage.command && last.corpus_version == stage.corpus_version;
        let known = run.commands.last().is_some_and(same);
        if !known {
            run.commands.push(stage);
        }
        return Ok(run);
    }
    let mut normal = normals(options.seed);
    if let Some(path) = &options.from {
        let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let (mut config, parameters) = match &options.grow {
            None => {
                let new = base::New {
                    look_ahead: options.look_ahead,
                    familiarity: options.familiarity,
                    protection: options.protection,
                    fixed_blocks: options.fixed_blocks,
                };
                base::to_train_on(&bytes, new, &mut normal, device)?
            }
            Some(old) => {
                let old = Tokenizer::from_bytes(
                    &std::fs::read(old).with_context(|| format!("cannot read {}", old.display()))?,
                )?;
                grow::grow(&bytes, (&old, tokenizer), &sizes(options, tokenizer), &mut normal, device)?
            }
        };
        if let Some(mixer) = options.mixer {
            // Both recurrences have the same parameters; the other one is learned within some hundred steps.
            config.mixer = mixer.kind();
        }
        let sha256 = base::sha256(&bytes);
        let (mut commands, hours) = card::ancestry(path, &sha256)?;
        let run = fresh(options, config, parameters, device);
        commands.extend(run.commands.into_iter().map(|own| Stage { base: Some(sha256.clone()), ..own }));
        return Ok(Run { commands, seconds: hours * 3600.0, ..run });
    }
    let config = sizes(options, tokenizer);
    config.check()?;
    let parameters = Parameters::init(&config, &mut normal, device);
    Ok(fresh(options, config, parameters, device))
}

/// The sizes that were asked for.
fn sizes(options: &Options, tokenizer: &Tokenizer) -> Config {
    Config {
        marks: Some(batch::MARKS),
        heads: options.heads,
        blocks: options.blocks,
        fixed_blocks: options.fixed_blocks,
        units: options.units,
        hidden: options.hidden,
        // With recipe.md's 128 for the mid level a short conversation has only the fast one to answer from.
        periods: [Some(32), Some(64), None],
        width: options.width,
        look_ahead: options.look_ahead,
        familiarity: options.familiarity,
        protection: options.protection,
        mixer: options.mixer.map_or(MixerKind::SelfModifying, MixerName::kind),
        ..Config::recipe(tokenizer.vocab_size())
    }
}

/// A run at its first step.
fn fresh(options: &Options, config: Config, parameters: Parameters, device: &Device) -> Run {
    let optimiser = Optimiser::new(&parameters, options.weight_decay, options.clip, device);
    let commands = vec![Stage::now(0)];
    Run { config, parameters, average: None, optimiser, step: 0, curve: Vec::new(), commands, seconds: 0.0 }
}

/// What the options change in a run's config, whether it begins or goes on.
fn change(config: &mut Config, options: &Options) -> anyhow::Result<()> {
    config.protection = options.protection.or(config.protection);
    config.key_power = options.key_power.unwrap_or(config.key_power);
    config.turn_gate |= options.turn_gate;
    config.marked_nights |= options.marked_nights;
    config.opening_vigour = options.opening.unwrap_or(config.opening_vigour);
    for (asked, has, what) in [
        (options.look_ahead, config.look_ahead, "look-ahead"),
        (options.familiarity, config.familiarity, "familiarity"),
    ] {
        anyhow::ensure!(
            has || !asked,
            "the run in {} has no --{what}; give it as --from, with another --checkpoint, and it begins to",
            options.checkpoint.display()
        );
    }
    config.check()?;
    Ok(())
}

/// Trains, with progress, until done or stopped.
pub(crate) fn train(options: &Options) -> anyhow::Result<()> {
    let device = options.device.open()?;
    let text = std::fs::read(&options.tokenizer).with_context(|| {
        format!("cannot read {}; run `nested-memory tokenizer` first", options.tokenizer.display())
    })?;
    let tokenizer = Tokenizer::from_bytes(&text)?;
    let mut run = begin(options, &tokenizer, &device)?;
    tokenizer.check(run.config.vocabulary)?;
    change(&mut run.config, options)?;
    run.parameters = louder(run.parameters, &options.louder);
    if let Some(parent) = options.checkpoint.parent() {
        std::fs::create_dir_all(parent)?;
    }
    stop_on_interrupt();
    let bar = ProgressBar::new(options.steps as u64).with_style(ProgressStyle::with_template(
        "{bar:32} {pos}/{len} {elapsed_precise} left {eta_precise}  {msg}",
    )?);
    bar.set_position(run.step as u64);
    bar.reset_eta();
    let until = options.stop_at.unwrap_or(options.steps).min(options.steps);
    let mut window = Window::default();
    while run.step < until && !STOPPED.load(Ordering::Relaxed) {
        let started = Instant::now();
        let plan = options.plan(run.step);
        let seeds = options.seeds(&plan, run.step);
        let task = Task {
            config: &run.config,
            plan: &plan,
            mix: options.mix(run.step),
            tokenizer: &tokenizer,
            device: &device,
            threads: options.threads,
        };
        let found = step(task, &run.parameters, &seeds)?;
        anyhow::ensure!(
            found.loss.is_finite(),
            "the loss is not finite at step {}; the last checkpoint is kept, try a lower --rate",
            run.step
        );
        let (parameters, norm) = run.optimiser.step(
            run.parameters.clone(),
            found.gradients,
            options.rate(run.step),
            &options.only,
        );
        run.parameters = parameters;
        run.step += 1;
        run.average = Average::next(run.average.take(), &run.parameters, options.average);
        let seconds = started.elapsed().as_secs_f64();
        run.seconds += seconds;
        window.add((found.loss, found.lost), &found.tally, found.tokens, seconds, norm);
        bar.set_message(window.message());
        bar.inc(1);
        if run.step.is_multiple_of(options.every) || run.step == until {
            let point = window.point(run.step);
            bar.println(serde_json::to_string(&point)?);
            if bar.is_hidden() {
                crate::say(&format!("{} norm {:.2}", serde_json::to_string(&point)?, window.norm()));
            }
            run.curve.push(point);
            window = Window::default();
            run.save(options, &options.checkpoint)?;
        }
    }
    run.save(options, &options.checkpoint)?;
    bar.finish();
    if run.step >= options.steps {
        if let Some(average) = &run.average {
            run.parameters = average.parameters.clone();
        }
        if let Some(path) = &options.mean {
            run.parameters = mean::mean(run.parameters, path, &device)?;
        }
        finish(options, &run, &text)?;
    } else {
        crate::say(&format!(
            "stopped at step {}; the same command goes on from {}",
            run.step,
            options.checkpoint.display()
        ));
    }
    Ok(())
}

fn stop_on_interrupt() {
    let _already_set = ctrlc::set_handler(|| STOPPED.store(true, Ordering::Relaxed));
}

/// Means since the last line of the log.
#[derive(Default)]
struct Window {
    loss: f64,
    lost: f64,
    norm: f64,
    steps: usize,
    tally: Tally,
    tokens: usize,
    seconds: f64,
}

impl Window {
    fn add(&mut self, (loss, lost): (f32, f32), tally: &Tally, tokens: usize, seconds: f64, norm: f32) {
        self.loss += f64::from(loss);
        self.lost += f64::from(lost);
        self.norm += f64::from(norm);
        self.steps += 1;
        self.tally.add(tally);
        self.tokens += tokens;
        self.seconds += seconds;
    }

    fn norm(&self) -> f64 {
        self.norm / self.steps.max(1) as f64
    }

    fn point(&self, step: usize) -> CurvePoint {
        CurvePoint {
            step,
            loss: (self.loss / self.steps.max(1) as f64) as f32,
            lost: (self.lost / self.steps.max(1) as f64) as f32,
            recall: self.tally.recall.map(Tally::percent),
            unknown: Tally::percent(self.tally.unknown),
            restated: Tally::percent(self.tally.restated),
            tokens_per_second: (self.tokens as f64 / self.seconds.max(1e-9)) as f32,
        }
    }

    fn message(&self) -> String {
        let p = self.point(0);
        let [same, one, two] = &p.recall;
        format!(
            "loss {:.3} recall {same}/{one}/{two} unknown {} {:.0} tokens/s",
            p.loss, p.unknown, p.tokens_per_second
        )
    }
}
