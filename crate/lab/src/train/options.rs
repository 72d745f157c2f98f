//! What `train` can be told, and what follows from it for each step.

use super::batch::Mix;
use crate::device::DeviceName;
use crate::louder::Louder;
use nested_memory_dialogue::{ConversationPlan, Families, Plan};
use nested_memory_model::MixerKind;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What `train` can be told.
#[derive(Debug, Clone, clap::Args, Serialize, Deserialize)]
pub(crate) struct Options {
    /// Seed of parameters and episodes.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Outer steps in all.
    #[arg(long, default_value_t = 3000)]
    pub(crate) steps: usize,
    /// Episodes a step; of the same tokens, more steps with fewer episodes teach far more (crate/lab/docs/TRAINING.md).
    #[arg(long, default_value_t = 4)]
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
    /// The weight of the loss that makes a question find the place where its answer was told.
    #[arg(long, default_value_t = 0.3)]
    pub(crate) pull: f64,
    /// The share of episodes in which subjects and values are of any tokens, so that any word can be told.
    #[arg(long, default_value_t = 0.4)]
    pub(crate) scramble: f64,
    /// The probability that a conversation has the wish to forget a fact.
    #[arg(long, default_value_t = 0.0)]
    pub(crate) forgets: f64,
    /// The probability that a conversation corrects a fact; without it that of the plan, .1 to .14.
    #[arg(long)]
    #[serde(default)]
    pub(crate) corrections: Option<f64>,
    /// Tell and ask what came with corpus 5: habits, lists, one thing under two names, of whom something is true,
    /// interests, profiles.
    #[arg(long)]
    #[serde(default)]
    pub(crate) families: bool,
    /// The share of episodes in Chinese.
    #[arg(long, default_value_t = 0.0)]
    pub(crate) chinese: f64,
    /// The share of tellings that begin with the value; people do so less often, but it is learned last.
    #[arg(long, default_value_t = 0.12)]
    pub(crate) value_first: f64,
    /// Before this step episodes are short: two conversations of 96 tokens, so that early steps are cheap.
    #[arg(long, default_value_t = 400)]
    pub(crate) short_until: usize,
    /// From this step on, every second batch has long episodes (`--long-conversations`).
    #[arg(long)]
    pub(crate) long_from: Option<usize>,
    /// Conversations of a long episode.
    #[arg(long, default_value_t = 6)]
    pub(crate) long_conversations: usize,
    /// Conversations of a dense episode, of four or five facts each; every second long batch has such episodes. None
    /// without it.
    #[arg(long)]
    #[serde(default)]
    pub(crate) dense_conversations: Option<usize>,
    /// The mixer's recurrence; without it the base of `--from` keeps its own, and fresh parameters have the paper's.
    #[arg(long)]
    pub(crate) mixer: Option<MixerName>,
    /// Heads of the mixer, for fresh parameters.
    #[arg(long, default_value_t = 3)]
    pub(crate) heads: usize,
    /// Blocks, for fresh parameters.
    #[arg(long, default_value_t = 2)]
    pub(crate) blocks: usize,
    /// So many of the first blocks remember nothing; for a run that begins.
    #[arg(long, default_value_t = 0)]
    #[serde(default)]
    pub(crate) fixed_blocks: usize,
    /// Plastic units of a level, for fresh parameters.
    #[arg(long, default_value_t = 192)]
    pub(crate) units: usize,
    /// Hidden units of a level's fixed MLP, for fresh parameters.
    #[arg(long, default_value_t = 192)]
    pub(crate) hidden: usize,
    /// Width of the residual stream, for fresh parameters.
    #[arg(long, default_value_t = 96)]
    pub(crate) width: usize,
    /// How strongly writes avoid the keys of earlier ones (lambda, the smaller the more); also for a run that goes on.
    #[arg(long)]
    #[serde(default)]
    pub(crate) protection: Option<f64>,
    /// The power that keys are of, 2 or 3: the higher, the further apart addresses are; also for a run that goes on
    #[arg(long, value_parser = clap::value_parser!(u32).range(2..=3))]
    #[serde(default)]
    pub(crate) key_power: Option<u32>,
    /// A turn that is over is written as strongly as its end says; also for a run that goes on.
    #[arg(long)]
    #[serde(default)]
    pub(crate) turn_gate: bool,
    /// How strongly a token of a turn that is over is written also depends on the token after it; for a run that begins.
    #[arg(long)]
    #[serde(default)]
    pub(crate) look_ahead: bool,
    /// Write a conversation's first turn so many times as strongly as others: nights read all turns as first ones.
    #[arg(long, value_name = "FACTOR")]
    pub(crate) opening: Option<f64>,
    /// Nights read each turn behind an end mark, as no day does: what they need of a key is then nothing that a first turn's must do
    /// by day; also for a run that goes on.
    #[arg(long)]
    #[serde(default)]
    pub(crate) marked_nights: bool,
    /// The lasting levels are told how familiar each key is to them; for a run that begins, and with --protection.
    #[arg(long)]
    #[serde(default)]
    pub(crate) familiarity: bool,
    /// Train only the parameters whose names end so, as in familiarity or slow.down; the others stay what they are. Can be given
    /// again.
    #[arg(long, value_name = "NAME")]
    #[serde(default)]
    pub(crate) only: Vec<String>,
    /// Up to so many rounds of a night after each conversation; half of the steps have none (0: no sleep at all).
    #[arg(long, default_value_t = 0)]
    #[serde(default)]
    pub(crate) rounds: usize,
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
    /// From now on write this level so many times as strongly, as in slow=1.6; also for a run that goes on or is done. Every
    /// start does it anew. Can be given again.
    #[arg(long, value_name = "LEVEL=FACTOR")]
    #[serde(default)]
    pub(crate) louder: Vec<Louder>,
    /// Average the numbers over about so many of the last steps; what is written when all steps are done is their mean. The
    /// checkpoint keeps both.
    #[arg(long, value_name = "STEPS")]
    #[serde(default)]
    pub(crate) average: Option<usize>,
    /// Write, when all steps are done, the mean of the run's numbers and of this base's, which the run should have begun
    /// with; also for a run that is done. The checkpoint keeps the run's own.
    #[arg(long, value_name = "BASE")]
    #[serde(skip)]
    pub(crate) mean: Option<PathBuf>,
    /// Bring the base of `--from` to the sizes and the tokenizer that are asked for; this is the tokenizer it was trained
    /// with.
    #[arg(long, requires = "from", value_name = "TOKENIZER")]
    #[serde(skip)]
    pub(crate) grow: Option<PathBuf>,
    /// The tokenizer.
    #[arg(long, default_value = "www/public/base/tokenizer.json")]
    #[serde(skip)]
    pub(crate) tokenizer: PathBuf,
    /// Where base and model card go when all steps are done. The page's base is never written over unasked.
    #[arg(long, default_value = "target/base")]
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

impl MixerName {
    pub(super) const fn kind(self) -> MixerKind {
        match self {
            Self::SelfModifying => MixerKind::SelfModifying,
            Self::GatedDelta => MixerKind::GatedDelta,
        }
    }
}

impl Options {
    /// Learning rate of a step: up, level, and linearly down to zero.
    pub(super) fn rate(&self, step: usize) -> f64 {
        let up = ((step + 1) as f64 / self.warm_up.max(1) as f64).min(1.0);
        let falling = (self.steps as f64 * self.cool_down).max(1.0);
        let down = ((self.steps.saturating_sub(step)) as f64 / falling).min(1.0);
        self.rate * up * down
    }

