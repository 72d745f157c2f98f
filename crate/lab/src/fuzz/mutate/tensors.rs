//! Changes of safetensors files that leave them whole: names, shapes, numbers, text, sealed again with their checksum.

use super::json;
use crate::fuzz::dice::Dice;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// One tensor.
#[derive(Debug, Clone)]
struct Piece {
    name: String,
    dtype: String,
    shape: Vec<u64>,
    data: Vec<u8>,
}

/// A file in its parts.
#[derive(Debug, Clone)]
pub(super) struct Parts {
    pieces: Vec<Piece>,
    /// What stands beside the tensors: words by names, some of them JSON themselves.
    words: Map<String, Value>,
}

/// The key of the words in the header, and that of the checksum in the words.
const WORDS: (&str, &str) = ("nested_memory", "sha256");
const DTYPES: [&str; 6] = ["F32", "F16", "F64", "I64", "U8", "BF16"];
/// Nothing grows beyond so many bytes.
const LARGEST: usize = 1 << 16;

impl Parts {
    /// The parts of a file that is whole.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let length = usize::try_from(u64::from_le_bytes(*bytes.first_chunk()?)).ok()?;
        let header: Map<String, Value> =
            serde_json::from_slice(bytes.get(8..length.checked_add(8)?)?).ok()?;
        let data = bytes.get(8 + length..)?;
        let mut pieces = Vec::new();
        let mut words = Map::new();
        for (name, value) in header {
            if name == "__metadata__" {
                words = serde_json::from_str(value.get(WORDS.0)?.as_str()?).ok()?;
                continue;
            }
            let numbers = |key: &str| -> Option<Vec<u64>> {
                value.get(key)?.as_array()?.iter().map(Value::as_u64).collect()
            };
            let [from, to] = numbers("data_offsets")?[..] else { return None };
            let data = data.get(usize::try_from(from).ok()?..usize::try_from(to).ok()?)?.to_vec();
            let dtype = value.get("dtype")?.as_str()?.to_owned();
            pieces.push(Piece { name, dtype, shape: numbers("shape")?, data });
        }
        Some(Self { pieces, words })
    }

    /// Changes one thing.
    pub(super) fn change(&mut self, dice: &mut Dice) {
        let at = dice.below(self.pieces.len());
        let other = dice.below(self.pieces.len());
        let count = self.pieces.len();
        let Some(piece) = self.pieces.get_mut(at).filter(|_| !dice.one_in(3)) else {
            return self.change_words(dice);
        };
        match dice.below(10) {
            0..=2 if piece.data.len() >= 4 => {
                let place = dice.below(piece.data.len() / 4) * 4;
                piece.data[place..place + 4].copy_from_slice(&dice.real().to_le_bytes());
            }
            3 => {
                let number = dice.real().to_le_bytes();
                piece.data.chunks_exact_mut(4).for_each(|place| place.copy_from_slice(&number));
            }
            4 => {
                let place = dice.below(piece.shape.len() + 1);
                if place == piece.shape.len() || dice.one_in(3) {
                    piece.shape.insert(place, dice.whole());
                } else {
                    piece.shape[place] = dice.whole();
                }
            }
            5 => {
                let numbers = dice.below(80);
                piece.data.resize(numbers * 4, 0);
                piece.shape = vec![numbers as u64];
            }
            6 => piece.name = json::changed_text(dice, &piece.name),
            7 => dice.pick(&DTYPES).clone_into(&mut piece.dtype),
            8 if count > 1 => drop(self.pieces.swap_remove(at)),
            _ => {
                let mut again = piece.clone();
                if dice.one_in(2) {
                    self.pieces[other].data = again.data;
                } else {
                    again.name.push_str(&dice.below(100).to_string());
                    self.pieces.push(again);
                }
            }
        }
    }

    /// Changes the text that stands beside the tensors.
    fn change_words(&mut self, dice: &mut Dice) {
        let at = dice.below(self.words.len());
        let Some(key) = self.words.keys().nth(at).cloned() else { return };
        if dice.one_in(12) {
            self.words.remove(&key);
            return;
        }
        let Some(Value::String(text)) = self.words.get_mut(&key) else { return };
        *text = match serde_json::from_str::<Value>(text) {
            Ok(mut value) => {
                json::change(dice, &mut value);
                value.to_string()
            }
            Err(_) => json::changed_text(dice, text),
        };
    }

    /// Makes the checksum that of the numbers, where there is one.
    pub(super) fn seal(&mut self) {
        self.pieces.sort_by(|a, b| a.name.cmp(&b.name));
        let mut hash = Sha256::new();
        for Piece { name, data, .. } in &self.pieces {
            hash.update((name.len() as u64).to_le_bytes());
            hash.update(name);
            hash.update((data.len() as u64).to_le_bytes());
            hash.update(data);
        }
        if let Some(Value::String(promised)) = self.words.get_mut(WORDS.1) {
            *promised = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        }
    }

    /// The file; `dice` may change its header once more.
    pub(super) fn join(&self, dice: &mut Dice, bytes: &mut Vec<u8>) {
        let mut header = Map::new();
        let words = Value::Object(self.words.clone()).to_string();
        header.insert("__metadata__".to_owned(), json!({ WORDS.0: words }));
        let mut end = 0;
        for piece in &self.pieces {
            let from = end;
            end += piece.data.len();
            let place = json!({ "dtype": piece.dtype, "shape": piece.shape, "data_offsets": [from, end] });
            header.insert(piece.name.clone(), place);
        }
        let mut header = Value::Object(header);
        if dice.one_in(8) {
            json::change(dice, &mut header);
        }
        let header = header.to_string();
        let length = if dice.one_in(40) { dice.whole() } else { header.len() as u64 };
        bytes.clear();
        bytes.extend(length.to_le_bytes());
        bytes.extend(header.as_bytes());
        self.pieces.iter().for_each(|piece| bytes.extend(&piece.data));
        bytes.truncate(LARGEST);
    }
}
