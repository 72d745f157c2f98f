//! Questions whose answer is everything: what is on a list, what a person told of themselves. The newest comes first.
use super::inverse::PROFILE;
use super::{Filler, Room, about, plain};
use crate::episode::{Exchange, Kind};
use crate::sentence::Sentence;
use crate::tongue::Tongue;
use std::ops::Range;

/// More than so many things are not told in one breath.
const MOST: usize = 3;

/// " Anna, Ben." and where each of them stands.
pub(crate) fn joined(tongue: Tongue, values: &[&str]) -> (String, Vec<Range<usize>>) {
    let [between, stop] = tongue.points();
    let mut text = tongue.blank().to_owned();
    let mut places = Vec::with_capacity(values.len());
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            text.push_str(between);
            text.push_str(tongue.blank());
        }
        places.push(text.len()..text.len() + value.len());
        text.push_str(value);
    }
    text.push_str(stop);
    (text, places)
}

impl Filler<'_> {
    /// Facts that cannot be corrected or forgotten: items of lists, and names by which something else was told.
    pub(super) fn is_fixed(&self, index: usize) -> bool {
        let fact = &self.world.facts[index];
        let is_name = |f: &crate::facts::Fact| f.alias.is_some() && f.subject.noun == fact.value.text;
        self.world.relation(fact.relation_index).many || self.world.facts.iter().any(is_name)
    }

    /// Asks for the list that a fact belongs to.
    pub(super) fn ask_list(&mut self, room: &mut Room, index: usize) -> bool {
        let fact = &self.world.facts[index];
        let (relation_index, subject) = (fact.relation_index, fact.subject.clone());
        let relation = self.world.relation(relation_index);
        let said = self.world.speaker.ask(&mut self.world.draw, relation, &subject);
        let items: Vec<usize> = (0..self.world.facts.len())
            .filter(|i| self.world.facts[*i].relation_index == relation_index)
            .collect();
        let fits = self.ask_all(room, said, &items, about(relation, &subject));
        if fits {
            room.asked.extend(items);
            room.last = Some(index);
        }
        fits
    }

    /// Asks for all that the person told of themselves; `None` where that cannot be answered.
    pub(super) fn ask_profile(&mut self, room: &mut Room) -> Option<bool> {
        let all: Vec<usize> = (0..self.world.facts.len())
            .filter(|i| self.world.facts[*i].subject.is_speaker())
            .filter(|i| !self.world.relation(self.world.facts[*i].relation_index).many)
            .collect();
        let told = |i: &usize| self.world.facts[*i].profile && self.world.facts[*i].stands();
        if all.len() > MOST || !all.iter().all(told) {
            return None;
        }
        let profile = &self.world.speaker.language.profile;
        let said = self.world.speaker.ask_plainly(&mut self.world.draw, "profile", profile);
        if all.is_empty() {
            let exchange = self.in_vain(said, PROFILE);
            return Some(self.put(room, exchange));
        }
        Some(self.ask_all(room, said, &all, PROFILE))
    }

    /// A question with several facts for an answer.
    fn ask_all(&mut self, room: &mut Room, said: Sentence, facts: &[usize], about: u64) -> bool {
        let values: Vec<&str> =
            facts.iter().rev().map(|i| self.world.facts[*i].value.text.as_str()).collect();
        let (answer, places) = joined(self.world.speaker.language.tongue, &values);
        let exchange = Exchange {
            values_in_assistant: places,
            about: Some(about),
            fact: facts.last().copied(),
            told_in: facts.iter().map(|i| self.told_in[*i]).min(),
            ..plain(said.text, &answer, Kind::AskAll, said.template)
        };
        self.put(room, exchange)
    }

    /// A question that is answered by the refusal.
    pub(super) fn in_vain(&self, said: Sentence, about: u64) -> Exchange {
        let unknown = self.world.speaker.language.unknown;
        Exchange { about: Some(about), ..plain(said.text, unknown, Kind::AskUnknown, said.template) }
    }
}
