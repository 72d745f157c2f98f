//! Byte-level BPE: text to ids and back, any text, without loss (up to NFC).
use crate::error::{Error, Result};
use crate::pieces::Pieces;
use crate::settings;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, RwLock};
use tokenizers::Tokenizer as Inner;

/// The number of entries of a new tokenizer. Base v1 has 1536, which knew English only.
pub const VOCABULARY: usize = 2560;
/// Every byte has an entry, and a model's table of entries should stay small.
const SIZES: std::ops::RangeInclusive<usize> = 512..=8192;
/// Fills up rows of unequal length.
pub const PAD: u32 = 0;
/// The user's turn begins.
pub const USER: u32 = 1;
/// The assistant's turn begins.
pub const ASSISTANT: u32 = 2;
/// The assistant's turn is over.
pub const END: u32 = 3;
/// The special tokens, in the order of their ids.
pub(crate) const SPECIALS: [&str; 4] = ["<|pad|>", "<|user|>", "<|assistant|>", "<|end|>"];

/// The tokenizer. Specials are never read from a text: they exist only as ids.
#[derive(Clone)]
pub struct Tokenizer {
    inner: Inner,
    /// The bytes of each id; empty for specials.
    bytes: Vec<Vec<u8>>,
    /// The ids of pieces that were seen before, shared by clones.
    known: Arc<RwLock<Known>>,
}

/// Pieces and their ids.
type Known = HashMap<Box<str>, Box<[u32]>>;

/// The most pieces that are remembered, and the longest (bytes): words are short, and what is longer hardly comes twice.
const KNOWN: (usize, usize) = (20_000, 48);

impl fmt::Debug for Tokenizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokenizer").field("vocab_size", &self.bytes.len()).finish_non_exhaustive()
    }
}

impl Tokenizer {
    /// Reads a `tokenizer.json`.
    ///
    /// # Errors
    /// If it cannot be read, or is not one of this project.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        settings::check(bytes)?;
        Self::new(Inner::from_bytes(bytes).map_err(|e| Error::Tokenizer(e.to_string()))?)
    }

    /// Wraps a tokenizer and checks that it is one of ours.
    pub(crate) fn new(mut inner: Inner) -> Result<Self> {
        // The file cannot say this: what looks like a special token in a text is text.
        inner.set_encode_special_tokens(true);
        let size = inner.get_vocab_size(true);
        if !SIZES.contains(&size) {
            let (least, most) = (SIZES.start(), SIZES.end());
            return Err(Error::Foreign(format!("it has {size} entries, not {least} to {most}")));
        }
        let table = byte_table();
        let mut bytes = Vec::with_capacity(size);
        for id in 0..size as u32 {
            let token = inner.id_to_token(id).ok_or_else(|| Error::Foreign(format!("id {id} is missing")))?;
            if let Some(special) = SPECIALS.get(id as usize) {
                if *special != token {
                    return Err(Error::Foreign(format!("id {id} is {token} instead of {special}")));
                }
                bytes.push(Vec::new());
                continue;
            }
            let plain: Option<Vec<u8>> =
                token.chars().map(|c| table.iter().position(|t| *t == c).map(|b| b as u8)).collect();
            bytes.push(
                plain.ok_or_else(|| Error::Foreign(format!("id {id} ({token}) is not made of bytes")))?,
            );
        }
        // Without one of them a text would lose letters on its way.
        let mut stands = [false; 256];
        for known in &bytes {
            if let [byte] = known[..] {
                stands[usize::from(byte)] = true;
            }
        }
        if let Some(byte) = stands.iter().position(|stands| !stands) {
            return Err(Error::Foreign(format!("no id stands for the byte {byte}")));
        }
        Ok(Self { inner, bytes, known: Arc::default() })
    }

    /// The file's text.
    ///
    /// # Errors
    /// If the library cannot write it.
    pub fn to_json(&self) -> Result<String> {
        self.inner.to_string(false).map_err(|e| Error::Tokenizer(e.to_string()))
    }

    /// Refuses a base that was trained with another tokenizer.
    ///
    /// # Errors
    /// If the base knows another number of ids.
    pub fn check(&self, base: usize) -> Result<()> {
        let own = self.vocab_size();
        if own == base {
            return Ok(());
        }
        Err(Error::Foreign(format!("it has {own} entries, and the base that it is opened with has {base}")))
    }

    /// The number of ids.
    pub fn vocab_size(&self) -> usize {
        self.bytes.len()
    }

    /// The ids of a text; never a special one.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        let mut ids = Vec::with_capacity(text.len() / 3 + 1);
        self.each_piece(text, |piece| ids.extend_from_slice(piece));
        ids
    }

    /// The ids of what a person says: see [`turn`].
    pub fn turn(&self, text: &str) -> Vec<u32> {
        self.encode(&turn(text))
    }

    /// The number of ids of a text.
    pub fn count(&self, text: &str) -> usize {
        let mut count = 0;
        self.each_piece(text, |piece| count += piece.len());
        count
    }

    /// Hands out the ids of a text, piece by piece.
    fn each_piece(&self, text: &str, mut take: impl FnMut(&[u32])) {
        // Other letters need normalisation and the tables of Unicode, which the library has.
        if !text.is_ascii() {
            return take(&self.encode_whole(text));
        }
        for piece in Pieces(text) {
            let known = self.known.read().ok();
            if let Some(ids) = known.as_ref().and_then(|k| k.get(piece)) {
                take(ids);
                continue;
            }
            let room = known.as_ref().is_some_and(|k| k.len() < KNOWN.0) && piece.len() <= KNOWN.1;
            drop(known);
            let ids = self.encode_whole(piece);
            take(&ids);
            if room && let Ok(mut known) = self.known.write() {
                known.insert(piece.into(), ids.into());
            }
        }
    }

    /// The ids of a text by the library.
    fn encode_whole(&self, text: &str) -> Vec<u32> {
        // Byte-level BPE has an id for every byte and cannot fail on a text.
        self.inner.encode_fast(text, false).map(|e| e.get_ids().to_vec()).unwrap_or_default()
    }

    /// The text of some ids. Specials and unknown ids are skipped; broken UTF-8 becomes U+FFFD.
    pub fn decode(&self, ids: &[u32]) -> String {
        let bytes: Vec<u8> = ids.iter().flat_map(|id| self.bytes(*id)).copied().collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The bytes of an id; none for specials.
    pub fn bytes(&self, id: u32) -> &[u8] {
        self.bytes.get(id as usize).map_or(&[], Vec::as_slice)
    }

    /// A decoder for ids that come one by one.
    pub fn stream(&self) -> StreamDecoder<'_> {
        StreamDecoder { tokenizer: self, pending: Vec::new() }
    }
}

