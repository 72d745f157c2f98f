//! What can go wrong, what was kept, and what to do.

/// The model's errors. In every case base and memory are as they were before the call.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The configuration cannot run.
    #[error("the model's configuration cannot run: {rule} does not hold")]
    Config {
        /// The rule that does not hold.
        rule: &'static str,
    },
    /// The bytes are not a safetensors file, or are cut off or changed.
    #[error("the file is damaged or is not a {what}: {reason}")]
    Damaged {
        /// "base" or "snapshot".
        what: &'static str,
        /// What the reader stumbled over.
        reason: String,
    },
    /// A safetensors file, but of something else.
    #[error("the file is not a {what} of Nested Memory: {reason}")]
    Foreign {
        /// "base" or "snapshot".
        what: &'static str,
        /// What is missing or too much.
        reason: String,
    },
    /// Written by a later version.
    #[error(
        "the {what} has format {found}, and this version reads up to {known}; open it with a newer version"
    )]
    Newer {
        /// "base" or "snapshot".
        what: &'static str,
        /// The file's format.
        found: u32,
        /// The newest format known here.
        known: u32,
    },
    /// The memory was learned on another base.
    #[error(
        "the snapshot was learned on base {found}, and this is base {expected}; its weights mean nothing here"
    )]
    OtherBase {
        /// SHA-256 in the snapshot.
        found: String,
        /// SHA-256 of this base.
        expected: String,
    },
    /// A token id beyond the vocabulary.
    #[error("token {token} is not in the vocabulary of {vocabulary}")]
    Token {
        /// The id.
        token: u32,
        /// The vocabulary's size.
        vocabulary: usize,
    },
    /// The device stopped working in the middle.
    #[error("the device failed while computing ({reason}); the memory is as it was before this turn")]
    Device {
        /// The device's own words.
        reason: String,
    },
}
