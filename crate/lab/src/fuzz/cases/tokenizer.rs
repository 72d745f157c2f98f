//! A tokenizer that is read gives ids that it has, for any text, and is written as one that is read again.

use super::{Case, Files, Outcome};
use crate::fuzz::dice::Dice;
use crate::fuzz::mutate::Grammar;
use anyhow::{Context, ensure};
use nested_memory_dialogue::{END, Tokenizer};
use serde_json::Value;

/// Said to every tokenizer that is read.
const SAID: [&str; 3] =
    ["My cat is called Bix, 471.", "<|user|> caf\u{e9} \u{4f60}\u{597d}", "\u{1F469}\u{200d}\u{1F680} x"];
/// Every so many that are read are written again.
const WRITE_EVERY: u64 = 16;
/// Entries of the small tokenizer: as few as a tokenizer may have.
const ENTRIES: u64 = 512;

/// Tokenizers.
pub(super) struct Tokenizers {
    small: Vec<u8>,
    /// The same without words.
    settings: Value,
    read: u64,
}

/// The words of a tokenizer's file: entries and merges.
const WORDS: [&str; 2] = ["vocab", "merges"];

impl Tokenizers {
    /// The page's tokenizer, cut down so that it is read quickly.
    pub(super) fn open(files: &Files) -> anyhow::Result<Self> {
        let mut file: Value = serde_json::from_slice(&files.tokenizer()?)?;
        let model = file.get_mut("model").context("the tokenizer has no model")?;
        let vocabulary =
            model.get_mut("vocab").and_then(Value::as_object_mut).context("it has no vocabulary")?;
        vocabulary.retain(|_, id| id.as_u64().is_some_and(|id| id < ENTRIES));
        let known = vocabulary.clone();
        let merges = model.get_mut("merges").and_then(Value::as_array_mut).context("it has no merges")?;
        merges.retain(|merge| {
            let parts: Vec<&str> = match merge {
                Value::String(parts) => parts.split(' ').collect(),
                parts => parts.as_array().into_iter().flatten().filter_map(Value::as_str).collect(),
            };
            parts.iter().chain([&parts.concat().as_str()]).all(|part| known.contains_key(*part))
        });
        let small = serde_json::to_vec(&file)?;
        Tokenizer::from_bytes(&small)?;
        if let Some(model) = file.get_mut("model").and_then(Value::as_object_mut) {
            WORDS.iter().for_each(|words| drop(model.remove(*words)));
        }
        Ok(Self { small, settings: file, read: 0 })
    }
}

/// What is promised of any text.
fn encodes(tokenizer: &Tokenizer) -> anyhow::Result<()> {
    let size = tokenizer.vocab_size();
    ensure!((512..=8192).contains(&size), "it has {size} entries");
    for text in SAID {
        let ids = tokenizer.turn(text);
        ensure!(ids.iter().all(|id| (*id as usize) < size && *id > END), "an id is unknown or a mark");
        ensure!(ids.len() <= 64 * text.len(), "{} ids of {} bytes", ids.len(), text.len());
        let mut stream = tokenizer.stream();
        let mut said: String = ids.iter().map(|id| stream.push(*id)).collect();
        said.push_str(&stream.finish());
        ensure!(said == tokenizer.decode(&ids), "a stream says something else than the whole");
    }
    Ok(())
}

impl Case for Tokenizers {
    fn grammar(&self) -> Grammar {
        Grammar::Json
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        vec![self.small.clone()]
    }

    /// Other settings than ours are refused at once, so some inputs have ours with their words. Not most: whatever is read
    /// compiles expressions, which takes as long as a hundred refusals.
    fn polish(&self, dice: &mut Dice, bytes: &mut Vec<u8>) {
        if !dice.one_in(8) {
            return;
        }
        let Ok(mut changed) = serde_json::from_slice::<Value>(bytes) else { return };
        let mut file = self.settings.clone();
        for words in WORDS {
            let found = changed.get_mut("model").and_then(|model| model.get_mut(words)).map(Value::take);
            if let (Some(found), Some(model)) = (found, file.get_mut("model").and_then(Value::as_object_mut))
            {
                model.insert(words.to_owned(), found);
            }
        }
        *bytes = file.to_string().into_bytes();
    }

    fn read(&mut self, bytes: &[u8]) -> anyhow::Result<Outcome> {
        let tokenizer = match Tokenizer::from_bytes(bytes) {
            Ok(tokenizer) => tokenizer,
            Err(error) => return Ok(Outcome::Refused(error.to_string())),
        };
        let size = tokenizer.vocab_size();
        // The library remembers what each tokenizer has encoded for as long as the thread lives, so it lives no longer.
        std::thread::scope(|scope| scope.spawn(|| encodes(&tokenizer)).join())
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        self.read += 1;
        if self.read.is_multiple_of(WRITE_EVERY) {
            let again = Tokenizer::from_bytes(tokenizer.to_json()?.as_bytes())?;
            ensure!(again.vocab_size() == size, "it has other entries when it is written again");
        }
        Ok(Outcome::Read)
    }
}