    /// What a step's episodes are made of, and what counts how much. Every other four steps, which have episodes of all shapes, are
    /// without nights; the nights of the others have every number of rounds in turn.
    pub(super) fn mix(&self, step: usize) -> Mix {
        let four = step / 4;
        let rounds = if self.rounds == 0 || four.is_multiple_of(2) { 0 } else { 1 + four / 2 % self.rounds };
        let Self { doubt, pull, scramble, chinese, .. } = *self;
        Mix { doubt, pull, scramble, chinese, rounds }
    }

    /// The plan of a step's episodes.
    pub(super) fn plan(&self, step: usize) -> Plan {
        let mut plan = self.shape(step);
        for part in &mut plan.conversations {
            part.value_first = self.value_first;
            part.forgets = self.forgets;
            part.corrections = self.corrections.unwrap_or(part.corrections);
            part.families = if self.families { Families::ALL } else { Families::default() };
        }
        plan
    }

    /// Its conversations.
    fn shape(&self, step: usize) -> Plan {
        if step < self.short_until {
            let part = |facts| ConversationPlan::new(96, facts);
            let conversations = vec![part((2, 3)), part((0, 1))];
            return Plan { conversations, ..Plan::base_v1() };
        }
        if self.long_from.is_none_or(|from| step < from) || !step.is_multiple_of(2) {
            return Plan::base_v1();
        }
        match self.dense_conversations {
            Some(n) if !step.is_multiple_of(4) => Plan::dense(n),
            _ => Plan::long(self.long_conversations),
        }
    }

    /// Long episodes come in smaller batches, so that a step costs about the same; every thread has as many as the others,
    /// for the step takes as long as the thread with the most.
    pub(super) fn seeds(&self, plan: &Plan, step: usize) -> Vec<u64> {
        let tokens = |plan: &Plan| {
            plan.conversations.iter().map(|c: &ConversationPlan| c.tokens).sum::<usize>().max(1)
        };
        let threads = self.threads.max(1);
        let count = (self.batch * tokens(&Plan::base_v1()) / tokens(plan)).max(1);
        let count = count.next_multiple_of(threads).min(self.batch.max(1));
        let first = self.seed.wrapping_mul(1_000_003).wrapping_add((step * self.batch) as u64);
        (0..count as u64).map(|i| first.wrapping_add(i)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        options: Options,
    }

    fn options(said: &str) -> Options {
        Command::parse_from(["train"].into_iter().chain(said.split_whitespace())).options
    }

    #[test]
    fn of_every_shape_of_episodes_half_have_no_night_and_the_others_every_number_of_rounds() {
        let said = "--rounds 2 --short-until 0 --long-from 0 --dense-conversations 8";
        let options = options(said);
        for shape in 0..4 {
            let rounds: Vec<usize> = (0..8).map(|four| options.mix(four * 4 + shape).rounds).collect();
            assert_eq!(rounds, [0, 1, 0, 2, 0, 1, 0, 2]);
            assert!((0..8).all(|four| options.plan(four * 4 + shape) == options.plan(shape)));
        }
    }

    #[test]
    fn who_asks_for_no_rounds_has_no_nights() {
        assert!((0..32).all(|step| options("").mix(step).rounds == 0));
    }
}
