//! `nested-memory train`: the two-pass, first-order outer loop of recipe.md.

mod batch;
mod bench;
mod checkpoint;
mod optimiser;
mod step;

use crate::device::DeviceName;
use anyhow::Context;
use burn::tensor::Device;
use checkpoint::Run;
use indicatif::{ProgressBar, ProgressStyle};
use nested_memory_dialogue::{CORPUS_VERSION, ConversationPlan, Plan, Tokenizer};
use nested_memory_model::file::Precision;
use nested_memory_model::parameters::Parameters;
use nested_memory_model::{Base, Config, MixerKind, base};
use optimiser::Optimiser;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use step::{Task, step};

pub(crate) use batch::Tally;
pub(crate) use bench::Bench;
pub(crate) use checkpoint::write_whole;

/// What `train` can be told.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize)]
pub(crate) struct Options {
    /// Seed of parameters and episodes.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Outer steps in all.
    #[arg(long, default_value_t = 3000)]
    pub(crate) steps: usize,
    /// Episodes a step.
    #[arg(long, default_value_t = 16)]
    pub(crate) batch: usize,
    /// The highest learning rate.
    #[arg(long, default_value_t = 3e-3)]
    pub(crate) rate: f64,
    /// Steps of warm-up.
    #[arg(long, default_value_t = 100)]
    pub(crate) warm_up: usize,
    /// The share of all steps, at the end, in which the rate falls to zero.
    #[arg(long, default_value_t = 0.35)]
    pub(crate) cool_down: f64,
    /// Decoupled weight decay of matrices.
    #[arg(long, default_value_t = 0.02)]
    pub(crate) weight_decay: f32,
    /// Gradients longer than this are shortened to it.
    #[arg(long, default_value_t = 1.0)]
    pub(crate) clip: f32,
    /// How much more than usual the answers to what was never told count in the loss.
    #[arg(long, default_value_t = 1.0)]
    pub(crate) doubt: f32,
    /// Before this step episodes are short: two conversations of 96 tokens, so that early steps are cheap.
    #[arg(long, default_value_t = 400)]
    pub(crate) short_until: usize,
    /// From this step on, every second batch has long episodes (`--long-conversations`).
    #[arg(long)]
    pub(crate) long_from: Option<usize>,
    /// Conversations of a long episode.
    #[arg(long, default_value_t = 6)]
    pub(crate) long_conversations: usize,
    /// The mixer's recurrence.
    #[arg(long, default_value = "self-modifying")]
    pub(crate) mixer: MixerName,
    /// Threads; each takes its share of the episodes.
    #[arg(long, default_value_t = 1)]
    pub(crate) threads: usize,
    /// Where to compute.
    #[arg(long, default_value = "cpu")]
    pub(crate) device: DeviceName,
    /// Steps between two lines of the log and two checkpoints.
    #[arg(long, default_value_t = 50)]
    pub(crate) every: usize,
    /// The checkpoint; if it is there, the run goes on from it.
    #[arg(long, default_value = "target/base-v1.checkpoint.safetensors")]
    #[serde(skip)]
    pub(crate) checkpoint: PathBuf,
    /// Begin with the numbers of this base (a `base.safetensors`) instead of fresh ones; give it a warm-up.
    #[arg(long)]
    #[serde(skip)]
    pub(crate) from: Option<PathBuf>,
    /// The tokenizer.
    #[arg(long, default_value = "www/public/base/tokenizer.json")]
    #[serde(skip)]
    pub(crate) tokenizer: PathBuf,
    /// Where base and model card go when all steps are done.
    #[arg(long, default_value = "www/public/base")]
    #[serde(skip)]
    pub(crate) output: PathBuf,
    /// The base's name.
    #[arg(long, default_value = "base-v1")]
    pub(crate) name: String,
    /// Stop before this step, leaving a checkpoint.
    #[arg(long)]
    #[serde(skip)]
    pub(crate) stop_at: Option<usize>,
}

/// Names of mixers on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum MixerName {
    /// The paper's.
    SelfModifying,
    /// The gated delta rule.
    GatedDelta,
}

/// One point of the training curve.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CurvePoint {
    step: usize,
    loss: f32,
    /// Percent of whole values right (teacher forcing, training episodes), by age 0, 1, 2+; then refusals.
    recall: [String; 3],
    unknown: String,
    restated: String,
    tokens_per_second: f32,
}

/// What the page and a researcher may want to know about a base.
#[derive(Debug, Serialize, Deserialize)]
struct ModelCard {
    name: String,
    sha256: String,
    bytes: usize,
    parameters: usize,
    config: Config,
    corpus_version: u32,
    tokenizer_sha256: String,
    options: Options,
    commands: Vec<Stage>,
    hours: f64,
    curve: Vec<CurvePoint>,
}

/// A run may be continued with other options or another corpus: what was at work from which step on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Stage {
    from_step: usize,
    corpus_version: u32,
    command: String,
}

impl Stage {
    /// This program's own command, from a step on.
    fn now(from_step: usize) -> Self {
        let name = std::iter::once(env!("CARGO_BIN_NAME").to_owned());
        let command = name.chain(std::env::args().skip(1)).collect::<Vec<_>>().join(" ");
        Self { from_step, corpus_version: CORPUS_VERSION, command }
    }
}

