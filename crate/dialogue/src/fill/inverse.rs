//! Asking for whom something is true: "Who is Rex?" – "Your dog."
use super::{Filler, Room, plain};
use crate::episode::{Exchange, Kind};
use crate::facts::relation::Relation;
use crate::facts::{Fact, Value};
use crate::split::stable_hash;
use crate::tongue::Tongue;

/// The address of all that a person told of themselves.
pub(super) const PROFILE: u64 = 1;
/// The address of what a person seems to like.
pub(super) const INTEREST: u64 = 2;

/// A relation's value as one number: the address of the one of whom it is true.
pub(super) fn about(relation: &Relation, value: &Value) -> u64 {
    stable_hash(&format!("{}\nof whom\n{}", relation.name, value.text))
}

/// "your dog" for "my dog", and where the noun stands in it.
pub(crate) fn yours(tongue: Tongue, fact: &Fact) -> (String, std::ops::Range<usize>) {
    let text = match tongue {
        Tongue::English => format!(" {}.", fact.subject.text.replacen("my ", "Your ", 1)),
        Tongue::Chinese => format!("{}。", fact.subject.text.replacen('我', "你", 1)),
    };
    let at = text.find(&fact.subject.noun).unwrap_or_default();
    (text, at..at + fact.subject.noun.len())
}

impl Filler<'_> {
    /// Whether one may ask of whom the fact's value is true.
    pub(super) fn is_inverse(&self, fact: &Fact) -> bool {
        let relation = self.world.relation(fact.relation_index);
        fact.inverse
            && fact.alias.is_none()
            && fact.subject.is_plain()
            && self.world.speaker.language.is_inverse(relation)
    }

    /// Asks for whom a value is true; `None` where there is nothing to ask for.
    pub(super) fn ask_inverse(&mut self, room: &mut Room) -> Option<bool> {
        let asked = |i: &usize| self.is_inverse(&self.world.facts[*i]) && !self.world.facts[*i].forgotten;
        let fits: Vec<usize> = (0..self.world.facts.len()).filter(asked).collect();
        if fits.is_empty() {
            return None;
        }
        let index = self.world.draw.pick(&fits);
        let fact = self.world.facts[index].clone();
        let relation = self.world.relation(fact.relation_index);
        if self.world.draw.chance(0.2) {
            let value = self.world.fresh_value(relation.value)?;
            let said = self.world.speaker.ask_inverse(&mut self.world.draw, relation, &value)?;
            let exchange = self.in_vain(said, about(relation, &value));
            self.world.spend(&value);
            return Some(self.put(room, exchange));
        }
        let said = self.world.speaker.ask_inverse(&mut self.world.draw, relation, &fact.value)?;
        let (answer, noun) = yours(self.world.speaker.language.tongue, &fact);
        let exchange = plain(said.text, &answer, Kind::AskInverse, said.template);
        Some(
            self.put(
                room,
                Exchange {
                    // The value is an open word here as it is in its telling.
                    subject_in_user: exchange
                        .user
                        .find(&fact.value.text)
                        .map(|at| at..at + fact.value.text.len())
                        .into_iter()
                        .collect(),
                    values_in_assistant: vec![noun],
                    about: Some(about(relation, &fact.value)),
                    fact: Some(index),
                    told_in: Some(self.told_in[index]),
                    ..exchange
                },
            ),
        )
    }
}
