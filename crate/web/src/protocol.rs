//! The messages between the page and the worker. The other side is `www/src/protocol.ts`: change both together.
//!
//! Numbers in messages are JavaScript's: whole ones are exact up to 2⁵³.

use crate::error::{Error, Result};
use nested_memory_model::sleep::{Ending, Phase};
use nested_memory_model::{LevelName, Sampling};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// The number that the page gave to a request.
pub type Id = u32;

/// page → worker. Each request ends with exactly one [`Answer`] of the same id.
#[derive(Debug, Deserialize)]
pub struct Request {
    /// Its number.
    pub id: Id,
    /// What is asked.
    #[serde(flatten)]
    pub body: Body,
}

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Body {
    /// Opens the memory of a key, or makes an empty one.
    Open {
        /// Which memory of this browser.
        key: String,
        /// Which device shall compute.
        device: DeviceChoice,
        /// The address of the folder with base, model card and tokenizer.
        base: String,
        /// Whether what is said is kept in this browser.
        keep_transcript: bool,
    },
    /// Says something and lets the model answer.
    Say {
        /// The words.
        text: String,
        /// The longest reply, in tokens.
        #[serde(default)]
        max_tokens: Option<usize>,
        /// How its words are drawn; without it they are the likeliest.
        #[serde(default)]
        draw: Option<Draw>,
    },
    /// Stops a [`Body::Say`]; what was said so far counts as said. Or a [`Body::Sleep`]; what was reached counts.
    Abort {
        /// Its id.
        request: Id,
    },
    /// Learns what is pending, updates every level, wipes mixer and fast level.
    EndConversation,
    /// Ends the conversation and consolidates what was said in it.
    Sleep,
    /// Asks the same of the memory and of copies of it that lack a lasting level. Nothing is kept of it.
    Probe {
        /// The question.
        text: String,
    },
    /// Asks for the memory as a file.
    Export,
    /// Reads a snapshot and changes nothing.
    Preview {
        /// The file.
        bytes: ByteBuf,
    },
    /// Replaces the memory by a snapshot, or refuses and changes nothing.
    Import {
        /// The file.
        bytes: ByteBuf,
    },
    /// Empties one level, or everything.
    Reset {
        /// The level; none: everything, what was said included.
        #[serde(default)]
        level: Option<LevelName>,
    },
    /// Off: the bare base answers and nothing is written.
    Levels {
        /// Whether the levels take part.
        on: bool,
    },
    /// Asks for a [`Notice::Weights`] with the values of every level and block.
    Weights,
    /// Compares the device's fused operations with the plain expressions.
    SelfCheck,
    /// Does the same work again and again and tells how long it took.
    #[cfg(feature = "bench")]
    Bench {
        /// The work.
        work: crate::bench::Work,
    },
    /// Ends the worker's work.
    Close,
}

/// Which device shall compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceChoice {
    /// WebGPU on a real adapter, else the CPU.
    Auto,
    /// WebGPU on any adapter.
    Webgpu,
    /// The CPU.
    Cpu,
}

/// How the words of an answer are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub struct Draw {
    /// The higher, the more surprising; 0 takes the likeliest.
    pub temperature: f32,
    /// From so many of the likeliest only; 0: from all.
    #[serde(default)]
    pub top: u32,
    /// The same seed draws the same.
    #[serde(default)]
    pub seed: u32,
}

impl Draw {
    /// As the model takes it.
    ///
    /// # Errors
    /// [`Error::Input`] if the temperature is none.
    pub fn sampling(self) -> Result<Sampling> {
        let Self { temperature, top, seed } = self;
        if temperature.is_finite() && temperature >= 0.0 {
            return Ok(Sampling { temperature, top, seed });
        }
        Err(Error::Input { reason: format!("a temperature is a number of at least 0, not {temperature}") })
    }
}

/// worker → page: something that happened, in the course of a request or not.
#[derive(Debug, Serialize)]
pub struct Said {
    /// The request in whose course it happened.
    pub request: Option<Id>,
    /// What happened.
    #[serde(flatten)]
    pub notice: Notice,
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
    },
    /// The conversation ended.
    ConversationEnded {
        /// What is as it was at birth.
        wiped: [&'static str; 2],
        /// What goes on into the next conversation.
        kept: [&'static str; 2],
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

/// worker → page: the end of a request, or of everything.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Answer {
    /// It was done.
    Done {
        /// The request.
        id: Id,
        /// What it gives.
        result: Outcome,
    },
    /// It was refused or failed.
    Error {
        /// The request; none: a panic, and the worker is gone.
        id: Option<Id>,
        /// Why.
        error: Failure,
    },
}

/// What a request gives.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Outcome {
    /// Of [`Body::Open`].
    Opened(Box<Opened>),
    /// Of [`Body::Say`].
    Reply(Reply),
    /// Of whatever changes the memory without words.
    Summary(Summary),
    /// Of [`Body::Export`].
    File {
        /// The snapshot.
        bytes: ByteBuf,
        /// What to call it.
        name: String,
    },
    /// Of [`Body::Sleep`].
    Slept(Box<Slept>),
    /// Of [`Body::Probe`].
    Probed(Probed),
    /// Of [`Body::Preview`].
    Preview(SnapshotSummary),
    /// Of [`Body::SelfCheck`].
    Check(SelfCheck),
    /// Of [`Body::Bench`].
    #[cfg(feature = "bench")]
    Bench(crate::bench::Report),
    /// Of everything else.
    Nothing,
}

/// A memory in a few numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// Tokens learned since the memory was born.
    pub tokens: u64,
    /// Conversations that have ended.
    pub conversations: u64,
    /// Tokens said and not yet learned from.
    pub pending: usize,
    /// The size of its snapshot.
    pub bytes: usize,
    /// Where it is kept.
    pub storage: Storage,
    /// ‖D‖ of each block.
    pub norms: ByLevel<Vec<f32>>,
}

