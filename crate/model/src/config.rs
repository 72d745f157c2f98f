//! The sizes and periods of a model; stored with the base.

use crate::acquaintance::Recognition;
use crate::error::Error;
use crate::leaning::{Leaning, Topic};
use crate::listener::Marks;
use crate::recollect::Recollection;
use crate::succession::Usage;
use nested_memory_kernels::mixer_scan::{Rule, cpu::HEAD_SIZES};
use nested_memory_kernels::model::DECLINES;
use nested_memory_kernels::row_map::Map;
use serde::{Deserialize, Serialize};

/// The number of levels: fast, mid, slow.
pub const LEVELS: usize = 3;

/// A level's name, in the order in which the levels stand in a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LevelName {
    /// Changes after every chunk; wiped when a conversation ends.
    Fast,
    /// Changes every few chunks; stays.
    Mid,
    /// Changes when a conversation ends; stays.
    Slow,
}

impl LevelName {
    /// All levels, fast to slow.
    pub const ALL: [Self; LEVELS] = [Self::Fast, Self::Mid, Self::Slow];

    /// The place in a block, 0 for fast.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// As written in files and on the page.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Mid => "mid",
            Self::Slow => "slow",
        }
    }
}

/// Which recurrence the mixer runs; both have the same parameters and the same state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MixerKind {
    /// Self-modifying Titans, linear, bounded (hope.md §1.4-5 and -9).
    SelfModifying,
    /// The gated delta rule.
    GatedDelta,
}

impl MixerKind {
    pub(crate) const fn rule(self) -> Rule {
        match self {
            Self::SelfModifying => Rule::SelfModifying,
            Self::GatedDelta => Rule::GatedDelta,
        }
    }
}

/// The power of keys in bases that do not say it.
const fn squares() -> u32 {
    2
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
const fn is_squares(power: &u32) -> bool {
    *power == squares()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
const fn is_none(count: &usize) -> bool {
    *count == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
const fn is_off(is_on: &bool) -> bool {
    !*is_on
}

/// The vigour of a conversation's first turn in bases that do not say it.
const fn as_others() -> f64 {
    1.0
}

#[cfg_attr(
    not(target_arch = "wasm32"),
    expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")
)]
fn is_as_others(vigour: &f64) -> bool {
    *vigour == as_others()
}

/// Sizes and periods.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Tokens in the vocabulary.
    pub vocabulary: usize,
    /// Width `d` of the residual stream.
    pub width: usize,
    /// Blocks.
    pub blocks: usize,
    /// So many of the first blocks remember nothing: their levels are MLPs and have no plastic weights.
    #[serde(default, skip_serializing_if = "is_none")]
    pub fixed_blocks: usize,
    /// Heads of the mixer; `width / heads` is the head size.
    pub heads: usize,
    /// Plastic units of a level: the rows of D.
    pub units: usize,
    /// Hidden units of a level's fixed MLP.
    pub hidden: usize,
    /// Tokens of a chunk: one inner pass each.
    pub chunk: usize,
    /// Update periods in tokens; `None`: when the conversation ends. Multiples of `chunk`.
    pub periods: [Option<usize>; LEVELS],
    /// The recurrence of the mixer.
    pub mixer: MixerKind,
    /// λ of [`crate::shield`]: the smaller, the less a write may disturb what was written before. `None`: writes go
    /// where their keys point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protection: Option<f64>,
    /// The power that a level's keys are of: 2, or 3 for addresses that are further apart.
    #[serde(default = "squares", skip_serializing_if = "is_squares")]
    pub key_power: u32,
    /// Whether a turn that is over is written as strongly as its end says ([`crate::level`]).
    #[serde(default, skip_serializing_if = "is_off")]
    pub turn_gate: bool,
    /// Whether how strongly a token of a turn that is over is written also depends on the token after it ([`crate::level`]).
    #[serde(default, skip_serializing_if = "is_off")]
    pub look_ahead: bool,
    /// How many times as strongly as others a conversation's first turn is written into levels that last ([`crate::observe()`]).
    #[serde(default = "as_others", skip_serializing_if = "is_as_others")]
    pub opening_vigour: f64,
    /// Whether a night reads each turn behind an end mark, as no day does ([`crate::sleep`]).
    #[serde(default, skip_serializing_if = "is_off")]
    pub marked_nights: bool,
    /// Whether a lasting level is told how familiar each key is to it ([`crate::level`]); wants [`Config::protection`].
    #[serde(default, skip_serializing_if = "is_off")]
    pub familiarity: bool,
    /// The tokens with which an answer begins that declines, "I don't know yet" in one language and in the other: the base
    /// doubts what it remembers ([`crate::doubt`]). Wants [`Config::protection`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declines: Option<[u32; DECLINES]>,
    /// What it makes of words that were never told ([`crate::acquaintance`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recognition: Option<Recognition>,
    /// What it says of itself, and how much it minds what was never told in this order ([`crate::succession`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub succession: Option<Usage>,
    /// Answers to a wish to forget, from their first token to the end mark: what was wished is forgotten once one of them was
    /// given ([`crate::observe()`]).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forgotten: Vec<Vec<u32>>,
    /// How answers go on that are more than one thing, in each language ([`crate::Recollection`]).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recollections: Vec<Recollection>,
    /// The marks of turns, which decide what is a lesson; without them everything is.
    #[serde(default)]
    pub marks: Option<Marks>,
}

