//! What an answer must be, and whether it is.

/// What an answer must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// The value must be in it.
    Value(String),
    /// All of several things.
    All {
        /// Every one of these must be in it.
        values: Vec<String>,
        /// These may be, and nothing else.
        besides: Vec<String>,
    },
    /// Topic and entity must be in it.
    Interest {
        /// The topic.
        topic: String,
        /// What of it above all.
        entity: String,
    },
    /// It must begin with "I don't know yet" or 我还不知道.
    Unknown,
    /// The new value must be in it, none of the old ones may.
    Corrected {
        /// The present value.
        new: String,
        /// The values before.
        old: Vec<String>,
    },
}

/// Whether a reply is what was expected.
pub fn score(reply: &str, expect: &Expect) -> bool {
    match expect {
        Expect::Value(value) => contains(reply, value),
        Expect::All { values, besides } => {
            names_all(reply, values) && names_nothing_but(reply, values, besides)
        }
        Expect::Interest { topic, entity } => names(reply, topic) && names(reply, entity),
        Expect::Unknown => declined(reply),
        Expect::Corrected { new, .. } => contains(reply, new) && !gives_old(reply, expect),
    }
}

/// Whether every one of several things is named, whatever else is.
pub fn names_all(reply: &str, values: &[String]) -> bool {
    !values.is_empty() && values.iter().all(|value| names(reply, value))
}

/// Whether each part of a reply behind its first, "Let me think:", names one of these.
fn names_nothing_but(reply: &str, values: &[String], besides: &[String]) -> bool {
    let parts =
        reply.split([':', '：', ',', '，', '、', '.', '。']).map(str::trim).filter(|part| !part.is_empty());
    // A value may have such a mark within it.
    let named =
        |part: &str| values.iter().chain(besides).any(|value| names(part, value) || value.contains(part));
    parts.skip(1).all(named)
}

/// Whether a reply says that nothing is known.
pub fn declined(reply: &str) -> bool {
    let reply = reply.trim().to_lowercase().replace('’', "'");
    reply.starts_with("i don't know yet") || reply.starts_with("我还不知道")
}

/// Whether a reply gives a value that was corrected.
pub fn gives_old(reply: &str, expect: &Expect) -> bool {
    matches!(expect, Expect::Corrected { old, .. } if old.iter().any(|old| contains(reply, old)))
}

/// Whether the text has the words, not as a part of longer ones, in whatever case.
pub(super) fn contains(text: &str, words: &str) -> bool {
    found(text, words, |beside, _| beside.is_alphanumeric())
}

/// The same where the words may stand within a Chinese sentence ("尤其是巴赫"): nothing parts words there.
fn names(text: &str, words: &str) -> bool {
    found(text, words, |beside, edge| beside.is_alphanumeric() && (beside.is_ascii() || edge.is_ascii()))
}

/// Whether the text has the words in a place where no character beside them belongs to the same word.
fn found(text: &str, words: &str, joined: impl Fn(char, char) -> bool) -> bool {
    let (text, words) = (text.to_lowercase(), words.to_lowercase());
    let (Some(first), Some(last)) = (words.chars().next(), words.chars().next_back()) else { return false };
    text.match_indices(&words).any(|(at, found)| {
        let before = text[..at].chars().next_back();
        let after = text[at + found.len()..].chars().next();
        !before.is_some_and(|c| joined(c, first)) && !after.is_some_and(|c| joined(c, last))
    })
}
