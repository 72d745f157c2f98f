//! Trains a tokenizer and writes it: `cargo run --example tokenizer -- PATH`; or writes another one with every common Chinese
//! character as an entry of its own: `… -- PATH OTHER`.
use nested_memory_dialogue::{Tokenizer, train, with_common_characters};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "www/public/base/tokenizer.json".to_owned());
    let tokenizer = match std::env::args().nth(2) {
        None => train(1)?,
        Some(other) => with_common_characters(&Tokenizer::from_bytes(&std::fs::read(other)?)?)?,
    };
    std::fs::write(path, tokenizer.to_json()?)?;
    Ok(())
}
