//! What a person comes back to, and what that is about: an interest that nobody ever told.
//!
//! The levels write errors (the delta rule), so what was told five times stands there as what was told once: they cannot count. What
//! can is a linear memory that adds up, the slowest of all. *Dwelling* counts topics and words:
//!
//! ```text
//! evidence_T = Σ w_T(i) + Σ w_T(h, i) − n      over the different tokens i of a turn of the person's, and the pairs h i of them
//! d_T ← d_T + 1        for the topic with the most evidence, if that is more than one nat
//! d_i ← d_i + 1        for each different token
//! d   ← d · 31/32      when a conversation ends, so that an interest that is over fades
//! ```
//!
//! What words are about is knowledge of the base: w_T, how much more often than by anything else they are said by who talks about the
//! topic T, and n, how many of them are said far more often by who talks about none (the log odds of a naive Bayes classifier, of which
//! only so much is kept; `nested-memory calibrate` counts them in conversations of training).
//!
//! The topic is the one with the highest d, if it came up twice. What of it above all is recalled by the levels, behind the topic's
//! name, as the items of a list are; of what they recall it is what was dwelt on most, whose rarest token has the highest d.

use crate::acquaintance::told;
use crate::config::Config;
use crate::event::Event;
use crate::hint::Hint;
use crate::table;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What is left of dwelling when a conversation ends.
const KEPT: f32 = 31.0 / 32.0;
/// Nobody comes back to anything more often than this, in thousands of turns without an end.
const MOST: f32 = 1e6;
/// A turn is about a topic that it has more evidence for than this, in nats.
pub(crate) const EVIDENT: f32 = 1.0;
/// What a person came back to no more often than this is nearly faded.
const FAINT: f32 = 0.5;
/// A topic is clear that came up twice not long ago.
const CLEAR: f32 = 1.5;

/// Bytes of words in a table,
const PAIR: usize = 4;
/// and of an entry in a topic's words.
const ENTRY: usize = PAIR + 1;
/// A nat is so much there.
const NAT: f32 = 16.0;

/// A token, or a token and the one before it.
pub type Words = [u32; 2];
/// In the place of the token before: a token alone.
pub const ALONE: u32 = u32::MAX;

/// What a base knows of topics in one language, and how it says that a person leans to one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaning {
    /// How a question for what a person likes is known.
    pub hint: Hint,
    /// What stands before the topic among all that is known of a person: "You seem to like".
    pub tell: Vec<u32>,
    /// Between the topic and what of it: ", above all".
    pub above: Vec<u32>,
    /// The topics.
    pub topics: Vec<Topic>,
    /// The words that speak against all of them: eight hexadecimal digits each, four for the token before, four for the token.
    pub others: String,
}

/// A topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// Its name, as an answer begins with it.
    pub name: Vec<u32>,
    /// The words that speak for it, and how much: ten hexadecimal digits each, four for the token before (all ones where it stands
    /// alone), four for the token, two for sixteenths of a nat.
    pub words: String,
}

impl Leaning {
    /// Whether it can be asked for and said.
    pub(crate) fn is_whole(&self) -> bool {
        let sound = |topic: &Topic| {
            let whole = topic.words.len() / (2 * ENTRY);
            !topic.name.is_empty() && table::is_whole(&topic.words, whole * ENTRY)
        };
        let others = table::is_whole(&self.others, self.others.len() / (2 * PAIR) * PAIR);
        self.hint.is_whole() && !self.above.is_empty() && others && self.topics.iter().all(sound)
    }

    /// The text of words that speak against all topics.
    #[must_use]
    pub fn others(words: &[Words]) -> String {
        table::text(words.iter().flat_map(|words| bytes(*words)))
    }

    /// Every token that it says.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = u32> {
        self.tell.iter().chain(&self.above).chain(self.topics.iter().flat_map(|topic| &topic.name)).copied()
    }
}

impl Topic {
    /// A topic with this name, and the words that speak for it.
    #[must_use]
    pub fn new(name: Vec<u32>, words: &[(Words, f32)]) -> Self {
        let nats = |nats: f32| (nats * NAT).round().clamp(0.0, 255.0) as u8;
        let entries =
            words.iter().flat_map(|(words, weight)| bytes(*words).into_iter().chain([nats(*weight)]));
        Self { name, words: table::text(entries) }
    }

