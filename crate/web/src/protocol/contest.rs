//! What several memories made of the same.

use nested_memory_model::strategy::{Changed, Cost, StrategyName};
use serde::Serialize;

/// Where one of those who take part stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// Which it is.
    pub strategy: StrategyName,
    /// What it answered; none where nothing was said.
    pub answer: Option<String>,
    /// Tokens that went through the model for it.
    pub tokens_read: u64,
    /// The same since the contest began.
    pub total_read: u64,
    /// Bytes that outlast a conversation.
    pub bytes_kept: usize,
    /// What is different since nothing was told.
    pub changed: Changed,
}

impl Standing {
    /// From what it has cost.
    #[must_use]
    pub fn new(strategy: StrategyName, answer: Option<String>, cost: Cost) -> Self {
        let Cost { read, total, kept } = cost;
        Self {
            strategy,
            answer,
            tokens_read: read,
            total_read: total,
            bytes_kept: kept.bytes,
            changed: kept.changed,
        }
    }
}
