//! Ways to remember, side by side: the same base, the same words, another place for what was told.
//!
//! | strategy | where what was told is kept | what is read before a turn |
//! |---|---|---|
//! | [`StrategyName::Frozen`] | nowhere: the levels are off | nothing |
//! | [`StrategyName::Context`] | in the transcript, as far as a window goes | the window |
//! | [`StrategyName::Notebook`] | in notes, one for each turn that mattered | the notes that a search finds |
//! | [`StrategyName::FineTuning`] | in weights, by plain SGD on the transcript | nothing |
//! | [`StrategyName::Nested`] | in weights, by what is learned while listening and asleep | nothing |
//! | [`StrategyName::NestedAwake`] | the same without sleep | nothing |
//!
//! A [`Strategy`] says what hears a turn and what becomes of it; [`Contestant`] lets it hear, answer and end, in the same
//! way for all. Whoever reads something before a turn reads it as a conversation is read, into a memory that knows
//! nothing and is thrown away afterwards, levels and all: a base reads with its levels, and without them it finds no more
//! in a window than a frozen one remembers.

mod context;
mod fine_tuning;
mod nested;
mod notebook;
mod nothing;

use crate::base::Base;
use crate::config::LevelName;
use crate::error::Error;
use crate::frozen::Frozen;
use crate::memory::Memory;
use crate::observe::{Levels, observe};
use crate::sleep::Exchange;
use crate::speak::{Words, speak};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::pin::Pin;

pub use context::Context;
pub use fine_tuning::{FineTuning, Recipe};
pub use nested::Nested;
pub use notebook::{Notebook, Pages};
pub use nothing::Nothing;

/// A strategy by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StrategyName {
    /// Nothing is kept.
    Frozen,
    /// The transcript is read again before every turn.
    Context,
    /// Notes are written, searched and read before every turn.
    Notebook,
    /// Weights are trained on the transcript when a conversation ends.
    FineTuning,
    /// Weights learn while listening, and asleep.
    Nested,
    /// The same without sleep.
    NestedAwake,
}

impl StrategyName {
    /// All of them, in the order of tables.
    pub const ALL: [Self; 6] =
        [Self::Frozen, Self::Context, Self::Notebook, Self::FineTuning, Self::Nested, Self::NestedAwake];

    /// As written in files, messages and tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Frozen => "frozen",
            Self::Context => "context",
            Self::Notebook => "notebook",
            Self::FineTuning => "fine-tuning",
            Self::Nested => "nested",
            Self::NestedAwake => "nested-awake",
        }
    }

    /// The strategy as it begins: nothing was told.
    #[must_use]
    pub fn begin(self, base: &Base) -> Box<dyn Strategy> {
        match self {
            Self::Frozen => Box::new(Nothing::new(base)),
            Self::Context => Box::new(Context::default()),
            Self::Notebook => Box::new(Notebook::default()),
            Self::FineTuning => Box::new(FineTuning::new(base, Recipe::default())),
            Self::Nested => Box::new(Nested::new(base, true)),
            Self::NestedAwake => Box::new(Nested::new(base, false)),
        }
    }
}

/// What takes time of its own, on whatever device.
pub type Work<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + 'a>>;

/// What hears a turn.
#[derive(Debug, Clone)]
pub struct Ready {
    /// The memory that hears it.
    pub memory: Memory,
    /// What it reads before.
    pub before: Vec<u32>,
}

/// What is different since nothing was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// In what it is different.
    pub kind: Kind,
    /// In how much of it.
    pub amount: usize,
}

/// In what something is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// In nothing.
    Nothing,
    /// In a transcript; its amount are tokens.
    Transcript,
    /// In notes; their amount is how many there are.
    Notes,
    /// In weights; their amount is how many can have been written.
    Weights,
}

/// What a strategy keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// What is different.
    pub changed: Changed,
    /// The bytes of it that outlast a conversation.
    pub bytes: usize,
}

/// A way to remember.
pub trait Strategy {
    /// Another one that keeps the same.
    fn copy(&self) -> Box<dyn Strategy>;

    /// The base that hears and answers: the shared one, unless the strategy trains its own.
    fn base<'a>(&'a self, shared: &'a Base) -> &'a Base {
        shared
    }

    /// What hears a turn. Changes nothing.
    fn ready(&self, base: &Base, turn: &[u32]) -> Ready;

    /// A turn was said and answered; `after` is the memory that heard it.
    fn heard(&mut self, base: &Base, exchange: Exchange, after: Memory);

    /// The person wants something forgotten. Only whoever keeps words can take some away; to all others it is a turn like
    /// any other. It is heard, as [`Self::heard`] says, by all of them.
    fn forget(&mut self, _wish: &[u32]) {}

    /// The conversation is over. Gives the tokens that were read for it; on an error nothing has changed.
    fn end<'a>(&'a mut self, base: &'a Base) -> Work<'a, u64>;

    /// What it keeps.
    fn kept(&self, base: &Base) -> Kept;
}

/// What a turn, a question or an end has cost, and what is left of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Tokens that went through the model for it: what was read before, what was said, what was answered; when a
    /// conversation ends, every reading of it.
    pub read: u64,
    /// The same since the beginning.
    pub total: u64,
    /// What is kept.
    pub kept: Kept,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The tokens, without the end.
    pub tokens: Vec<u32>,
    /// What it has cost.
    pub cost: Cost,
}

