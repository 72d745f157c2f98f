//! What happens in the worker, as the page is told.

use super::{Id, Summary, Turn};
use nested_memory_model::LevelName;
use nested_memory_model::sleep::Phase;
use serde::{Deserialize, Serialize};

/// worker → page: something that happened, in the course of a request or not.
#[derive(Debug, Serialize)]
pub struct Said {
    /// The request in whose course it happened.
    pub request: Option<Id>,
    /// What happened.
    #[serde(flatten)]
    pub notice: Notice,
}

/// A topic that the person came back to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dwelt {
    /// Its name.
    pub topic: String,
    /// How often; it fades.
    pub often: f32,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum Notice {
    /// How far opening has come; bytes where bytes make sense.
    Progress {
        /// What is being loaded.
        stage: Stage,
        /// How much is there.
        loaded: u64,
        /// How much there will be, where that is known.
        total: Option<u64>,
    },
    /// The next words of a reply.
    Piece {
        /// The words.
        text: String,
    },
    /// A chunk was learned: how much each token wrote, in the order of the stream.
    Write {
        /// Whose turn the last of the tokens is in.
        role: Role,
        /// The tokens.
        tokens: Vec<WrittenToken>,
    },
    /// A level's weights changed in one block.
    Update {
        /// The level.
        level: LevelName,
        /// The block.
        block: usize,
        /// Tokens learned since the memory was born.
        clock: u64,
        /// ‖ΔD‖
        magnitude: f32,
        /// ‖ΔD‖ / ‖D‖ before.
        relative: f32,
        /// ‖D‖ after.
        norm: f32,
    },
    /// A level's weights in one block.
    Weights {
        /// The level.
        level: LevelName,
        /// The block.
        block: usize,
        /// Units.
        rows: usize,
        /// The model's width.
        columns: usize,
        /// D, row by row; crosses as a `Float32Array` (`port`). Nothing if it was drawn on the page's canvas instead.
        #[serde(skip)]
        values: Option<Vec<f32>>,
    },
    /// Where the memory stands between its updates.
    Clock {
        /// Tokens learned since the memory was born.
        tokens: u64,
        /// Tokens said and not yet learned from.
        pending: usize,
        /// Tokens until each level's next update; none: it waits for the conversation's end.
        until_update: ByLevel<Option<u64>>,
        /// Each level's period in tokens.
        periods: ByLevel<Option<usize>>,
        /// What the person came back to, most first.
        dwelling: Vec<Dwelt>,
    },
    /// The conversation ended.
    ConversationEnded {
        /// What is as it was at birth.
        wiped: Vec<&'static str>,
        /// What goes on into the next conversation.
        kept: Vec<&'static str>,
    },
    /// A step of sleep.
    Dream {
        /// What was done.
        phase: Phase,
        /// The round of replay; 0 before the first.
        round: usize,
        /// The exchange that it was about.
        exchange: usize,
        /// What the person said in it.
        said: Vec<SaidToken>,
        /// How many of the tokens that matter in it are known.
        known: usize,
        /// The cost so far, in readings of the conversation.
        cost: f32,
    },
    /// A version was written to the browser's storage.
    Saved {
        /// When, in milliseconds since the epoch.
        at: f64,
        /// Its size.
        bytes: usize,
        /// Its id.
        version: u32,
    },
    /// Another page has changed the memory, or this one takes over from it.
    Followed {
        /// The memory.
        summary: Box<Summary>,
        /// What was said.
        transcript: Vec<Turn>,
    },
    /// How far something has come that is done again, turn by turn.
    Again {
        /// Done.
        done: usize,
        /// Of so many.
        of: usize,
    },
    /// Something the person should know.
    Notice {
        /// What it is, for the page to translate.
        code: &'static str,
        /// The same as an English sentence.
        message: String,
    },
}

/// What is being loaded while a memory opens. The runtime itself is counted by `www/src/worker.ts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// The base's numbers.
    Base,
    /// The tokenizer.
    Tokenizer,
    /// The device.
    Device,
    /// What was stored.
    Memory,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The person.
    User,
    /// The model.
    Assistant,
}

/// How much one token wrote.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WrittenToken {
    /// Its text; empty for special tokens.
    pub text: String,
    /// Its loss, in nats.
    pub surprise: f32,
    /// ‖β δ‖ summed over blocks: fast, mid, slow.
    pub weight: [f32; 3],
    /// Its turn among the turns of the same role in the transcript; -1 for special tokens.
    pub turn: i64,
    /// Whose turn it is in.
    pub role: Role,
}

/// A piece of what the person said, in the eyes of sleep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SaidToken {
    /// Its text.
    pub text: String,
    /// Whether it surprises a base without memory, and is worth writing.
    pub matters: bool,
}

/// Something for each level.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ByLevel<T> {
    /// For the fast level.
    pub fast: T,
    /// For the mid level.
    pub mid: T,
    /// For the slow level.
    pub slow: T,
}

impl<T> From<[T; 3]> for ByLevel<T> {
    fn from([fast, mid, slow]: [T; 3]) -> Self {
        Self { fast, mid, slow }
    }
}
