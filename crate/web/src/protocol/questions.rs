//! Questions with the answers that a person expects: asked again after every sleep.

use serde::{Deserialize, Serialize};

/// A question, and what the answer must say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The question.
    pub question: String,
    /// What the answer must say, somewhere in it.
    pub expected: String,
}

/// A question that was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// The question.
    pub question: String,
    /// What the answer must say.
    pub expected: String,
    /// The answer.
    pub reply: String,
    /// Whether it says it.
    pub right: bool,
}

impl Question {
    /// The question with its answer. Capitals and blanks make no difference.
    #[must_use]
    pub fn answered(self, reply: String) -> Checked {
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let right = plain(&reply).contains(&plain(&self.expected));
        Checked { question: self.question, expected: self.expected, reply, right }
    }
}

/// What was right before and is not any more; both are answers to the same questions.
#[must_use]
pub fn broken(before: &[Checked], after: Vec<Checked>) -> Vec<Checked> {
    let broke = |(before, after): (&Checked, Checked)| (before.right && !after.right).then_some(after);
    before.iter().zip(after).filter_map(broke).collect()
}
