//! What `eval` can be told.

use super::run::Evening;
use super::suite::Suite;
use crate::device::DeviceName;
use crate::fine_tune::Recipe;
use crate::louder::Louder;
use nested_memory_dialogue::Tongue;
use nested_memory_model::LevelName;
use nested_memory_model::strategy::{Context, Pages, StrategyName};
use std::path::PathBuf;

/// What `eval` can be told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The suite.
    #[arg(long, default_value = "recall")]
    pub(super) suite: SuiteName,
    /// Ask every question of the suites recall, two-step and families with the telling in the context (A), from memory
    /// only (B), without memory (C), after three other conversations (D), after saving and loading (E), on a freshly
    /// opened base (F).
    #[arg(long)]
    pub(super) protocol: bool,
    /// The folder with base and tokenizer.
    #[arg(long, default_value = "www/public/base")]
    pub(super) base: PathBuf,
    /// The language.
    #[arg(long, default_value = "en")]
    pub(super) language: LanguageName,
    /// How many cases of each suite; 120 of recall have 960 questions.
    #[arg(long, default_value_t = 120)]
    pub(super) cases: usize,
    /// Seed of the cases.
    #[arg(long, default_value_t = 2026)]
    pub(super) seed: u64,
    /// Sleep after every conversation.
    #[arg(long)]
    pub(super) sleep: bool,
    /// The control: no memory, but after every conversation so many steps of plain SGD on its transcript, at this rate
    /// (RATE,STEPS).
    #[arg(long, value_name = "RATE,STEPS", conflicts_with_all = ["sleep", "protocol"])]
    pub(super) fine_tune: Option<Recipe>,
    /// Which strategies take part in the suite strategies; without it all of them. Can be given again.
    #[arg(long, value_name = "NAME")]
    pub(super) strategy: Vec<StrategyChoice>,
    /// The suite strategies: tokens of the context's window.
    #[arg(long, value_name = "TOKENS", default_value_t = Context::WINDOW)]
    pub(super) window: usize,
    /// The suite strategies: notes that the notebook reads before a turn.
    #[arg(long, value_name = "NOTES", default_value_t = Pages::default().notes)]
    pub(super) notes: usize,
    /// The suite strategies: how fine-tuning trains the levels (RATE,PASSES).
    #[arg(long, value_name = "RATE,PASSES")]
    pub(super) sgd: Option<Recipe>,
    /// Take this level away: it is never written and reads as zero. Can be given again.
    #[arg(long)]
    pub(super) without: Vec<LevelChoice>,
    /// Write this level so many times as strongly as it learned to, as in slow=1.6. Can be given again.
    #[arg(long, value_name = "LEVEL=FACTOR")]
    pub(super) louder: Vec<Louder>,
    /// Write a conversation's first turn so many times as strongly as others, instead of as the base says.
    #[arg(long, value_name = "FACTOR")]
    pub(super) opening: Option<f64>,
    /// Write every token alike, as much in all as the learned gates write.
    #[arg(long)]
    pub(super) uniform_writes: bool,
    /// An ablation: words may be said in any order, told or not
    #[arg(long)]
    pub(super) any_order: bool,
    /// So many episodes of training are looked through for what the cases use; 0: none.
    #[arg(long, default_value_t = 2000)]
    pub(super) leak_episodes: u64,
    /// Draw the results into this folder.
    #[arg(long)]
    pub(super) chart: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(super) json: bool,
    /// Print every wrong answer.
    #[arg(long)]
    pub(super) wrong: bool,
    /// Threads.
    #[arg(long, default_value_t = 2)]
    pub(super) threads: usize,
    /// Where to compute.
    #[arg(long, default_value = "cpu")]
    pub(super) device: DeviceName,
}

impl Options {
    /// What follows a conversation.
    pub(super) fn evening(&self) -> Evening {
        match self.fine_tune {
            Some(recipe) => Evening::FineTune(recipe),
            None if self.sleep => Evening::Sleep,
            None => Evening::End,
        }
    }

    /// The suites that are asked for.
    pub(super) fn suites(&self) -> Vec<Suite> {
        match self.suite {
            SuiteName::All => Suite::ALL.to_vec(),
            SuiteName::One(suite) => vec![suite],
            SuiteName::Strategies => Vec::new(),
        }
    }
}

/// One suite, all, or the one that examines no base but ways to remember.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SuiteName {
    /// This one.
    One(Suite),
    /// Every one but the last.
    All,
    /// Strategies of memory side by side.
    Strategies,
}

impl clap::ValueEnum for SuiteName {
    fn value_variants<'a>() -> &'a [Self] {
        static ALL: [SuiteName; Suite::ALL.len() + 2] = {
            let mut all = [SuiteName::All; Suite::ALL.len() + 2];
            let mut i = 0;
            while i < Suite::ALL.len() {
                all[i] = SuiteName::One(Suite::ALL[i]);
                i += 1;
            }
            all[i + 1] = SuiteName::Strategies;
            all
        };
        &ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(match self {
            Self::One(suite) => clap::builder::PossibleValue::new(suite.name()).help(suite.what()),
            Self::All => clap::builder::PossibleValue::new("all").help("Every suite above"),
            Self::Strategies => clap::builder::PossibleValue::new("strategies")
                .help("The same told to a frozen model, a context, a notebook, fine-tuning and this memory"),
        })
    }
}

/// Languages on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum LanguageName {
    /// English.
    En,
    /// 简体中文
    Zh,
}

impl LanguageName {
    pub(super) const fn tongue(self) -> Tongue {
        match self {
            Self::En => Tongue::English,
            Self::Zh => Tongue::Chinese,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }
}

/// Strategies on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StrategyChoice(pub(super) StrategyName);

impl clap::ValueEnum for StrategyChoice {
    fn value_variants<'a>() -> &'a [Self] {
        static ALL: [StrategyChoice; StrategyName::ALL.len()] = {
            let mut all = [StrategyChoice(StrategyName::Frozen); StrategyName::ALL.len()];
            let mut i = 0;
            while i < all.len() {
                all[i] = StrategyChoice(StrategyName::ALL[i]);
                i += 1;
            }
            all
        };
        &ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.0.as_str()))
    }
}

/// Levels on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum LevelChoice {
    /// Changes after every turn; wiped when a conversation ends.
    Fast,
    /// Changes every few chunks; stays.
    Mid,
    /// Changes when a conversation ends; stays.
    Slow,
}

impl LevelChoice {
    pub(super) const fn level(self) -> LevelName {
        match self {
            Self::Fast => LevelName::Fast,
            Self::Mid => LevelName::Mid,
            Self::Slow => LevelName::Slow,
        }
    }
}
