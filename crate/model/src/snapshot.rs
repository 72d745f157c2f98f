//! A memory in a file: safetensors with one tensor for each part, never any base weights.

use crate::acquaintance::Acquaintance;
use crate::base::Base;
use crate::config::LevelName;
use crate::error::Error;
use crate::file::{CHECKSUM, Entries, Entry, Precision};
use crate::frozen::Frozen;
use crate::leaning::Dwelling;
use crate::listener::Listener;
use crate::memory::{Clock, Memory};
use crate::observe::read;
use crate::state::State;
use crate::succession::Succession;
use burn::tensor::{Tensor, TensorData};
use serde::{Deserialize, Serialize};

const WHAT: &str = "snapshot";
/// The format of a snapshot file.
pub const FORMAT: u32 = 1;
/// The longest weight vector that a level may have: far above anything learned (‖δ‖ ≤ 1, β ≤ 1), far below overflow.
pub const LONGEST: f32 = 1e5;
/// No clock has counted further: whole numbers of JavaScript end there, and nobody lives so long.
const LATEST: u64 = 1 << 53;
/// Names, shapes and text beside the numbers take less than this.
const HEADER: usize = 64 * 1024;

/// What stands in a snapshot beside the numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Format of the file.
    pub format: u32,
    /// SHA-256 of the base it was learned on.
    pub base: String,
    /// Counts.
    pub clock: Clock,
    /// Whether the model was speaking.
    #[serde(default)]
    pub speaking: bool,
    /// What the person calls it.
    pub title: String,
    /// The version it came from.
    pub parent: Option<String>,
    /// Levels that do not change.
    #[serde(default, skip_serializing_if = "Frozen::is_empty")]
    pub frozen: Frozen,
}

/// The tensors of a memory by name, in the order of the file.
fn tensors(state: &State) -> Vec<(String, Part)> {
    let mut all = Vec::new();
    let first = state.mixers.len() - state.levels.len();
    for (place, levels) in state.levels.iter().enumerate() {
        for (name, level) in LevelName::ALL.into_iter().zip(levels) {
            let prefix = level_name(first + place, name);
            all.push((format!("{prefix}.memory"), Part::Three(level.memory.clone())));
            all.push((format!("{prefix}.pending"), Part::Three(level.pending.clone())));
            if let Some(shield) = &level.shield {
                all.push((format!("{prefix}.shield"), Part::Three(shield.clone())));
            }
        }
    }
    for (b, mixer) in state.mixers.iter().enumerate() {
        all.push((format!("block.{b}.mixer.state"), Part::Four(mixer.gain.clone())));
        all.push((format!("block.{b}.mixer.tail"), Part::Three(mixer.tail.clone())));
    }
    all
}

/// What the tensors of a block's level begin with.
fn level_name(block: usize, name: LevelName) -> String {
    format!("block.{block}.level.{}", name.as_str())
}

enum Part {
    Three(Tensor<3>),
    Four(Tensor<4>),
}

impl Part {
    /// The shape for one user, without the batch.
    fn shape(&self) -> Vec<usize> {
        match self {
            Self::Three(tensor) => tensor.dims()[1..].to_vec(),
            Self::Four(tensor) => tensor.dims()[1..].to_vec(),
        }
    }
}

/// A memory as snapshot bytes.
///
/// # Errors
/// [`Error::Device`] if the numbers cannot be read back.
pub async fn save(base: &Base, memory: &Memory, title: &str, parent: Option<&str>) -> Result<Vec<u8>, Error> {
    let mut entries = Entries::default();
    for (name, part) in tensors(&memory.state) {
        let shape = part.shape();
        let values = match part {
            Part::Three(tensor) => read(tensor).await?,
            Part::Four(tensor) => read(tensor).await?,
        };
        entries.tensors.insert(name, Entry { shape, values });
    }
    let mut list = |name: &str, values: Vec<f32>| {
        if !values.is_empty() {
            entries.tensors.insert(name.to_owned(), Entry { shape: vec![values.len()], values });
        }
    };
    list("acquaintance", memory.acquaintance.values().to_vec());
    list("dwelling.tokens", memory.dwelling.tokens().to_vec());
    list("dwelling.topics", memory.dwelling.topics().to_vec());
    // Sixteen bits, and ids below 65,536, are exact in f32.
    list("succession", memory.succession.values());
    list("pending.tokens", memory.pending.iter().map(|token| *token as f32).collect());
    list("pending.lessons", memory.lessons.iter().map(|lesson| f32::from(u8::from(*lesson))).collect());
    let label = Label {
        format: FORMAT,
        base: base.sha256.clone(),
        clock: memory.clock,
        speaking: memory.listener.speaking,
        title: title.to_owned(),
        parent: parent.map(str::to_owned),
        frozen: memory.frozen,
    };
    let damaged = |error: serde_json::Error| Error::Damaged { what: WHAT, reason: error.to_string() };
    entries.metadata.insert("kind".to_owned(), WHAT.to_owned());
    entries.metadata.insert("label".to_owned(), serde_json::to_string(&label).map_err(damaged)?);
    entries.to_bytes(WHAT, Precision::Single)
}

