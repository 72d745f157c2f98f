//! Episodes whose subjects and values are of any tokens.

use nested_memory_dialogue::{Encoded, Tokenizer};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use std::collections::HashMap;

/// In a share of all episodes, replaces every token of subjects and values by another one, the same by the same.
///
/// The words of training are few beside all that people may tell; a value of any tokens teaches that whatever is told
/// can be given back. Blanks stay where they are, digits stay digits.
pub(super) fn scramble(episode: &mut [Encoded], seed: u64, share: f64, tokenizer: &Tokenizer) {
    let mut random = ChaCha8Rng::seed_from_u64(seed ^ 0x5c4a_3b1e);
    let mut below = |n: u64| random.next_u64() % n;
    if below(1 << 32) as f64 >= share * (1_u64 << 32) as f64 {
        return;
    }
    let kind = |token: u32| {
        let bytes = tokenizer.bytes(token);
        let begins = bytes.first() == Some(&b' ');
        let letters = if begins { &bytes[1..] } else { bytes };
        let word = !letters.is_empty() && letters.iter().all(u8::is_ascii_alphabetic);
        word.then_some(begins)
    };
    let mut others: HashMap<u32, u32> = HashMap::new();
    for encoded in episode {
        for (token, open) in encoded.tokens.iter_mut().zip(&encoded.open) {
            let (true, Some(begins)) = (*open, kind(*token)) else { continue };
            let other = others.get(token).copied().unwrap_or_else(|| {
                loop {
                    let other = below(tokenizer.vocab_size() as u64) as u32;
                    if kind(other) == Some(begins) && !others.values().any(|taken| *taken == other) {
                        break other;
                    }
                }
            });
            others.insert(*token, other);
            *token = other;
        }
    }
}
