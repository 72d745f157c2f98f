//! New inputs from old ones: changes that know what kind of file they change, and changes that do not.

mod bytes;
mod json;
mod tensors;
mod text;

use super::dice::Dice;
use serde_json::Value;
use tensors::Parts;

/// What kind of input a case takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grammar {
    /// A safetensors file.
    Tensors,
    /// One JSON value.
    Json,
    /// A JSON value on each line.
    Lines,
    /// Any text.
    Text,
}

/// An input with what is known of its inside.
#[derive(Debug, Clone)]
pub(super) struct Input {
    /// The input.
    pub(super) bytes: Vec<u8>,
    inside: Inside,
}

#[derive(Debug, Clone)]
enum Inside {
    Tensors(Parts),
    Json(Value),
    Lines(Vec<String>),
    Text(String),
    /// It is not what it should be.
    Nothing,
}

/// No input is longer.
const LONGEST: usize = 1 << 16;

impl Input {
    /// Looks into an input.
    pub(super) fn new(grammar: Grammar, bytes: Vec<u8>) -> Self {
        let text = || String::from_utf8_lossy(&bytes).into_owned();
        let inside = match grammar {
            Grammar::Tensors => Parts::of(&bytes).map(Inside::Tensors),
            Grammar::Json => serde_json::from_slice(&bytes).ok().map(Inside::Json),
            Grammar::Lines => Some(Inside::Lines(text().lines().map(str::to_owned).collect())),
            Grammar::Text => Some(Inside::Text(text())),
        };
        Self { inside: inside.unwrap_or(Inside::Nothing), bytes }
    }

    /// Whether it is what it should be on the outside: only such ones are worth changing further.
    pub(super) const fn is_whole(&self) -> bool {
        !matches!(self.inside, Inside::Nothing)
    }

    /// Writes a changed input into `into`; `other` is one to take from.
    pub(super) fn change(&self, dice: &mut Dice, other: &Self, into: &mut Vec<u8>) {
        into.clear();
        // One change reaches deepest; where there is more than one way in, several do.
        let times = if dice.one_in(3) { 2 + dice.below(4) } else { 1 };
        // Most changes of bytes end at the first check of a file.
        let known = !dice.one_in(8) && self.change_inside(dice, other, times, into);
        if !known {
            into.extend_from_slice(&self.bytes);
        }
        if !known || dice.one_in(16) {
            (0..times).for_each(|_| bytes::change(dice, into, &other.bytes));
        }
        into.truncate(LONGEST);
    }

    fn change_inside(&self, dice: &mut Dice, other: &Self, times: usize, into: &mut Vec<u8>) -> bool {
        match &self.inside {
            Inside::Tensors(parts) => {
                let mut parts = parts.clone();
                (0..times).for_each(|_| parts.change(dice));
                if !dice.one_in(8) {
                    parts.seal();
                }
                parts.join(dice, into);
            }
            Inside::Json(value) => {
                let mut value = value.clone();
                (0..times).for_each(|_| json::change(dice, &mut value));
                into.extend(value.to_string().into_bytes());
            }
            Inside::Lines(lines) => {
                let mut lines = lines.clone();
                let at = dice.below(lines.len());
                let Some(line) = lines.get_mut(at) else { return false };
                if let Ok(mut value) = serde_json::from_str::<Value>(line) {
                    (0..times).for_each(|_| json::change(dice, &mut value));
                    *line = value.to_string();
                } else {
                    *line = json::changed_text(dice, line);
                }
                into.extend(lines.join("\n").into_bytes());
            }
            Inside::Text(text) => {
                let other = if let Inside::Text(other) = &other.inside { other } else { "" };
                let text = (0..times).fold(text.clone(), |text, _| text::change(dice, &text, other));
                into.extend(text.into_bytes());
            }
            Inside::Nothing => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unchanged_file_is_put_together_as_it_was() {
        let bytes = std::fs::read("../model/tests/golden/snapshot-1.safetensors").unwrap();
        let mut parts = Parts::of(&bytes).unwrap();
        parts.seal();
        let mut again = Vec::new();
        // A seed whose first throws change nothing.
        let mut dice = Dice::new(2);
        parts.join(&mut dice, &mut again);
        let read = |bytes: &[u8]| nested_memory_model::file::Entries::from_bytes("snapshot", bytes).unwrap();
        assert_eq!(read(&again), read(&bytes));
    }

    #[test]
    fn a_seed_gives_the_same_inputs_again() {
        let input = Input::new(Grammar::Json, br#"{"say": "My parrot is called Zephyr."}"#.to_vec());
        let made = |seed| {
            let (mut dice, mut into) = (Dice::new(seed), Vec::new());
            let all = (0..50).map(|_| {
                input.change(&mut dice, &input, &mut into);
                into.clone()
            });
            all.collect::<Vec<_>>()
        };
        assert_eq!(made(3), made(3));
        assert_ne!(made(3), made(4));
    }
}
