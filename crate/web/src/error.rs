//! What can go wrong, what was kept, and what the person can do.

use crate::protocol::Failure;
use nested_memory_model as model;

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The runtime's errors. In every case memory and storage are as they were before the request.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A text or a message that cannot be taken in.
    #[error("{reason}")]
    Input {
        /// What is wrong with it.
        reason: String,
    },
    /// The model refused.
    #[error(transparent)]
    Model(#[from] model::Error),
    /// A file of the base could not be fetched.
    #[error("{file} could not be fetched: {reason}")]
    BaseMissing {
        /// Its name.
        file: &'static str,
        /// Why.
        reason: String,
    },
    /// A file of the base is not what the model card promises.
    #[error("{file} is not what the model card promises: {reason}")]
    BaseDamaged {
        /// Its name.
        file: &'static str,
        /// What is different.
        reason: String,
    },
    /// The browser's storage failed.
    #[error("the browser's storage failed: {reason}")]
    Storage {
        /// The browser's words.
        reason: String,
    },
    /// The browser's storage is full.
    #[error("the browser's storage is full")]
    Quota,
    /// Another page has written to the same memory.
    #[error("another tab has changed this memory meanwhile")]
    Conflict,
    /// What was kept is gone: the browser or the person has emptied the storage.
    #[error("what was kept in this browser is gone")]
    Emptied,
    /// A turn that cannot be forgotten by doing the rest again.
    #[error("what was said after it is not kept, so only going back to before it is possible")]
    CannotForget,
    /// A record that is not what was written.
    #[error("{reason}")]
    Record {
        /// What is wrong with it.
        reason: String,
    },
    /// Another page keeps this memory.
    #[error("this memory is open in another tab, which keeps it")]
    Elsewhere,
    /// Somebody stopped it.
    #[error("it was stopped")]
    Stopped,
    /// A second memory was asked for in one worker.
    #[error("this worker holds a memory already")]
    Busy,
    /// Strategies were to do something, and none take part.
    #[error("no strategies are side by side here")]
    NoContest,
    /// There is no open memory.
    #[error("no memory is open here")]
    Closed,
    /// The device cannot be asked.
    #[error("the device could not be checked: {reason}")]
    Check {
        /// Why.
        reason: String,
    },
}

impl Error {
    /// The name by which the page knows the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Input { .. } => "bad-input",
            Self::Model(error) => code_of_model(error),
            Self::BaseMissing { .. } => "base-missing",
            Self::BaseDamaged { .. } => "base-damaged",
            Self::CannotForget => "cannot-forget",
            Self::Storage { .. } | Self::Record { .. } | Self::Conflict | Self::Emptied => "storage",
            Self::Quota => "quota",
            Self::Elsewhere => "second-tab",
            Self::Stopped => "stopped",
            Self::Busy => "busy",
            Self::NoContest => "no-contest",
            Self::Closed => "closed",
            Self::Check { .. } => "no-device",
        }
    }

    /// Whether the device failed in the middle, so that the same may succeed on another one.
    #[must_use]
    pub const fn is_of_device(&self) -> bool {
        matches!(self, Self::Model(model::Error::Device { .. }))
    }

    /// Whether what is kept is not what was written, so that an earlier version may do.
    #[must_use]
    pub const fn is_of_what_is_kept(&self) -> bool {
        use model::Error::{Damaged, Foreign};
        matches!(self, Self::Record { .. } | Self::Model(Damaged { .. } | Foreign { .. }))
    }

    /// What was kept.
    #[must_use]
    pub fn kept(&self) -> &'static str {
        match self.code() {
            "bad-input" | "busy" | "cannot-forget" | "no-contest" | "second-tab" | "stopped" => {
                "Nothing was changed."
            }
            "device-lost" => "The memory is as it was before this turn.",
            "storage" | "quota" => "The memory in this tab goes on.",
            "closed" => "What was saved is safe.",
            _ => "Your memory is as it was.",
        }
    }

    /// What the person can do.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self.code() {
            "bad-input" => "Write a few words and send again.",
            "snapshot-newer" => "Reload the page to get the newest version.",
            "snapshot-other-base" => "Open it on a page with that base.",
            "snapshot-damaged" => "Export it again where it came from.",
            "snapshot-foreign" => "Choose a file that was exported here.",
            "base-missing" => "Check the connection and reload the page.",
            "storage" | "quota" => "Export the memory to keep it.",
            "cannot-forget" => "Go back to before it in History.",
            "second-tab" => "Talk there, or close the other tab: then this one takes over.",
            "stopped" => "Begin again when you like.",
            "no-contest" => "Begin with those that shall take part.",
            "busy" => "Close the memory first.",
            _ => "Reload the page.",
        }
    }

    /// As the page gets it.
    #[must_use]
    pub fn failure(&self) -> Failure {
        Failure {
            code: self.code(),
            message: sentence(&self.to_string()),
            kept: self.kept(),
            advice: self.advice(),
        }
    }
}

fn code_of_model(error: &model::Error) -> &'static str {
    use model::Error::{Config, Damaged, Device, Foreign, Newer, OtherBase, Token};
    match error {
        Damaged { what: "snapshot", .. } => "snapshot-damaged",
        Foreign { what: "snapshot", .. } => "snapshot-foreign",
        Newer { what: "snapshot", .. } => "snapshot-newer",
        OtherBase { .. } => "snapshot-other-base",
        Config { .. } | Damaged { .. } | Foreign { .. } | Newer { .. } => "base-damaged",
        Token { .. } => "bad-input",
        Device { .. } => "device-lost",
        _ => "unknown",
    }
}

/// An error's words as a sentence: a capital at the start, a full stop at the end.
fn sentence(words: &str) -> String {
    let mut letters = words.trim().chars();
    let Some(first) = letters.next() else { return String::new() };
    let mut sentence: String = first.to_uppercase().chain(letters).collect();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_snapshot_is_told_apart_from_the_base() {
        let foreign = |what| Error::from(model::Error::Foreign { what, reason: "r".to_owned() }).code();
        assert_eq!(foreign("snapshot"), "snapshot-foreign");
        assert_eq!(foreign("base"), "base-damaged");
        let other = model::Error::OtherBase { found: "a".to_owned(), expected: "b".to_owned() };
        assert_eq!(Error::from(other).code(), "snapshot-other-base");
        let newer = Error::from(model::Error::Newer { what: "snapshot", found: 9, known: 1 });
        assert_eq!(
            (newer.code(), newer.advice()),
            ("snapshot-newer", "Reload the page to get the newest version.")
        );
    }

    #[test]
    fn failures_are_sentences() {
        let failure = Error::Quota.failure();
        assert_eq!(failure.message, "The browser's storage is full.");
        assert_eq!(failure.kept, "The memory in this tab goes on.");
        assert_eq!(sentence(""), "");
        assert_eq!(sentence("really?"), "Really?");
    }
}