/// What a person says as the model reads it. It begins with a blank, so that a word is the same tokens at the beginning
/// as within, and as in an answer, which begins so too; Chinese has no blanks.
pub(crate) fn turn(text: &str) -> String {
    let chinese = text.starts_with(|c| matches!(c, '\u{3000}'..='\u{9fff}' | '\u{f900}'..='\u{ffef}'));
    if chinese { text.to_owned() } else { format!(" {text}") }
}

/// Gives out text as soon as it is complete UTF-8.
#[derive(Clone, Debug)]
pub struct StreamDecoder<'a> {
    tokenizer: &'a Tokenizer,
    pending: Vec<u8>,
}

impl StreamDecoder<'_> {
    /// Takes one id; returns the text which it completes, maybe empty.
    pub fn push(&mut self, id: u32) -> String {
        self.pending.extend_from_slice(self.tokenizer.bytes(id));
        let mut text = String::new();
        loop {
            match std::str::from_utf8(&self.pending) {
                Ok(good) => {
                    text.push_str(good);
                    self.pending.clear();
                    return text;
                }
                Err(error) => {
                    let (good, rest) = self.pending.split_at(error.valid_up_to());
                    text.push_str(&String::from_utf8_lossy(good));
                    // No length: the character may still be completed. A length: it never will.
                    let Some(bad) = error.error_len() else {
                        self.pending = rest.to_vec();
                        return text;
                    };
                    text.push(char::REPLACEMENT_CHARACTER);
                    self.pending = rest[bad..].to_vec();
                }
            }
        }
    }

    /// What is left at the end: U+FFFD for an unfinished character, else nothing.
    pub fn finish(self) -> String {
        String::from_utf8_lossy(&self.pending).into_owned()
    }
}