/// Set by Ctrl-C: finish the step, write the checkpoint, leave.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// Learning rate of a step: up, level, and linearly down to zero.
fn rate(options: &Options, step: usize) -> f64 {
    let up = ((step + 1) as f64 / options.warm_up.max(1) as f64).min(1.0);
    let falling = (options.steps as f64 * options.cool_down).max(1.0);
    let down = ((options.steps.saturating_sub(step)) as f64 / falling).min(1.0);
    options.rate * up * down
}

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
        if !known && run.step < options.steps {
            run.commands.push(stage);
        }
        return Ok(run);
    }
    if let Some(path) = &options.from {
        let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let Base { config, parameters, .. } = Base::from_bytes(&bytes, device)?;
        return Ok(fresh(options, config, parameters, device));
    }
    let mut config = Config { marks: Some(batch::MARKS), ..Config::recipe(tokenizer.vocab_size()) };
    if options.mixer == MixerName::GatedDelta {
        config.mixer = MixerKind::GatedDelta;
    }
    config.check()?;
    let parameters = Parameters::init(&config, &mut normals(options.seed), device);
    Ok(fresh(options, config, parameters, device))
}

/// A run at its first step.
fn fresh(options: &Options, config: Config, parameters: Parameters, device: &Device) -> Run {
    let optimiser = Optimiser::new(&parameters, options.weight_decay, options.clip, device);
    let commands = vec![Stage::now(0)];
    Run { config, parameters, optimiser, step: 0, curve: Vec::new(), commands, seconds: 0.0 }
}

/// The plan of a step's episodes.
fn plan(options: &Options, step: usize) -> Plan {
    if step < options.short_until {
        let part = |facts| ConversationPlan::new(96, facts);
        return Plan { conversations: vec![part((2, 3)), part((0, 1))] };
    }
    match options.long_from {
        Some(from) if step >= from && step.is_multiple_of(2) => Plan::long(options.long_conversations),
        _ => Plan::base_v1(),
    }
}

/// Long episodes come in smaller batches, so that a step costs about the same.
fn seeds(options: &Options, plan: &Plan, step: usize) -> Vec<u64> {
    let tokens =
        |plan: &Plan| plan.conversations.iter().map(|c: &ConversationPlan| c.tokens).sum::<usize>().max(1);
    let count = (options.batch * tokens(&Plan::base_v1()) / tokens(plan))
        .clamp(options.threads.max(1), options.batch);
    let first = options.seed.wrapping_mul(1_000_003).wrapping_add((step * options.batch) as u64);
    (0..count as u64).map(|i| first.wrapping_add(i)).collect()
}

/// Trains, with progress, until done or stopped.
pub(crate) fn train(options: &Options) -> anyhow::Result<()> {
    let device = options.device.open()?;
    let text = std::fs::read(&options.tokenizer).with_context(|| {
        format!("cannot read {}; run `nested-memory tokenizer` first", options.tokenizer.display())
    })?;
    let tokenizer = Tokenizer::from_bytes(&text)?;
    let mut run = begin(options, &tokenizer, &device)?;
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
        let plan = plan(options, run.step);
        let seeds = seeds(options, &plan, run.step);
        let task = Task {
            config: &run.config,
            plan: &plan,
            doubt: options.doubt,
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
        let (parameters, norm) =
            run.optimiser.step(run.parameters.clone(), found.gradients, rate(options, run.step));
        run.parameters = parameters;
        run.step += 1;
        let seconds = started.elapsed().as_secs_f64();
        run.seconds += seconds;
        window.add(found.loss, &found.tally, found.tokens, seconds, norm);
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
    norm: f64,
    steps: usize,
    tally: Tally,
    tokens: usize,
    seconds: f64,
}

impl Window {
    fn add(&mut self, loss: f32, tally: &Tally, tokens: usize, seconds: f64, norm: f32) {
        self.loss += f64::from(loss);
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

/// Writes base and model card.
fn finish(options: &Options, run: &Run, tokenizer: &[u8]) -> anyhow::Result<()> {
    let bytes = base::to_bytes(&run.config, &run.parameters, Precision::Half)?;
    let card = ModelCard {
        name: options.name.clone(),
        sha256: base::sha256(&bytes),
        bytes: bytes.len(),
        parameters: run.parameters.count(),
        config: run.config.clone(),
        corpus_version: CORPUS_VERSION,
        tokenizer_sha256: base::sha256(tokenizer),
        options: options.clone(),
        commands: run.commands.clone(),
        hours: run.seconds / 3600.0,
        curve: run.curve.clone(),
    };
    std::fs::create_dir_all(&options.output)?;
    let at = |name: &str| -> PathBuf { Path::new(&options.output).join(name) };
    write_whole(&at("base.safetensors"), &bytes)?;
    write_whole(&at("base.json"), serde_json::to_string_pretty(&card)?.as_bytes())?;
    crate::say(&format!(
        "{} ({} bytes) and its model card are in {}",
        card.sha256,
        card.bytes,
        options.output.display()
    ));
    Ok(())
}