/// Where a memory is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Storage {
    /// In this browser.
    #[serde(rename = "indexeddb")]
    IndexedDb,
    /// Nowhere but in this worker.
    None,
}

/// What opening found.
#[derive(Debug, Serialize)]
pub struct Opened {
    /// The memory.
    #[serde(flatten)]
    pub summary: Summary,
    /// What computes.
    pub device: Device,
    /// What was said before, for the person's eyes only.
    pub transcript: Vec<Turn>,
    /// What the memory belongs to.
    pub base: BaseInfo,
    /// Whether the memory comes from the storage.
    pub restored: bool,
}

/// What computes, and why that.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// WebGPU or the CPU.
    pub kind: DeviceKind,
    /// What it calls itself.
    pub adapter: String,
    /// Whether it is a processor that only plays a graphics card.
    pub fallback: bool,
    /// Why this one, as an English sentence.
    pub reason: String,
    /// The same for the page to translate.
    pub reason_code: ReasonCode,
}

/// What computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceKind {
    /// A graphics card through the browser.
    Webgpu,
    /// The processor, in this worker.
    Cpu,
}

/// Why that device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReasonCode {
    /// There is a real graphics card.
    RealAdapter,
    /// The browser offers none.
    NoWebgpu,
    /// What it offers is a processor in disguise.
    SoftwareAdapter,
    /// The page asked for this one.
    Forced,
    /// What was offered did not work.
    DeviceFailed,
}

/// The base in a few words.
#[derive(Debug, Clone, Serialize)]
pub struct BaseInfo {
    /// Its name for machines.
    pub sha256: String,
    /// Its name for people.
    pub name: String,
    /// How many numbers it has.
    pub parameters: usize,
}

/// One turn of the transcript. The model never sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// Who spoke.
    pub role: Role,
    /// The words.
    pub text: String,
    /// When, in milliseconds since the epoch.
    pub at: f64,
    /// How many conversations had ended before.
    pub conversation: u64,
    /// Whether it came to its own end.
    pub complete: bool,
}

/// How a turn went.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reply {
    /// The model's words.
    pub reply: String,
    /// How many tokens were fed.
    pub tokens: usize,
    /// Whether it was stopped.
    pub stopped: bool,
    /// Whether the person's text was cut.
    pub truncated_input: bool,
    /// Every token id that went into the model during this request, in order.
    pub fed_token_ids: Vec<u32>,
    /// The pending ids before this request: the only text-like state there is.
    pub context_token_ids: Vec<u32>,
}

/// How the memory slept.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Slept {
    /// Why it ended.
    pub ending: Ending,
    /// The exchanges of the conversation.
    pub exchanges: Vec<Remembered>,
    /// Tokens that matter and are known: before, afterwards.
    pub known: [usize; 2],
    /// Tokens that matter.
    pub of: usize,
    /// Answers given as in the conversation: before, afterwards.
    pub answers: [usize; 2],
    /// Rounds of replay.
    pub rounds: usize,
    /// The cost in readings of the conversation.
    pub cost: f32,
    /// Whether the whole conversation could be slept over.
    pub whole: bool,
    /// The memory afterwards.
    pub summary: Summary,
}

/// An exchange that was slept over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remembered {
    /// What the person said.
    pub said: Vec<SaidToken>,
    /// Whether it was read again.
    pub replayed: bool,
}

/// What the memory answers, and what it answers without some of its levels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Probed {
    /// The answers: of all levels, without slow, without mid, without both.
    pub answers: Vec<ProbedAnswer>,
}

/// An answer of a memory without some of its levels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProbedAnswer {
    /// The levels that it had to do without.
    pub without: Vec<LevelName>,
    /// The answer.
    pub reply: String,
    /// Whether it says that it does not know.
    pub unknown: bool,
    /// The probability of its first token.
    pub sure: Option<f32>,
}

/// What a snapshot says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SnapshotSummary {
    /// The format of the file.
    pub format: u32,
    /// SHA-256 of the base it was learned on.
    pub base: String,
    /// Whether it can be taken here.
    pub compatible: bool,
    /// Why it cannot.
    pub reason: Option<String>,
    /// Tokens learned.
    pub tokens: u64,
    /// Conversations that have ended.
    pub conversations: u64,
    /// What the person calls it.
    pub title: String,
    /// The size of the file.
    pub bytes: usize,
}

/// How far the device's operations are from the plain expressions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SelfCheck {
    /// The largest relative difference going forward.
    pub forward: f32,
    /// The same going backward.
    pub backward: f32,
    /// How many cases were compared.
    pub cases: usize,
}

/// What happened, what was kept, what the person can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// What it is, for the page to translate.
    pub code: &'static str,
    /// What happened.
    pub message: String,
    /// What was kept.
    pub kept: &'static str,
    /// What to do.
    pub advice: &'static str,
}

#[cfg(test)]
mod tests;
