//! Outer steps to be timed: the real ones, on the real corpus.

use super::Options;
use super::batch::Mix;
use super::optimiser::Optimiser;
use super::step::{Task, step};
use burn::tensor::Device;
use clap::Parser;
use nested_memory_dialogue::{ConversationPlan, Plan, Tokenizer};
use nested_memory_model::Config;
use nested_memory_model::parameters::Parameters;
use std::path::Path;
use std::time::Instant;

/// A run that is only timed.
pub(crate) struct Bench {
    config: Config,
    parameters: Parameters,
    optimiser: Optimiser,
    tokenizer: Tokenizer,
    plan: Plan,
    device: Device,
    batch: usize,
    threads: usize,
    next: u64,
}

#[derive(Debug, Parser)]
struct Defaults {
    #[command(flatten)]
    options: Options,
}

impl Bench {
    /// The recipe's size, fresh parameters, episodes of 320 tokens.
    pub(crate) fn new(
        tokenizer: &Path,
        batch: usize,
        threads: usize,
        device: &Device,
    ) -> anyhow::Result<Self> {
        let tokenizer = Tokenizer::from_bytes(&std::fs::read(tokenizer)?)?;
        let config = Config::recipe(tokenizer.vocab_size());
        let parameters = Parameters::init(&config, &mut super::normals(1), device);
        let options = Defaults::try_parse_from(["bench"])?.options;
        let optimiser = Optimiser::new(&parameters, options.weight_decay, options.clip, device);
        let part = |tokens: usize, facts: (usize, usize)| ConversationPlan::new(tokens, facts);
        let conversations = vec![part(128, (3, 3)), part(96, (1, 1)), part(96, (0, 1))];
        let plan = Plan { conversations, ..Plan::base_v1() };
        let device = device.clone();
        Ok(Self { config, parameters, optimiser, tokenizer, plan, device, batch, threads, next: 0 })
    }

    /// One step: tokens and seconds, episodes and optimiser included.
    pub(crate) fn step(&mut self) -> anyhow::Result<(usize, f64)> {
        let seeds: Vec<u64> = (0..self.batch as u64).map(|i| self.next + i).collect();
        self.next += self.batch as u64;
        let task = Task {
            config: &self.config,
            plan: &self.plan,
            mix: Mix { doubt: 1.0, pull: 0.3, scramble: 0.0, chinese: 0.0, rounds: 0 },
            tokenizer: &self.tokenizer,
            device: &self.device,
            threads: self.threads,
        };
        let started = Instant::now();
        let found = step(task, &self.parameters, &seeds)?;
        let (parameters, _) = self.optimiser.step(self.parameters.clone(), found.gradients, 1e-3, &[]);
        self.parameters = parameters;
        Ok((found.tokens, started.elapsed().as_secs_f64()))
    }
}
