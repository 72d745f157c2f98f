//! Episodes whose subjects and values are of any tokens.

use nested_memory_dialogue::{Encoded, Tokenizer};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use std::collections::HashMap;

/// A tokenizer may have few tokens of a kind: after so many draws the token stays.
const TRIES: usize = 1000;

/// What may stand in place of what.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Letters that begin a word, with the blank before it.
    Begins,
    /// Letters within a word.
    Within,
    /// Chinese characters.
    Characters,
}

impl Kind {
    fn of(bytes: &[u8]) -> Option<Self> {
        let (kind, letters) = match bytes.strip_prefix(b" ") {
            Some(letters) => (Self::Begins, letters),
            None => (Self::Within, bytes),
        };
        if !letters.is_empty() && letters.iter().all(u8::is_ascii_alphabetic) {
            return Some(kind);
        }
        let text = std::str::from_utf8(bytes).ok().filter(|text| !text.is_empty())?;
        text.chars().all(|c| matches!(c, '\u{4e00}'..='\u{9fff}')).then_some(Self::Characters)
    }
}

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
    let kind = |token: u32| Kind::of(tokenizer.bytes(token));
    let mut others: HashMap<u32, u32> = HashMap::new();
    for encoded in episode {
        for (token, open) in encoded.tokens.iter_mut().zip(&encoded.open) {
            let (true, Some(wanted)) = (*open, kind(*token)) else { continue };
            let other = others.get(token).copied().unwrap_or_else(|| {
                let mut tries = (0..TRIES).map(|_| below(tokenizer.vocab_size() as u64) as u32);
                let free = |other: &u32| {
                    kind(*other) == Some(wanted) && !others.values().any(|taken| taken == other)
                };
                tries.find(free).unwrap_or(*token)
            });
            others.insert(*token, other);
            *token = other;
        }
    }
}
