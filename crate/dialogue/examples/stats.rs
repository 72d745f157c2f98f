//! Measures the corpus: `cargo run --example stats -- COUNT long`.
#![allow(clippy::print_stdout, reason = "an example is read on the terminal")]
use nested_memory_dialogue::{Kind, Plan, Split, TokenClass, Tokenizer, encode, episode};
use std::collections::BTreeMap;
use std::error::Error;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let count = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(500);
    let plan = if std::env::args().nth(2).is_some() { Plan::long(8) } else { Plan::base_v1() };
    let tok = Tokenizer::from_bytes(&std::fs::read("www/public/base/tokenizer.json")?)?;
    for split in [Split::Train, Split::HeldOut] {
        let mut all: BTreeMap<String, usize> = BTreeMap::new();
        let mut add = |key: String, n: usize| *all.entry(key).or_default() += n;
        let start = Instant::now();
        let mut answer_tokens = 0;
        for seed in 0..count {
            let e = episode(seed, &plan, split, &tok);
            add("facts".into(), e.facts.len());
            add("corrected episodes".into(), usize::from(e.facts.iter().any(|f| !f.former.is_empty())));
            for (c, p) in e.conversations.iter().zip(&plan.conversations) {
                let encoded = encode(c, &tok);
                add("tokens".into(), encoded.tokens.len());
                add("budget".into(), p.tokens);
                for class in &encoded.classes {
                    let name = format!("{class:?}");
                    add(format!("class {name}"), 1);
                    answer_tokens += usize::from(matches!(class, TokenClass::AnswerValue { .. }));
                }
                for x in &c.exchanges {
                    add(format!("kind {:?}", x.kind), 1);
                    let n = tok.count(&x.user);
                    add(format!("user tokens {:?}", x.kind), n);
                    if x.kind == Kind::Ask {
                        let age = c.index - x.told_in.unwrap_or(c.index);
                        add(format!("ask age {age} repeated {} corrected {}", x.repeated, x.corrected), 1);
                    }
                }
            }
        }
        println!(
            "{split:?}: {:.2} ms an episode, {answer_tokens} answer tokens",
            start.elapsed().as_secs_f64() * 1e3 / count as f64
        );
        for (key, n) in &all {
            println!("  {key}: {:.3}", *n as f64 / count as f64);
        }
    }
    Ok(())
}