/// A strategy that takes part: as a value, so that whatever fails, the one from before is still there.
pub struct Contestant {
    strategy: Box<dyn Strategy>,
    read: u64,
}

// A strategy is not asked to show itself: in the page that would take along how every kind of number is written.
impl fmt::Debug for Contestant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contestant").field("read", &self.read).finish_non_exhaustive()
    }
}

impl Clone for Contestant {
    fn clone(&self) -> Self {
        Self { strategy: self.strategy.copy(), read: self.read }
    }
}

impl Contestant {
    /// A strategy that is yet to hear something.
    #[must_use]
    pub const fn new(strategy: Box<dyn Strategy>) -> Self {
        Self { strategy, read: 0 }
    }

    /// Hears a turn, from the mark that begins it to the one that ends it, and answers.
    ///
    /// # Errors
    /// [`Error::Token`] or [`Error::Device`].
    pub async fn hear(&self, base: &Base, turn: &[u32], words: Words<'_>) -> Result<(Self, Answer), Error> {
        let (exchange, after, read) = self.exchange(base, turn, words).await?;
        let mut next = self.clone();
        let tokens = words_of(&exchange, words);
        next.strategy.heard(base, exchange, after);
        let cost = next.spend(base, read);
        Ok((next, Answer { tokens, cost }))
    }

    /// Hears that something shall be forgotten, and answers.
    ///
    /// # Errors
    /// [`Error::Token`] or [`Error::Device`].
    pub async fn forget(&self, base: &Base, wish: &[u32], words: Words<'_>) -> Result<(Self, Answer), Error> {
        let mut lighter = self.clone();
        lighter.strategy.forget(wish);
        lighter.hear(base, wish, words).await
    }

    /// Asks as if it were the next turn, and keeps nothing of it but what it has cost.
    ///
    /// # Errors
    /// [`Error::Token`] or [`Error::Device`].
    pub async fn ask(&self, base: &Base, turn: &[u32], words: Words<'_>) -> Result<(Self, Answer), Error> {
        let (exchange, _, read) = self.exchange(base, turn, words).await?;
        let mut next = self.clone();
        let cost = next.spend(base, read);
        Ok((next, Answer { tokens: words_of(&exchange, words), cost }))
    }

    /// Ends the conversation.
    ///
    /// # Errors
    /// [`Error::Device`].
    pub async fn end_conversation(&self, base: &Base) -> Result<(Self, Cost), Error> {
        let mut next = self.clone();
        let read = next.strategy.end(base).await?;
        let cost = next.spend(base, read);
        Ok((next, cost))
    }

    /// The strategy as it is now.
    #[must_use]
    pub fn strategy(&self) -> &dyn Strategy {
        &*self.strategy
    }

    /// What it has cost since the beginning, and what it keeps.
    #[must_use]
    pub fn cost(&self, base: &Base) -> Cost {
        Cost { read: 0, total: self.read, kept: self.strategy.kept(base) }
    }

    fn spend(&mut self, base: &Base, read: u64) -> Cost {
        self.read += read;
        Cost { read, ..self.cost(base) }
    }

    /// A turn and its answer, the memory that is left by it, and the tokens that were read.
    async fn exchange(
        &self,
        shared: &Base,
        turn: &[u32],
        words: Words<'_>,
    ) -> Result<(Exchange, Memory, u64), Error> {
        let base = self.strategy.base(shared);
        let Ready { memory, before } = self.strategy.ready(base, turn);
        let (memory, _) = observe(base, memory, &before, Levels::On).await?;
        let (mut memory, _) = observe(base, memory, turn, Levels::On).await?;
        let mut answered: Vec<u32> = Vec::new();
        while answered.last() != Some(&words.end) {
            let most = words.most.saturating_sub(answered.len());
            let spoken = speak(base, &memory, Levels::On, Words { most, ..words }).await?;
            let mut next: Vec<u32> = spoken.into_iter().map(|spoken| spoken.token).collect();
            // However long it is, an answer has an end: the next turn is understood as a new one.
            if next.is_empty() {
                next.push(words.end);
            }
            memory = observe(base, memory, &next, Levels::On).await?.0;
            answered.extend(next);
        }
        let read = before.len() + turn.len() + answered.len();
        Ok((Exchange { said: turn.to_vec(), answered }, memory, read as u64))
    }
}

/// What was said, without the end.
fn words_of(exchange: &Exchange, words: Words<'_>) -> Vec<u32> {
    exchange.answered.iter().copied().filter(|token| *token != words.end).collect()
}

/// A memory that knows nothing and learns nothing, whatever it hears.
fn deaf(base: &Base) -> Memory {
    let frozen = LevelName::ALL.into_iter().fold(Frozen::default(), |frozen, name| frozen.with(name, true));
    Memory { frozen, ..Memory::new(base) }
}

/// The bytes of a token: no vocabulary has more than two of them can tell apart.
const TOKEN: usize = 2;
/// The bytes of a weight.
const WEIGHT: usize = 4;
