//! What can go wrong.

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The tokenizer's file could not be read.
    #[error("the tokenizer could not be read ({0}); take the tokenizer.json that came with the base")]
    Tokenizer(String),
    /// The tokenizer's file is a tokenizer, but not one of ours.
    #[error("this is not a tokenizer of this project: {0}")]
    Foreign(String),
    /// Training a tokenizer failed.
    #[error("the tokenizer could not be trained: {0}")]
    Training(String),
}

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;
