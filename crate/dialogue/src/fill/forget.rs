//! Asking to forget a fact, and asking for it afterwards.
use super::{Filler, Room, about, plain};
use crate::episode::{Exchange, Kind, Told, Written};

impl Filler<'_> {
    /// The facts that were forgotten, or those that were not.
    fn facts(&self, forgotten: bool) -> Vec<usize> {
        (0..self.world.facts.len()).filter(|i| self.world.facts[*i].forgotten == forgotten).collect()
    }

    /// Asks to forget one of the facts; true if it fitted.
    pub(super) fn forget(&mut self, room: &mut Room) -> bool {
        let mut kept = self.facts(false);
        kept.retain(|index| !self.is_fixed(*index));
        // A person who wants everything forgotten starts over.
        if kept.len() < 2 {
            return false;
        }
        let index = self.world.draw.pick(&kept);
        let fact = &self.world.facts[index];
        let relation = self.world.relation(fact.relation_index);
        let (said, verb) = self.world.speaker.forget(&mut self.world.draw, relation, &fact.subject);
        let places = fact.subject.places(&said.text);
        let about = about(relation, &fact.subject);
        let told_in = Some(self.told_in[index]);
        let exchange = plain(said.text, self.world.speaker.language.forgotten, Kind::Forget, said.template);
        let exchange = Exchange {
            subject_in_user: places,
            told: vec![Told { place: verb, about, written: Written::Wish }],
            about: Some(about),
            fact: Some(index),
            told_in,
            ..exchange
        };
        let fits = self.put(room, exchange);
        if fits {
            self.world.facts[index].forgotten = true;
            room.due = room.due.filter(|(due, _)| *due != index);
        }
        fits
    }

    /// Asks for a forgotten fact, if there is one; true if it fitted.
    pub(super) fn ask_forgotten(&mut self, room: &mut Room) -> bool {
        let forgotten = self.facts(true);
        if forgotten.is_empty() {
            return false;
        }
        let index = self.world.draw.pick(&forgotten);
        let fact = &self.world.facts[index];
        let (relation, subject) = (fact.relation_index, fact.subject.clone());
        self.ask_in_vain(room, relation, &subject, Some(index))
    }
}
