//! Two facts in one turn.
use super::{Filler, about, inverse};
use crate::episode::{Exchange, Second, Written};
use crate::facts::Fact;
use crate::plan::Families;
use crate::sentence::Sentence;

/// The share of tellings that tell a second fact as well.
const DOUBLED: f64 = 0.2;

impl Filler<'_> {
    /// Lets a telling go on with another fact now and then.
    pub(super) fn doubled(
        &mut self,
        first: &Fact,
        said: Sentence,
        exchange: Exchange,
        families: &Families,
    ) -> (Exchange, Option<Fact>) {
        let relation = self.world.relation(first.relation_index);
        if relation.many || first.subject.category == "trigger" || !self.world.draw.chance(DOUBLED) {
            return (exchange, None);
        }
        let Some((mut second, same)) = self.world.second(first) else { return (exchange, None) };
        let relation = self.world.relation(second.relation_index);
        let (speaker, draw) = (self.world.speaker, &mut self.world.draw);
        let also = speaker.also(draw, said, relation, (&second.subject, &second.value), same);
        second.profile = first.profile && second.subject.is_speaker();
        let sentence = Sentence { value: Some(also.value.clone()), ..also.sentence };
        let mut told = self.told(&second, &sentence, Written::Here, families);
        // The turn's end is told to one address at most.
        told.retain(|told| told.written == Written::Here || second.profile);
        let by_value = inverse::about(relation, &second.value);
        second.inverse = told.iter().any(|told| told.about == by_value);
        let mut subjects = exchange.subject_in_user;
        subjects.extend(second.subject.places(&sentence.text));
        let second_told = Second {
            fact: exchange.fact.map_or(0, |first| first + 1),
            about: about(relation, &second.subject),
            value_in_user: also.value,
            template: also.template,
        };
        let exchange = Exchange {
            user: sentence.text,
            subject_in_user: subjects,
            told: exchange.told.into_iter().chain(told).collect(),
            second: Some(second_told),
            ..exchange
        };
        (exchange, Some(second))
    }
}
