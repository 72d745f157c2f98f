//! Versions of a memory, as the page is told.

use super::{ByLevel, Summary, Turn};
use nested_memory_model::LevelName;
use serde::Serialize;
use serde_bytes::ByteBuf;

/// One version.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VersionInfo {
    /// Its id.
    pub id: u32,
    /// The version that was gone back to.
    pub of: Option<u32>,
    /// When, in milliseconds since the epoch.
    pub at: f64,
    /// What was done, for the page to translate.
    pub reason: String,
    /// What the person calls it.
    pub name: Option<String>,
    /// Whether its snapshot stays whatever comes.
    pub pinned: bool,
    /// Whether a turn in it was forgotten, and with it what it held.
    pub forgotten: bool,
    /// Whether its snapshot cannot be read.
    pub damaged: bool,
    /// The size of its snapshot; 0: it is gone, and nobody can go back to it.
    pub bytes: usize,
    /// ‖D‖ of each level; none in versions from before that was noted.
    pub norms: Option<ByLevel<f32>>,
    /// Tokens learned.
    pub tokens: u64,
    /// Conversations that have ended.
    pub conversations: u64,
    /// Whether it is the memory of now.
    pub current: bool,
    /// Whether the memory of now has come from it.
    pub remembered: bool,
}

/// What going back gives.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rewound {
    /// The memory.
    pub summary: Summary,
    /// What was said, with what is not in this memory marked.
    pub transcript: Vec<Turn>,
}

/// What is different in two versions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Compared {
    /// Where, and by how much.
    pub levels: Vec<ComparedLevel>,
    /// What that means: the same questions to both.
    pub answers: Vec<ComparedAnswer>,
}

/// A level of a block in two versions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComparedLevel {
    /// The level.
    pub level: LevelName,
    /// The block.
    pub block: usize,
    /// Units.
    pub rows: usize,
    /// The model's width.
    pub columns: usize,
    /// ‖D‖ in the one and in the other.
    pub norms: [f32; 2],
    /// ‖D₂ − D₁‖
    pub change: f32,
    /// D₂ − D₁, row by row, as little-endian `f32`.
    pub values: ByteBuf,
}

/// A question to two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComparedAnswer {
    /// The question.
    pub question: String,
    /// The answer of the one, and of the other.
    pub replies: [String; 2],
}

/// Whether the ledger is to be believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LedgerCheck {
    /// How many versions it names.
    pub lines: usize,
    /// What is wrong with it, as an English sentence; none if nothing is.
    pub doubt: Option<String>,
}