    /// The words that speak for it, and how much, in nats.
    fn words(&self) -> impl Iterator<Item = (Words, f32)> {
        let entries = (0..self.words.len() / (2 * ENTRY)).map(|entry| ENTRY * entry);
        entries.map(|at| (words_at(&self.words, at), f32::from(table::byte(&self.words, at + PAIR)) / NAT))
    }
}

/// Words in a table.
fn bytes([before, token]: Words) -> [u8; PAIR] {
    let [a, b] = (before as u16).to_be_bytes();
    let [c, d] = (token as u16).to_be_bytes();
    [a, b, c, d]
}

/// The words at a place of a table.
fn words_at(table: &str, at: usize) -> Words {
    let [before, token] = [at, at + 2].map(|place| u32::from(table::number(table, place)));
    [if before == ALONE & 0xffff { ALONE } else { before }, token]
}

/// What a base knows of topics, by words.
#[derive(Debug, Clone, Default)]
pub struct Lore {
    /// For words the topics they speak for, and how much, in nats.
    of: BTreeMap<Words, Vec<(usize, f32)>>,
    /// What speaks against all topics.
    others: BTreeSet<Words>,
    topics: usize,
}

impl Lore {
    /// Of the topics of all languages.
    pub fn new<'a>(languages: impl Iterator<Item = &'a Leaning>) -> Self {
        let mut lore = Self::default();
        for leaning in languages {
            let others = (0..leaning.others.len() / (2 * PAIR)).map(|i| words_at(&leaning.others, PAIR * i));
            lore.others.extend(others);
            for topic in &leaning.topics {
                for (words, nats) in topic.words() {
                    lore.of.entry(words).or_default().push((lore.topics, nats));
                }
                lore.topics += 1;
            }
        }
        lore
    }

    /// How much some tokens, and the pairs of them, speak for each topic, in nats.
    #[must_use]
    pub fn evidence(&self, tokens: &[u32]) -> Vec<f32> {
        let words = words(tokens);
        let against = words.intersection(&self.others).count();
        let mut evidence = vec![-(against as f32); self.topics];
        for (topic, nats) in words.iter().filter_map(|words| self.of.get(words)).flatten() {
            evidence[*topic] += nats;
        }
        evidence
    }
}

/// The different tokens, and the pairs of them.
#[must_use]
pub fn words(tokens: &[u32]) -> BTreeSet<Words> {
    let alone = tokens.iter().map(|token| [ALONE, *token]);
    alone.chain(tokens.windows(2).map(|pair| [pair[0], pair[1]])).collect()
}

/// d of every token, and of every topic of every language; of nothing where a base knows no topics.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dwelling {
    tokens: Vec<f32>,
    topics: Vec<f32>,
}

impl Dwelling {
    /// On none of so many tokens and topics.
    #[must_use]
    pub fn new(tokens: usize, topics: usize) -> Self {
        Self { tokens: vec![0.0; tokens], topics: vec![0.0; topics] }
    }

    /// With these; `None` if one is no count.
    pub(crate) fn of(tokens: Vec<f32>, topics: Vec<f32>) -> Option<Self> {
        let sound = tokens.iter().chain(&topics).all(|d| (0.0..=MOST).contains(d));
        sound.then_some(Self { tokens, topics })
    }

    /// d of every token.
    #[must_use]
    pub fn tokens(&self) -> &[f32] {
        &self.tokens
    }

    /// d of every topic: those of the first language first.
    #[must_use]
    pub fn topics(&self) -> &[f32] {
        &self.topics
    }

    /// How often a person came back to some tokens together: as often as to the rarest of them, at most.
    #[must_use]
    pub fn on(&self, tokens: &[u32]) -> f32 {
        let d = |token: &u32| self.tokens.get(*token as usize).copied().unwrap_or(0.0);
        tokens.iter().map(d).reduce(f32::min).unwrap_or(0.0)
    }