fn foreign(reason: impl Into<String>) -> Error {
    Error::Foreign { what: WHAT, reason: reason.into() }
}

/// Reads a snapshot's label without looking at its numbers.
///
/// # Errors
/// [`Error::Damaged`], [`Error::Foreign`] or [`Error::Newer`].
pub fn label(bytes: &[u8]) -> Result<Label, Error> {
    read_label(&Entries::from_bytes(WHAT, bytes)?)
}

/// The checksum of a snapshot's numbers, by which a ledger knows it. The numbers are not looked at.
///
/// # Errors
/// [`Error::Damaged`] or [`Error::Foreign`].
pub fn checksum(bytes: &[u8]) -> Result<String, Error> {
    crate::file::metadata(WHAT, bytes)?.remove(CHECKSUM).ok_or_else(|| foreign("it has no checksum"))
}

fn read_label(entries: &Entries) -> Result<Label, Error> {
    match entries.metadata.get("kind").map(String::as_str) {
        Some(WHAT) => {}
        Some(kind) => return Err(foreign(format!("it says that it is a {kind}"))),
        None => return Err(foreign("it does not say what it is")),
    }
    if !entries.metadata.contains_key(CHECKSUM) {
        return Err(foreign("it has no checksum"));
    }
    let text = entries.metadata.get("label").ok_or_else(|| foreign("it has no label"))?;
    let format = serde_json::from_str::<serde_json::Value>(text)
        .ok()
        .and_then(|value| value.get("format").and_then(serde_json::Value::as_u64))
        .ok_or_else(|| foreign("its format is not named"))?;
    if format > u64::from(FORMAT) {
        return Err(Error::Newer {
            what: WHAT,
            found: u32::try_from(format).unwrap_or(u32::MAX),
            known: FORMAT,
        });
    }
    let label: Label = serde_json::from_str(text).map_err(|error| foreign(error.to_string()))?;
    let Clock { tokens, conversation, conversations, updates } = label.clock;
    if [tokens, conversation, conversations].into_iter().chain(updates).any(|count| count > LATEST) {
        return Err(foreign("its clock has counted further than anybody can"));
    }
    Ok(label)
}

/// Reads a snapshot for this base. Nothing in the file is trusted: size, names, shapes, finiteness, lengths, base and
/// token ids are checked before a memory is made of it.
///
/// # Errors
/// [`Error::Damaged`], [`Error::Foreign`], [`Error::Newer`] or [`Error::OtherBase`].
pub fn load(base: &Base, bytes: &[u8]) -> Result<(Memory, Label), Error> {
    let blank = Memory::new(base);
    let expected = tensors(&blank.state);
    let numbers: usize = expected.iter().map(|(_, part)| part.shape().iter().product::<usize>()).sum();
    let words =
        blank.acquaintance.values().len() + blank.dwelling.tokens().len() + blank.dwelling.topics().len();
    let lists = words + blank.succession.values().len() + 2 * base.config.chunk;
    let most = (numbers + lists) * size_of::<f32>() + HEADER;
    if bytes.len() > most {
        return Err(foreign(format!(
            "it has {} bytes and a memory of this base at most {most}",
            bytes.len()
        )));
    }
    let mut entries = Entries::from_bytes(WHAT, bytes)?;
    let label = read_label(&entries)?;
    if label.base != base.sha256 {
        return Err(Error::OtherBase { found: label.base, expected: base.sha256.clone() });
    }
    let acquaintance = acquaintance(&blank, entries.tensors.remove("acquaintance"))?;
    let succession = succession(&blank, entries.tensors.remove("succession"))?;
    let dwelling =
        dwelling(&blank, ["dwelling.tokens", "dwelling.topics"].map(|name| entries.tensors.remove(name)))?;
    let pending = tokens(base, entries.tensors.remove("pending.tokens"), base.config.chunk)?;
    let lessons = lessons(entries.tensors.remove("pending.lessons"), pending.len())?;
    let listener = Listener { speaking: label.speaking };
    let mut state = blank.state;
    for (place, levels) in state.levels.iter_mut().enumerate() {
        for (name, level) in LevelName::ALL.into_iter().zip(levels) {
            let prefix = level_name(base.config.fixed_blocks + place, name);
            level.memory = take(&mut entries, &format!("{prefix}.memory"), &level.memory)?;
            level.pending = take(&mut entries, &format!("{prefix}.pending"), &level.pending)?;
            if let Some(shield) = &mut level.shield {
                let name = format!("{prefix}.shield");
                check_shield(entries.tensors.get(&name), base.config.units, &name)?;
                *shield = take(&mut entries, &name, shield)?;
            }
        }
    }
    for (b, mixer) in state.mixers.iter_mut().enumerate() {
        mixer.gain = take(&mut entries, &format!("block.{b}.mixer.state"), &mixer.gain)?;
        mixer.tail = take(&mut entries, &format!("block.{b}.mixer.tail"), &mixer.tail)?;
    }
    if let Some(name) = entries.tensors.keys().next() {
        return Err(foreign(format!("it holds {name}, which is no part of a memory")));
    }
    let (clock, frozen) = (label.clock, label.frozen);
    let turn = Vec::new();
    let memory =
        Memory { state, acquaintance, succession, dwelling, pending, lessons, turn, listener, clock, frozen };
    Ok((memory, label))
}

