//! Any text comes back from its tokens in its composed form, at once and in a stream.

use super::{Case, Files, Outcome};
use crate::fuzz::mutate::Grammar;
use anyhow::ensure;
use nested_memory_dialogue::{END, Tokenizer};
use unicode_normalization::UnicodeNormalization as _;

/// Texts for the page's tokenizer.
pub(super) struct Texts {
    tokenizer: Tokenizer,
}

impl Texts {
    pub(super) fn open(files: &Files) -> anyhow::Result<Self> {
        Ok(Self { tokenizer: Tokenizer::from_bytes(&files.tokenizer()?)? })
    }
}

impl Case for Texts {
    fn grammar(&self) -> Grammar {
        Grammar::Text
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        [
            "My parrot is called Zephyr.",
            "  it's  42, my cat's 'll!\r\n\t<|end|>",
            "caf\u{e9} cafe\u{301} \u{1F469}\u{200d}\u{1F680}",
            "\u{6211}\u{7684}\u{9e66}\u{9e49}\u{53eb}\u{5c0f}\u{9752}\u{3002}",
            "\u{bb38}\u{c11c} \u{1106}\u{116e} \u{5d0}\u{5b7} \u{e01}\u{e49}",
        ]
        .map(|text| text.as_bytes().to_vec())
        .to_vec()
    }

    fn read(&mut self, bytes: &[u8]) -> anyhow::Result<Outcome> {
        let text = &*String::from_utf8_lossy(bytes);
        let tokenizer = &self.tokenizer;
        let ids = tokenizer.encode(text);
        ensure!(ids.len() == tokenizer.count(text), "counted otherwise than encoded");
        ensure!(
            ids.iter().all(|id| *id > END && (*id as usize) < tokenizer.vocab_size()),
            "a mark or unknown"
        );
        // Composing makes a letter of some scripts up to three, of three bytes each.
        ensure!(ids.len() <= 9 * text.len(), "{} ids of {} bytes", ids.len(), text.len());
        ensure!(tokenizer.turn(text).len() <= 9 * (text.len() + 1), "a turn has more");
        let back = tokenizer.decode(&ids);
        if text.is_ascii() {
            ensure!(back == text, "{text:?} comes back as {back:?}");
        }
        // Composed once more: the library's table of characters is older, and orders the marks of the newest scripts otherwise.
        ensure!(back.nfc().eq(text.nfc()), "{text:?} comes back as {back:?}");
        let mut stream = tokenizer.stream();
        let mut said: String = ids.iter().map(|id| stream.push(*id)).collect();
        said.push_str(&stream.finish());
        ensure!(said == back, "a stream says {said:?} instead of {back:?}");
        Ok(Outcome::Read)
    }
}