impl Config {
    /// The size of recipe.md: about 0.6 M parameters with a vocabulary of 1,536.
    #[must_use]
    pub const fn recipe(vocabulary: usize) -> Self {
        Self {
            vocabulary,
            width: 96,
            blocks: 2,
            fixed_blocks: 0,
            heads: 3,
            units: 192,
            hidden: 192,
            chunk: 32,
            periods: [Some(32), Some(128), None],
            mixer: MixerKind::SelfModifying,
            protection: None,
            key_power: squares(),
            turn_gate: false,
            look_ahead: false,
            opening_vigour: as_others(),
            marked_nights: false,
            familiarity: false,
            declines: None,
            recognition: None,
            succession: None,
            forgotten: Vec::new(),
            recollections: Vec::new(),
            marks: None,
        }
    }

    /// The size of a head.
    #[must_use]
    pub const fn head_size(&self) -> usize {
        self.width / self.heads
    }

    /// The blocks that remember: those behind the fixed ones.
    #[must_use]
    pub const fn remembering(&self) -> usize {
        self.blocks - self.fixed_blocks
    }

    /// Whether an answer, to its end mark, promises to forget.
    pub(crate) fn promises(&self, answer: &[u32]) -> bool {
        self.forgotten.iter().any(|promise| promise == answer)
    }

    /// What it knows of topics in each language.
    pub(crate) fn leanings(&self) -> impl Iterator<Item = &Leaning> {
        self.recollections.iter().flat_map(|it| &it.leaning)
    }

    /// The topics that it knows, those of the first language first.
    pub(crate) fn topics(&self) -> impl Iterator<Item = &Topic> {
        self.leanings().flat_map(|leaning| &leaning.topics)
    }

    /// What makes a key of a row.
    pub(crate) const fn key_map(&self) -> Map {
        if self.key_power == 3 { Map::Sharp } else { Map::Key }
    }

    /// Refuses sizes that cannot run.
    ///
    /// # Errors
    /// [`Error::Config`] with the first rule that does not hold.
    pub fn check(&self) -> Result<(), Error> {
        let rules = [
            (self.vocabulary >= 8 && self.vocabulary <= 65_536, "vocabulary is between 8 and 65,536"),
            (self.heads > 0 && self.width.is_multiple_of(self.heads), "width is a multiple of heads"),
            (self.heads > 0 && HEAD_SIZES.contains(&self.head_size()), "the head size is 4, 8, 16 or 32"),
            (self.width <= 4096, "width is at most 4,096"),
            ((1..=64).contains(&self.blocks), "blocks is between 1 and 64"),
            (self.fixed_blocks < self.blocks, "the last block remembers"),
            (
                (1..=8192).contains(&self.units) && (1..=8192).contains(&self.hidden),
                "units and hidden are between 1 and 8,192",
            ),
            ((4..=1024).contains(&self.chunk), "chunk is between 4 and 1,024"),
            (matches!(self.key_power, 2 | 3), "the power of keys is 2 or 3"),
            (
                self.protection.is_none_or(|lambda| (0.01..=1000.0).contains(&lambda)),
                "protection is between 0.01 and 1,000",
            ),
            ((0.1..=10.0).contains(&self.opening_vigour), "the vigour of a first turn is between 0.1 and 10"),
            (self.protection.is_some() || !self.familiarity, "familiarity is read off a protection"),
            (self.protection.is_some() || self.declines.is_none(), "doubt is read off a protection"),
            (
                self.declines.is_none_or(|tokens| tokens.iter().all(|t| (*t as usize) < self.vocabulary)),
                "declining tokens are tokens",
            ),
            (
                self.recognition.as_ref().is_none_or(|it| it.is_whole(self.vocabulary)),
                "a recognition has a rarity for each token",
            ),
            (
                self.succession.as_ref().is_none_or(|it| it.is_whole(self.vocabulary)),
                "a usage has whole tables and weights that are not negative",
            ),
            (
                self.recollections.iter().all(Recollection::is_whole),
                "a recollection has words to begin with and whole hints",
            ),
            (
                self.recollections
                    .iter()
                    .flat_map(Recollection::tokens)
                    .all(|t| (t as usize) < self.vocabulary),
                "tokens of recollections are tokens",
            ),
            (
                self.forgotten.iter().all(|answer| (1..self.chunk).contains(&answer.len())),
                "an answer to a wish is shorter than a chunk",
            ),
            (
                self.chunk > 0
                    && self.periods.iter().flatten().all(|p| *p > 0 && p.is_multiple_of(self.chunk)),
                "periods are multiples of the chunk",
            ),
        ];
        match rules.into_iter().find(|(holds, _)| !holds) {
            None => Ok(()),
            Some((_, rule)) => Err(Error::Config { rule }),
        }
    }
}
