//! What texts were made of: by this one can see that training has nothing of what an examination uses.
use crate::episode::Episode;
use crate::facts::{Subject, Value};
use std::collections::BTreeSet;

/// Words and phrasings, in lower case.
///
/// Topics of interests and what belongs to them are not among them: they are the same on both sides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ingredients {
    /// Nouns, owners and names of subjects, stems of values.
    pub words: BTreeSet<String>,
    /// Phrasings: opener and core.
    pub phrasings: BTreeSet<String>,
}

impl Ingredients {
    /// What an episode was made of.
    pub fn of(episode: &Episode) -> Self {
        let mut all = Self::default();
        for subject in episode.facts.iter().map(|fact| &fact.subject).chain(&episode.strangers) {
            all.subject(subject);
        }
        for value in episode.facts.iter().flat_map(|fact| fact.former.iter().chain([&fact.value])) {
            all.value(value);
        }
        for exchange in episode.conversations.iter().flat_map(|part| &part.exchanges) {
            all.phrasing(&exchange.template);
            exchange.second.iter().for_each(|second| all.phrasing(&second.template));
        }
        all
    }

    /// Notes the words of a subject.
    pub(crate) fn subject(&mut self, subject: &Subject) {
        for word in subject.parts.iter().chain([&subject.noun]) {
            self.word(word);
        }
    }

    /// Notes the stems of a value.
    pub(crate) fn value(&mut self, value: &Value) {
        for stem in &value.stems {
            self.word(stem);
        }
    }

    /// Notes a phrasing.
    pub(crate) fn phrasing(&mut self, template: &str) {
        self.phrasings.insert(template.to_lowercase());
    }

    fn word(&mut self, word: &str) {
        if !word.is_empty() {
            self.words.insert(word.to_lowercase());
        }
    }

    /// Adds what others are made of.
    pub fn absorb(&mut self, others: &Self) {
        self.words.extend(others.words.iter().cloned());
        self.phrasings.extend(others.phrasings.iter().cloned());
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.words.len() + self.phrasings.len()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What both have.
    pub fn shared(&self, others: &Self) -> Vec<String> {
        let words = self.words.intersection(&others.words);
        words.chain(self.phrasings.intersection(&others.phrasings)).cloned().collect()
    }
}
