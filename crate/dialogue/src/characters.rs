//! A tokenizer to which whole characters are added (native only).
//!
//! A Chinese character without an entry is three bytes, and a short noun six or more: the mixer's convolution sees four
//! entries, so a subject's name hardly fits into what a key is made of.
use crate::error::{Error, Result};
use crate::tokenizer::{Tokenizer, byte_table};
use serde_json::{Value, json};
use std::collections::HashMap;

/// The 3,755 common characters: GB 2312-80, level 1.
const COMMON: &str = include_str!("lexicon/common_characters.txt");

/// The same tokenizer, in which every common Chinese character is one entry. Ids that were there stay; a text without
/// such characters is cut as before, for the new merges come last.
///
/// # Errors
/// If the library cannot write or read the file.
pub fn with_common_characters(tokenizer: &Tokenizer) -> Result<Tokenizer> {
    let text = tokenizer.to_json()?;
    let mut file: Value = serde_json::from_str(&text).map_err(unreadable)?;
    let mut merging = Merging::of(&file)?;
    let table = byte_table();
    for character in COMMON.chars().filter(|c| !c.is_whitespace()) {
        let mut buffer = [0; 4];
        let bytes = character.encode_utf8(&mut buffer).bytes();
        merging.join(bytes.map(|byte| table[usize::from(byte)].to_string()).collect());
    }
    let Merging { entries, pairs, .. } = merging;
    file["model"]["vocab"] = json!(entries);
    file["model"]["merges"] = json!(pairs);
    Tokenizer::from_bytes(file.to_string().as_bytes())
}

fn unreadable(error: serde_json::Error) -> Error {
    Error::Tokenizer(error.to_string())
}

/// Entries and merges of a BPE.
struct Merging {
    entries: HashMap<String, usize>,
    pairs: Vec<(String, String)>,
    ranks: HashMap<(String, String), usize>,
}

impl Merging {
    fn of(file: &Value) -> Result<Self> {
        let model = &file["model"];
        let entries: HashMap<String, usize> =
            serde_json::from_value(model["vocab"].clone()).map_err(unreadable)?;
        let pairs: Vec<(String, String)> =
            serde_json::from_value(model["merges"].clone()).map_err(unreadable)?;
        let ranks = pairs.iter().cloned().enumerate().map(|(rank, pair)| (pair, rank)).collect();
        Ok(Self { entries, pairs, ranks })
    }

    /// Adds what is missing until these parts become one entry.
    fn join(&mut self, mut parts: Vec<String>) {
        while parts.len() > 1 {
            let pair = |i: usize| (parts[i].clone(), parts[i + 1].clone());
            let known = (0..parts.len() - 1).filter_map(|i| Some((*self.ranks.get(&pair(i))?, i))).min();
            let at = known.map_or(0, |(_, at)| at);
            let pair = pair(at);
            let whole = [&*pair.0, &*pair.1].concat();
            parts.splice(at..at + 2, [whole.clone()]);
            if known.is_none() {
                self.ranks.insert(pair.clone(), self.pairs.len());
                self.pairs.push(pair);
                let next = self.entries.len();
                self.entries.entry(whole).or_insert(next);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{COMMON, Merging, with_common_characters};
    use crate::tokenizer::Tokenizer;
    use serde_json::json;

    #[test]
    fn every_common_character_is_one_entry_and_english_is_cut_as_before() {
        let bytes = std::fs::read("../../www/public/base/tokenizer.json").unwrap();
        let old = Tokenizer::from_bytes(&bytes).unwrap();
        let new = with_common_characters(&old).unwrap();
        let common: Vec<char> = COMMON.chars().filter(|c| !c.is_whitespace()).collect();
        assert_eq!(common.len(), 3755);
        for character in common {
            let text = character.to_string();
            let ids = new.encode(&text);
            assert_eq!((ids.len(), new.decode(&ids)), (1, text));
        }
        let english = "My parrot is called Zephyr Malin, and 42 other things.";
        assert_eq!(new.encode(english), old.encode(english));
        assert_eq!(with_common_characters(&new).unwrap().vocab_size(), new.vocab_size());
    }

    #[test]
    fn what_is_joined_keeps_the_ids_that_were_there() {
        let model = json!({ "vocab": { "a": 0, "b": 1, "c": 2, "bc": 3 }, "merges": [["b", "c"]] });
        let mut merging = Merging::of(&json!({ "model": model })).unwrap();
        merging.join(["a", "b", "c"].map(str::to_owned).to_vec());
        merging.join(["a", "b", "b"].map(str::to_owned).to_vec());
        let pairs = [("b", "c"), ("a", "bc"), ("a", "b"), ("ab", "b")].map(|(a, b)| (a.into(), b.into()));
        assert_eq!(merging.pairs, pairs);
        assert!(Merging::of(&json!({ "model": { "vocab": {} } })).is_err());
        let ids = ["a", "b", "c", "bc", "abc", "ab", "abb"].map(|entry| merging.entries[entry]);
        assert_eq!(ids, [0, 1, 2, 3, 4, 5, 6]);
    }
}
