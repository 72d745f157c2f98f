//! Trains the tokenizer and writes it where the page finds it: `cargo run --example tokenizer -- PATH`.
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "www/public/base/tokenizer.json".to_owned());
    std::fs::write(path, nested_memory_dialogue::train(1)?.to_json()?)?;
    Ok(())
}
