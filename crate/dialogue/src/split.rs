//! What is for training and what is kept back, decided by the text itself.
use crate::names::is_of_sounds;
use crate::tongue::Tongue;
use std::collections::HashSet;

/// The two halves of the language. Nothing that fills a held-out episode is ever seen in training.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Split {
    /// Subjects, values and phrasings that training may use.
    Train,
    /// Subjects, value stems and phrasings that no training episode contains.
    HeldOut,
}

/// The share that is held out, in per mille.
const HELD_OUT: u64 = 120;

/// Where FNV-1a begins.
pub(crate) const FNV: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a of more bytes; fixed for ever, unlike the hash of the standard library.
pub(crate) fn fnv(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// FNV-1a with a finishing mix.
pub(crate) fn stable_hash(text: &str) -> u64 {
    let mut h = fnv(FNV, text.as_bytes());
    h = (h ^ (h >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    h ^ (h >> 33)
}

/// The side of a text by its hash alone.
pub(crate) fn hashed_side(text: &str) -> Split {
    if stable_hash(text) % 1000 < HELD_OUT { Split::HeldOut } else { Split::Train }
}

/// So many of a section's first lines are its plainest.
pub(crate) const PLAINEST: usize = 4;

/// The side of a phrasing, a core behind an opener.
///
/// The plainest cores with nothing before them belong to training: they are what people say most, so a memory that never
/// heard them is of no use. All else is decided by the whole text (`template`) alone.
pub(crate) fn phrasing_side(template: &str, opener: &str, core: &str, cores: &[&str]) -> Split {
    let plain = opener.is_empty() && cores.iter().take(PLAINEST).any(|plain| *plain == core);
    if plain { Split::Train } else { hashed_side(template) }
}

/// Decides for words. Words that the phrasings themselves use belong to training, else a template would give a
/// held-out word away.
///
/// In English by the last word of an entry, so that a compound stays with its head. Chinese does not part its words, so
/// there the whole entry decides, and what is within a template's text is a word that the template uses.
#[derive(Clone, Debug, Default)]
pub(crate) struct Divider {
    tongue: Tongue,
    shared: HashSet<String>,
    shared_text: String,
    real: HashSet<String>,
}

impl Divider {
    /// A divider which knows the words of all templates and of all lists.
    pub(crate) fn new<'a>(
        tongue: Tongue,
        templates: impl Iterator<Item = &'a str>,
        lists: impl Iterator<Item = &'a str>,
    ) -> Self {
        let templates: Vec<&str> = templates.collect();
        Self {
            tongue,
            shared: templates.iter().flat_map(|text| words(text)).collect(),
            shared_text: if tongue == Tongue::Chinese { templates.concat() } else { String::new() },
            real: lists.flat_map(words).collect(),
        }
    }

    /// The language it divides.
    pub(crate) fn tongue(&self) -> Tongue {
        self.tongue
    }

    /// Whether an invented word is invented indeed, and on the wanted side.
    pub(crate) fn allows(&self, invented: &str, split: Split) -> bool {
        let clean = split == Split::HeldOut || !self.hides_a_name(invented);
        clean
            && self.side(invented) == split
            && !self.real.contains(invented)
            && !self.shared.contains(invented)
    }

    /// Whether a part of a Chinese word is a name that may be invented for the held-out side: nothing parts words there,
    /// so a name could be seen in training within a longer one.
    pub(crate) fn hides_a_name(&self, word: &str) -> bool {
        if self.tongue == Tongue::English {
            return false;
        }
        let ends: Vec<usize> = word.char_indices().map(|(i, _)| i).chain([word.len()]).collect();
        let mut parts = (0..ends.len()).flat_map(|a| (a + 2..ends.len()).map(move |b| (a, b)));
        parts.any(|(a, b)| {
            let part = &word[ends[a]..ends[b]];
            is_of_sounds(part) && self.side(part) == Split::HeldOut
        })
    }

    /// The side of an entry (one or more words).
    pub(crate) fn side(&self, entry: &str) -> Split {
        if self.tongue == Tongue::Chinese {
            let used = entry.chars().count() < 2 || self.shared_text.contains(entry);
            return if used { Split::Train } else { hashed_side(entry) };
        }
        match words(entry).last() {
            Some(head) if self.shared.contains(&head) => Split::Train,
            Some(head) => hashed_side(&head),
            None => Split::Train,
        }
    }
}

/// The words of a text in lower case.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase)
}
