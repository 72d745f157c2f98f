//! Cases by which a model, or anything else that can chat, is examined: what is said, what is asked, what counts.
mod forget;
mod recall;
mod retention;
mod script;
mod suggestions;

pub use forget::forget_cases;
pub use recall::recall_cases;
pub use retention::retention_cases;
pub use suggestions::suggestions;

/// A script of some conversations of one person. The assistant's turns are those of the examined one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// A name that stays the same: suite, seed, number.
    pub id: String,
    /// In order.
    pub steps: Vec<Step>,
}

/// One step of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Say this and let it answer; the answer does not count.
    Say {
        /// The user's text.
        text: String,
    },
    /// End the conversation.
    EndConversation,
    /// Ask this; the answer counts.
    Question {
        /// The user's text.
        text: String,
        /// What the answer must be.
        expect: Expect,
        /// What it is a question of.
        group: Group,
    },
}

/// What an answer must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// The value must be in it.
    Value(String),
    /// It must begin with "I don't know yet" or 我还不知道.
    Unknown,
    /// The new value must be in it, the old one must not.
    Corrected {
        /// The present value.
        new: String,
        /// The value before.
        old: String,
    },
}

/// The groups that results are reported in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Told in the same conversation.
    Same,
    /// Told one conversation before.
    OneLater,
    /// Told two conversations before.
    TwoLater,
    /// Told ten conversations before.
    TenLater,
    /// Told thirty conversations before.
    ThirtyLater,
    /// Told two conversations before, and to be forgotten since one.
    Forgotten,
    /// Told two conversations before, beside something that was to be forgotten.
    Kept,
    /// Never told.
    Unknown,
    /// Corrected one conversation before.
    Corrected,
}

/// Whether a reply is what was expected.
pub fn score(reply: &str, expect: &Expect) -> bool {
    match expect {
        Expect::Value(value) => contains(reply, value),
        Expect::Unknown => is_unknown(reply),
        Expect::Corrected { new, old } => contains(reply, new) && !contains(reply, old),
    }
}

/// Whether a reply says that nothing is known.
#[must_use]
pub fn is_unknown(reply: &str) -> bool {
    let reply = reply.trim().to_lowercase().replace('’', "'");
    reply.starts_with("i don't know yet") || reply.starts_with("我还不知道")
}

/// Whether the text has the words, not as a part of longer ones, in whatever case.
fn contains(text: &str, words: &str) -> bool {
    let (text, words) = (text.to_lowercase(), words.to_lowercase());
    !words.is_empty()
        && text.match_indices(&words).any(|(at, found)| {
            let before = text[..at].chars().next_back();
            let after = text[at + found.len()..].chars().next();
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
        })
}
