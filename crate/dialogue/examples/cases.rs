//! Prints cases and suggestions: `cargo run --example cases -- SEED [COUNT]`.
#![allow(clippy::print_stdout, reason = "an example is read on the terminal")]
use nested_memory_dialogue::{Tongue, recall_cases, suggestions};

fn main() {
    let seed = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(1);
    let count = std::env::args().nth(2).and_then(|a| a.parse().ok()).unwrap_or(3);
    for case in recall_cases(Tongue::English, seed, count) {
        println!("{}", case.id);
        for step in case.steps {
            println!("  {step:?}");
        }
    }
    for (tell, ask) in suggestions(seed, 12) {
        println!("{tell} → {ask}");
    }
}