/// Refuses what cannot have come from keys: a shield is symmetric, and no direction is freer than free. A file's own
/// could direct writes anywhere and at any length. What is missing or of another shape is refused by [`take`].
fn check_shield(entry: Option<&Entry>, units: usize, name: &str) -> Result<(), Error> {
    const ROUNDING: f32 = 1e-3;
    let Some(values) = entry.map(|entry| &entry.values).filter(|values| values.len() == units * units) else {
        return Ok(());
    };
    let sound = |i: usize, j: usize| {
        let (here, there) = (values[i * units + j], values[j * units + i]);
        let least = if i == j { -ROUNDING } else { -1.0 - ROUNDING };
        (here - there).abs() <= ROUNDING && (least..=1.0 + ROUNDING).contains(&here)
    };
    if (0..units).all(|i| (0..=i).all(|j| sound(i, j))) {
        return Ok(());
    }
    Err(foreign(format!(
        "{name} is no record of keys: it must be symmetric and between 0 and 1 on its diagonal"
    )))
}

/// The numbers of a list that should have so many, and be missing if that is none; `None` if it is not so.
fn list(entry: Option<Entry>, count: usize) -> Option<Vec<f32>> {
    let whole = entry.as_ref().map_or(count == 0, |entry| entry.shape == [count]);
    whole.then(|| entry.map(|entry| entry.values).unwrap_or_default())
}

/// With which words a memory is acquainted that should have as many as a blank one.
fn acquaintance(blank: &Memory, entry: Option<Entry>) -> Result<Acquaintance, Error> {
    let words = list(entry, blank.acquaintance.values().len()).and_then(Acquaintance::of);
    words.ok_or_else(|| foreign("its acquaintance is not one number between 0 and 1 for each word"))
}

/// What a person came back to, of as many words and topics as a blank memory has.
fn dwelling(blank: &Memory, [tokens, topics]: [Option<Entry>; 2]) -> Result<Dwelling, Error> {
    let tokens = list(tokens, blank.dwelling.tokens().len());
    let topics = list(topics, blank.dwelling.topics().len());
    let dwelling = tokens.zip(topics).and_then(|(tokens, topics)| Dwelling::of(tokens, topics));
    dwelling.ok_or_else(|| foreign("its dwelling is not one count for each word and topic"))
}

/// Which words a memory heard after which, in as large a table as a blank one's.
fn succession(blank: &Memory, entry: Option<Entry>) -> Result<Succession, Error> {
    let bits = list(entry, blank.succession.values().len()).and_then(|bits| Succession::of(&bits));
    bits.ok_or_else(|| foreign("its succession is not sixteen bits in each number of its table"))
}

fn lessons(entry: Option<Entry>, count: usize) -> Result<Vec<bool>, Error> {
    let flat = entry.as_ref().is_none_or(|entry| entry.shape.len() == 1);
    let values = entry.map(|entry| entry.values).unwrap_or_default();
    if !flat || values.len() != count || values.iter().any(|x| *x != 0.0 && *x != 1.0) {
        return Err(foreign("its lessons are not one yes or no for each pending token"));
    }
    Ok(values.into_iter().map(|x| x == 1.0).collect())
}

fn tokens(base: &Base, entry: Option<Entry>, most: usize) -> Result<Vec<u32>, Error> {
    let Some(entry) = entry else { return Ok(Vec::new()) };
    if entry.shape != [entry.values.len()] || entry.values.len() > most {
        return Err(foreign(format!("it holds more than {most} tokens of text")));
    }
    let vocabulary = base.config.vocabulary;
    entry
        .values
        .iter()
        .map(|value| {
            let token = *value as u32;
            let exact = token as f32 == *value && (token as usize) < vocabulary;
            if exact { Ok(token) } else { Err(foreign(format!("{value} is no token of the vocabulary"))) }
        })
        .collect()
}

fn take<const D: usize>(entries: &mut Entries, name: &str, like: &Tensor<D>) -> Result<Tensor<D>, Error> {
    let entry = entries.tensors.remove(name).ok_or_else(|| foreign(format!("{name} is missing")))?;
    if entry.shape != like.dims()[1..] {
        return Err(foreign(format!("{name} is {:?} and should be {:?}", entry.shape, &like.dims()[1..])));
    }
    let length = entry.values.iter().map(|x| x * x).sum::<f32>().sqrt();
    if !length.is_finite() || length > LONGEST {
        return Err(foreign(format!(
            "{name} is {length:.0} long, and nothing learned is longer than {LONGEST}"
        )));
    }
    let data = TensorData::new(entry.values, like.dims());
    Ok(Tensor::from_data(data, (&like.device(), like.dtype())))
}
