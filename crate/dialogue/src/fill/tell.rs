//! Telling facts, and correcting them.
use super::{Filler, Room, about, inverse, plain};
use crate::episode::{Exchange, Kind, Told, Written};
use crate::facts::Fact;
use crate::plan::{ConversationPlan, Families};
use crate::sentence::{Form, Sentence};

/// The most that a list has.
const LONGEST_LIST: usize = 4;

impl Filler<'_> {
    /// A new fact, of the families that came with corpus 5 or of the others.
    fn new_fact(&mut self, families: &Families) -> Option<Fact> {
        if *families == Families::default() {
            return self.world.new_fact();
        }
        let kind = self.world.draw.unit();
        let (habits, lists) = (families.habits, families.habits + families.lists);
        if kind < habits {
            self.world.habit()
        } else if kind < lists {
            self.world.item(LONGEST_LIST)
        } else if kind < lists + families.named {
            self.world.about_a_named_one().or_else(|| self.world.new_fact())
        } else {
            self.world.new_fact()
        }
    }

    /// Tells a new fact, now and then two; true if it fitted.
    pub(super) fn tell(&mut self, room: &mut Room, plan: &ConversationPlan) -> bool {
        let Some(mut fact) = self.new_fact(&plan.families) else { return false };
        let relation = self.world.relation(fact.relation_index);
        let first = self.world.draw.chance(plan.value_first);
        let form = if first { Form::ValueFirst } else { Form::Tell };
        let said =
            self.world.speaker.tell(&mut self.world.draw, relation, &fact.subject, &fact.value, None, form);
        let (assistant, value_in_assistant) = if form == Form::Tell {
            (relation.ack.to_owned(), None)
        } else {
            let again = self.world.speaker.restate(relation, &fact.subject, &fact.value);
            (again.text, again.value)
        };
        fact.profile =
            plan.families.profile > 0.0 && fact.subject.is_speaker() && form == Form::Tell && !relation.many;
        let written = if form == Form::Tell { Written::Here } else { Written::AtEnd };
        let exchange = Exchange {
            subject_in_user: fact.subject.places(&said.text),
            told: self.told(&fact, &said, written, &plan.families),
            user: said.text.clone(),
            assistant,
            kind: Kind::Tell,
            value_in_user: said.value.clone(),
            values_in_assistant: value_in_assistant.into_iter().collect(),
            about: Some(about(relation, &fact.subject)),
            fact: Some(self.world.facts.len()),
            told_in: Some(room.index),
            template: said.template.clone(),
            ..plain(String::new(), "", Kind::Tell, String::new())
        };
        self.world.spend(&fact.value);
        let (exchange, second) = if form == Form::Tell {
            self.doubled(&fact, said, exchange, &plan.families)
        } else {
            (exchange, None)
        };
        if !self.put(room, exchange) {
            return false;
        }
        room.last = None;
        second.iter().for_each(|second| self.world.spend(&second.value));
        for fact in std::iter::once(fact).chain(second) {
            self.told_in.push(room.index);
            self.world.facts.push(fact);
        }
        true
    }

    /// What a telling writes: the value under its fact's address; where families need it, the subject under the value's,
    /// and what the person tells of themselves under the address of all such things.
    pub(super) fn told(
        &self,
        fact: &Fact,
        said: &Sentence,
        written: Written,
        families: &Families,
    ) -> Vec<Told> {
        let relation = self.world.relation(fact.relation_index);
        let Some(place) = said.value.clone() else { return Vec::new() };
        let mut told = vec![Told { place: place.clone(), about: about(relation, &fact.subject), written }];
        if fact.profile {
            told.push(Told { place: place.clone(), about: inverse::PROFILE, written: Written::AtEnd });
        }
        if families.inverse > 0.0 && self.is_inverse(fact) {
            let noun = fact.subject.places(&said.text).into_iter().next();
            told.extend(noun.map(|noun| Told {
                // What stands before the noun says who it is only where the value does.
                written: if noun.start > place.start { Written::Here } else { Written::AtEnd },
                about: inverse::about(relation, &fact.value),
                place: noun,
            }));
        }
        told
    }

    /// Corrects one of the facts; true if it fitted.
    pub(super) fn fix(&mut self, room: &mut Room, families: &Families) -> bool {
        let index = self.world.draw.below(self.world.facts.len());
        if self.world.facts[index].forgotten || self.is_fixed(index) {
            return false;
        }
        let relation = self.world.relation(self.world.facts[index].relation_index);
        let Some(value) = self.world.fresh_value(relation.value) else { return false };
        let fact = &self.world.facts[index];
        if fact.subject.is_within(&value.text) {
            return false;
        }
        let said = self.world.speaker.tell(
            &mut self.world.draw,
            relation,
            &fact.subject,
            &value,
            Some(&fact.value),
            Form::Fix,
        );
        let again = self.world.speaker.restate(relation, &fact.subject, &value);
        let new = Fact { value: value.clone(), profile: false, ..fact.clone() };
        let exchange = Exchange {
            subject_in_user: fact.subject.places(&said.text),
            told: self.told(&new, &said, Written::Here, families),
            user: said.text,
            assistant: again.text,
            kind: Kind::Correct,
            value_in_user: said.value,
            values_in_assistant: again.value.into_iter().collect(),
            about: Some(about(relation, &fact.subject)),
            fact: Some(index),
            second: None,
            told_in: Some(room.index),
            repeated: false,
            corrected: true,
            template: said.template,
        };
        if !self.put(room, exchange) {
            return false;
        }
        self.world.spend(&value);
        self.told_in[index] = room.index;
        let old = std::mem::replace(&mut self.world.facts[index].value, value);
        self.world.facts[index].former.push(old);
        room.asked.retain(|i| *i != index);
        room.due = Some((index, self.world.draw.below(2)));
        true
    }
}
