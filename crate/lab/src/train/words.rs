//! What the rows of new words begin with, where a tokenizer grew.

use nested_memory_dialogue::Tokenizer;
use nested_memory_model::Config;
use nested_memory_model::file::Entry;
use std::collections::HashMap;

/// A random mixture of known words: their mean, and as far from it as one of them.
#[derive(Clone, Debug)]
pub(super) struct Mixture {
    /// Old ids with their shares, which sum up to 1.
    of: Vec<(usize, f32)>,
}

/// Whether these are the bytes of a Chinese character, or its beginning.
fn is_chinese(bytes: &[u8]) -> bool {
    matches!(bytes, [0xE4..=0xE9, ..])
}

/// What new ids begin with: a row of random numbers would be said where it does not belong, since the rows that were
/// trained have learned where they must be silent; a mixture of such rows is silent there too.
pub(super) fn mixed_words(
    words: &[Option<usize>],
    from: &Config,
    (old, new): (&Tokenizer, &Tokenizer),
    normal: &mut dyn FnMut() -> f32,
) -> HashMap<usize, Mixture> {
    let alike = |chinese: bool| -> Vec<usize> {
        let whole = |bytes: &[u8]| if chinese { bytes.len() == 3 } else { bytes.len() > 1 };
        (0..from.vocabulary)
            .filter(|id| {
                let bytes = old.bytes(*id as u32);
                is_chinese(bytes) == chinese && whole(bytes)
            })
            .collect()
    };
    let known = [alike(false), alike(true)];
    let mut mixed = HashMap::new();
    for id in (0..words.len()).filter(|id| words[*id].is_none()) {
        let of = &known[usize::from(is_chinese(new.bytes(id as u32)))];
        if of.is_empty() {
            continue;
        }
        let scale = 1.0 / (of.len() as f32).sqrt();
        let shares: Vec<f32> = of.iter().map(|_| normal() * scale).collect();
        // mean + Σ w (row − mean) = Σ (w + (1 − Σ w) / n) row
        let rest = (1.0 - shares.iter().sum::<f32>()) / of.len() as f32;
        let of = of.iter().zip(shares).map(|(id, share)| (*id, share + rest)).collect();
        mixed.insert(id, Mixture { of });
    }
    mixed
}

impl Mixture {
    /// A number of the row.
    pub(super) fn at(&self, column: usize, embedding: &Entry) -> Option<f32> {
        let width = embedding.shape.get(1)?;
        let at = |row: usize| embedding.values.get(row * width + column).copied();
        self.of.iter().map(|(row, share)| Some(at(*row)? * share)).sum()
    }
}
