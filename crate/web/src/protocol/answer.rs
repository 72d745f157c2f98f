//! How a request ends, and what it gives.

use super::{
    ByLevel, Checked, Compared, Id, LedgerCheck, Question, Rewound, Role, SaidToken, Standing, VersionInfo,
};
use nested_memory_model::sleep::Ending;
use nested_memory_model::{Frozen, LevelName};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

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
    /// Of [`Body::Export`], [`Body::Kept`] and [`Body::Ledger`].
    File {
        /// The file.
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
    /// Of [`Body::Versions`] and [`Body::Mark`].
    Versions(Vec<VersionInfo>),
    /// Of [`Body::Rewind`] and [`Body::ForgetTurn`].
    Rewound(Rewound),
    /// Of [`Body::Compare`].
    Compared(Compared),
    /// Of [`Body::Questions`] and [`Body::KeepQuestions`].
    Questions(Vec<Question>),
    /// Of [`Body::CheckQuestions`].
    Checked(Vec<Checked>),
    /// Of [`Body::VerifyLedger`].
    Ledger(LedgerCheck),
    /// Of [`Body::Contest`], [`Body::ContestSay`], [`Body::ContestAsk`] and [`Body::ContestEnd`].
    Standings(Vec<Standing>),
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
    /// Levels that do not change.
    pub frozen: Frozen,
}

/// Where a memory is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Storage {
    /// In this browser.
    #[serde(rename = "indexeddb")]
    IndexedDb,
    /// In this browser, by another page: this one follows it and changes nothing.
    Elsewhere,
    /// Nowhere but in this worker.
    None,
}

/// What opening found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
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
    /// How many bytes the snapshots of a history may take.
    pub history_budget: usize,
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
    /// Whether the memory was taken back to a version from before it: it stands here and nowhere else.
    #[serde(default)]
    pub lost: bool,
    /// The version that it made; none where that was not noted, or not saved.
    #[serde(default)]
    pub version: Option<u32>,
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
    /// The questions that were answered right before this sleep, and are not any more.
    pub broken: Vec<Checked>,
    /// The version from before this sleep, if it is kept.
    pub before: Option<u32>,
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
#[derive(Debug, Clone, PartialEq, Serialize)]
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
    /// ‖D‖ of each level over all blocks; none where it cannot be taken here.
    pub norms: Option<ByLevel<f32>>,
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
