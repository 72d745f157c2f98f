//! The ledger: one line for each version of a memory, each with the hash of the line before it, so that nobody can say
//! afterwards that a memory was learned otherwise.
//!
//! `hash = SHA-256(canonical JSON of the line without its hash)`; the JSON has the fields in the order of [`Line`], no
//! blanks, and `before` is the hash of the line before. `memory` is the checksum that stands in the snapshot's metadata.
//! The text of a turn is not in it, only its hash: the ledger can be shown without showing what was said.

use crate::base::hexadecimal;
use crate::error::Error;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The rule by which memories learn, as the ledger names it; another rule gives other memories of the same turns.
pub const RULE: &str = "nested-memory-1";

/// One version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The version's number.
    pub version: u32,
    /// The hash of the line before; empty in the first.
    pub before: String,
    /// The version that it came from, where that is not the one before.
    #[serde(default)]
    pub of: Option<u32>,
    /// What was done: "turn", "conversation-ended", "sleep", "rewind" …
    pub cause: String,
    /// When, in whole milliseconds since 1970.
    pub time: u64,
    /// SHA-256 of the base.
    pub base: String,
    /// [`RULE`]
    pub rule: String,
    /// SHA-256 of what was said, or empty.
    pub said: String,
    /// The checksum of the memory that came of it.
    pub memory: String,
    /// The hash of all of this.
    #[serde(default)]
    pub hash: String,
}

/// Why a ledger is not to be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// A line was changed.
    #[error("the line of version {0} was changed: its hash is another one")]
    Changed(u32),
    /// A line is missing, or there is one too many.
    #[error("the line before version {0} is not the one that it names")]
    Broken(u32),
}

impl Line {
    /// The line with its hash.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.hash = self.expected();
        self
    }

    fn expected(&self) -> String {
        let line = Self { hash: String::new(), ..self.clone() };
        // A struct of numbers and text always becomes JSON.
        let text = serde_json::to_vec(&line).unwrap_or_default();
        hexadecimal(&Sha256::digest(&text))
    }
}

/// The ledger as a file: a JSON list of its lines.
///
/// # Errors
/// [`Error::Damaged`] if a line cannot be written.
pub fn file(lines: &[Line]) -> Result<Vec<u8>, Error> {
    serde_json::to_vec_pretty(lines)
        .map_err(|error| Error::Damaged { what: "ledger", reason: error.to_string() })
}

/// The lines of such a file. Whether they are to be believed is for [`verify`] to say.
///
/// # Errors
/// [`Error::Damaged`] if it is no such list.
pub fn read(bytes: &[u8]) -> Result<Vec<Line>, Error> {
    serde_json::from_slice(bytes)
        .map_err(|error| Error::Damaged { what: "ledger", reason: error.to_string() })
}

/// The hash of what was said in a turn.
#[must_use]
pub fn said<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    hexadecimal(&hash.finalize())
}

/// Whether each line is as it was written and follows the one before it.
///
/// # Errors
/// The first [`Doubt`].
pub fn verify(lines: &[Line]) -> Result<(), Doubt> {
    let mut before = "";
    for line in lines {
        if line.hash != line.expected() {
            return Err(Doubt::Changed(line.version));
        }
        if line.before != before {
            return Err(Doubt::Broken(line.version));
        }
        before = &line.hash;
    }
    Ok(())
}
