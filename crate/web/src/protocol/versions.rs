//! Versions of a memory, as the page is told.

use super::{ByLevel, Summary, Turn};
use serde::Serialize;

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
