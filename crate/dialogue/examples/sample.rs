//! Prints an episode: `cargo run --example sample -- SEED [held-out] [zh]`.
#![allow(clippy::print_stdout, reason = "an example is read on the terminal")]
use nested_memory_dialogue::{Plan, Split, Tokenizer, Tongue, encode, episode};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let seed = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(1);
    let said = |word: &str| std::env::args().any(|argument| argument == word);
    let split = if said("held-out") { Split::HeldOut } else { Split::Train };
    let plan = Plan::base_v1().spoken(if said("zh") { Tongue::Chinese } else { Tongue::English });
    let tok = Tokenizer::from_bytes(&std::fs::read("www/public/base/tokenizer.json")?)?;
    for conversation in episode(seed, &plan, split, &tok).conversations {
        println!(
            "--- conversation {}: {} tokens",
            conversation.index,
            encode(&conversation, &tok).tokens.len()
        );
        for e in &conversation.exchanges {
            println!("{:<52} → {}   [{:?} told {:?}]", e.user, e.assistant, e.kind, e.told_in);
        }
    }
    Ok(())
}
