//! What the tests share.
#![allow(clippy::unwrap_used, reason = "only tests use it")]
use nested_memory_dialogue::Tokenizer;

/// The tokenizer of the base.
pub(crate) fn tokenizer() -> Tokenizer {
    let path = "../../www/public/base/tokenizer.json";
    Tokenizer::from_bytes(&std::fs::read(path).unwrap()).unwrap()
}