    /// The topics that a person came back to, by name, in tokens, and how often; most first, but for what is nearly faded.
    #[must_use]
    pub fn named<'a>(&self, config: &'a Config) -> Vec<(&'a [u32], f32)> {
        let topics = config.topics().map(|topic| topic.name.as_slice()).zip(self.topics.iter().copied());
        let mut topics: Vec<(&[u32], f32)> = topics.filter(|(_, often)| *often > FAINT).collect();
        topics.sort_by(|a, b| b.1.total_cmp(&a.1));
        topics
    }

    /// Of the topics of a language, which are the base's from `first` on, the one that is clear.
    pub(crate) fn leans<'a>(&self, first: usize, leaning: &'a Leaning) -> Option<(usize, &'a Topic)> {
        let of = (first..).zip(&leaning.topics).zip(self.topics.get(first..).unwrap_or_default());
        let (topic, d) = of.max_by(|a, b| a.1.total_cmp(b.1))?;
        (*d >= CLEAR).then_some(topic)
    }

    /// Takes in the lessons among the tokens that were just learned; `lessons`: which of the writes were some.
    pub(crate) fn meets(&mut self, lore: &Lore, lessons: &[bool], learned: &[Event]) {
        if self.tokens.is_empty() {
            return;
        }
        let told: Vec<u32> = told(lessons, learned).map(|(token, _)| token).collect();
        let evidence = lore.evidence(&told).into_iter().zip(&mut self.topics);
        let about = evidence.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(nats, _)| *nats > EVIDENT);
        let again = |d: &mut f32| *d = (*d + 1.0).min(MOST);
        about.map(|(_, d)| d).into_iter().for_each(again);
        for token in told.into_iter().collect::<BTreeSet<u32>>() {
            self.tokens.get_mut(token as usize).into_iter().for_each(again);
        }
    }

    /// A conversation is over.
    pub(crate) fn fade(&mut self) {
        self.tokens.iter_mut().chain(&mut self.topics).for_each(|d| *d *= KEPT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hint::PLACES;

    fn write(token: u32) -> Event {
        Event::written(token, 0.3)
    }

    #[test]
    fn who_comes_back_to_something_leans_to_what_it_is_about() {
        let topic = |name, words: &[(Words, f32)]| Topic::new(vec![name], words);
        let topics = vec![topic(1, &[([ALONE, 10], 1.0), ([10, 11], 3.0)]), topic(2, &[([ALONE, 12], 5.0)])];
        let leaning = Leaning {
            hint: Hint::new(0.0, &[0.0; PLACES]),
            above: vec![9],
            tell: vec![8],
            topics,
            others: Leaning::others(&[[ALONE, 13], [12, 14]]),
        };
        assert!(leaning.is_whole());
        let lore = Lore::new([&leaning].into_iter());
        assert_eq!(lore.evidence(&[9, 10, 11, 12]), [4.0, 5.0]);
        assert_eq!(lore.evidence(&[12, 14, 13]), [-2.0, 3.0]);
        let mut dwelling = Dwelling::new(16, 3);
        let hears = |dwelling: &mut Dwelling, told: &[u32]| {
            let writes: Vec<Event> = told.iter().map(|token| write(*token)).collect();
            dwelling.meets(&lore, &vec![true; told.len()], &writes);
        };
        let leans = |dwelling: &Dwelling| dwelling.leans(0, &leaning).map(|(_, topic)| topic.name[0]);
        hears(&mut dwelling, &[12, 12]);
        assert_eq!(leans(&dwelling), None, "said once is no leaning");
        assert!((dwelling.on(&[12]) - 1.0).abs() < 1e-6, "once a turn");
        hears(&mut dwelling, &[12]);
        assert_eq!(leans(&dwelling), Some(2));
        (0..3).for_each(|_| hears(&mut dwelling, &[11, 10]));
        assert_eq!(leans(&dwelling), Some(2), "one of the words alone is little evidence");
        (0..3).for_each(|_| hears(&mut dwelling, &[10, 11]));
        assert_eq!(leans(&dwelling), Some(1));
        let other = dwelling.leans(1, &leaning).map(|(at, topic)| (at, topic.name[0]));
        assert_eq!(other, Some((1, 1)), "another language's are others");
        assert!((dwelling.on(&[10, 12]) - 2.0).abs() < 1e-6 && dwelling.on(&[]) == 0.0);
        (0..32).for_each(|_| dwelling.fade());
        assert_eq!(leans(&dwelling), None, "it fades");
        let before = dwelling.clone();
        dwelling.meets(&lore, &[false], &[write(12)]);
        assert_eq!(dwelling, before, "only what the person says counts");
        assert!([-1.0, f32::NAN, 2.0 * MOST].iter().all(|d| Dwelling::of(Vec::new(), vec![*d]).is_none()));
    }
}