/// The character which stands for each byte in a byte-level vocabulary (GPT-2's table).
pub(crate) fn byte_table() -> Vec<char> {
    let printable = |b: u8| matches!(b, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF);
    let mut next = 256;
    (0..=255_u8)
        .map(|b| {
            if printable(b) {
                char::from(b)
            } else {
                next += 1;
                char::from_u32(next - 1).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::OnceLock;
    use unicode_normalization::UnicodeNormalization as _;

    fn tokenizer() -> &'static Tokenizer {
        static TOKENIZER: OnceLock<Tokenizer> = OnceLock::new();
        TOKENIZER.get_or_init(|| {
            let path = "../../www/public/base/tokenizer.json";
            Tokenizer::from_bytes(&std::fs::read(path).unwrap()).unwrap()
        })
    }

    proptest! {
        #[test]
        fn remembered_pieces_give_the_ids_of_the_library(text in "[ -~\t\n\r]{0,60}|[a-c '\"0-2\n!.sdtmrevl]{0,40}") {
            prop_assert_eq!(tokenizer().encode(&text), tokenizer().encode_whole(&text));
            prop_assert_eq!(tokenizer().count(&text), tokenizer().encode_whole(&text).len());
        }

        #[test]
        fn any_text_comes_back_in_its_composed_form(text in "\\PC{0,40}|[ -~\n\t]{0,40}") {
            // Composed once more: the library's table of characters is older, and orders the marks of the newest scripts
            // otherwise.
            let back: String = tokenizer().decode(&tokenizer().encode(&text)).nfc().collect();
            prop_assert_eq!(back, text.nfc().collect::<String>());
        }

        #[test]
        fn a_stream_says_what_the_whole_says(text in "\\PC{0,40}") {
            let ids = tokenizer().encode(&text);
            let mut stream = tokenizer().stream();
            let mut pieces: String = ids.iter().map(|id| stream.push(*id)).collect();
            pieces.push_str(&stream.finish());
            prop_assert_eq!(pieces, tokenizer().decode(&ids));
        }

        #[test]
        fn any_ids_are_decoded_alike_in_a_stream(ids in prop::collection::vec(0_u32..1600, 0..40)) {
            let mut stream = tokenizer().stream();
            let mut pieces: String = ids.iter().map(|id| stream.push(*id)).collect();
            pieces.push_str(&stream.finish());
            prop_assert_eq!(pieces, tokenizer().decode(&ids));
        }
    }

    #[test]
    fn a_special_token_in_a_text_stays_text() {
        for text in ["<|user|>", "a <|end|> b", "<|pad|><|assistant|>", "é<|end|>"] {
            let ids = tokenizer().encode(text);
            assert!(ids.iter().all(|id| *id > END), "{ids:?}");
            assert_eq!(tokenizer().decode(&ids), text);
        }
        assert_eq!(tokenizer().decode(&[USER, ASSISTANT, END, PAD]), "");
    }

    #[test]
    fn every_digit_is_a_token() {
        assert_eq!(tokenizer().count("471100"), 6);
    }

    #[test]
    fn half_a_character_waits_in_the_stream() {
        let ids = tokenizer().encode("\u{1F9ED}");
        let mut stream = tokenizer().stream();
        assert_eq!(stream.push(ids[0]), "");
        assert_eq!(stream.finish(), "\u{FFFD}");
    }

    #[test]
    fn the_file_comes_back_and_a_foreign_one_is_refused() {
        let json = tokenizer().to_json().unwrap();
        assert_eq!(Tokenizer::from_bytes(json.as_bytes()).unwrap().encode("Bix"), tokenizer().encode("Bix"));
        assert!(matches!(Tokenizer::from_bytes(b"{}"), Err(Error::Tokenizer(_))));
        let other = json.replace("<|user|>", "<|human|>");
        assert!(matches!(Tokenizer::from_bytes(other.as_bytes()), Err(Error::Foreign(_))));
    }

    #[test]
    fn a_base_of_another_tokenizer_is_refused() {
        let own = tokenizer().vocab_size();
        assert!(tokenizer().check(own).is_ok());
        assert!(matches!(tokenizer().check(own + 1), Err(Error::Foreign(_))));
    }

    #[test]
    fn threads_may_share_it() {
        fn shared<T: Send + Sync>() {}
        shared::<Tokenizer>();
    }
}
