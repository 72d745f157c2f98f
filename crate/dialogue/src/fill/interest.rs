//! Interests that are never told: a person dwells on something again and again.
use super::inverse::INTEREST;
use super::{Filler, Room, plain};
use crate::draw::Draw;
use crate::episode::{Exchange, Kind, Told, Written};
use crate::facts::Value;
use crate::language::Language;
use std::collections::BTreeMap;

/// What a person dwells on. Topics and entities are places in [`Language::topics`].
#[derive(Clone, Debug)]
pub(crate) struct Interest {
    topic: usize,
    favourite: usize,
    others: [usize; 2],
    /// How often what was mentioned.
    mentioned: BTreeMap<(usize, usize), usize>,
    /// In which conversation first.
    since: Option<usize>,
}

impl Interest {
    /// An interest, the one thing of it that comes up most, and two topics that come up by the way.
    pub(crate) fn draw(draw: &mut Draw, language: &Language) -> Self {
        let count = language.topics.len();
        let topic = draw.below(count);
        let other = |draw: &mut Draw| (topic + 1 + draw.below(count - 1)) % count;
        Self {
            topic,
            favourite: draw.below(language.topics[topic].1.len()),
            others: [other(draw), other(draw)],
            mentioned: BTreeMap::new(),
            since: None,
        }
    }

    /// What comes up next, and notes it.
    pub(crate) fn mention(&mut self, draw: &mut Draw, language: &Language) -> &'static str {
        let topic = if draw.chance(0.72) { self.topic } else { draw.pick(&self.others) };
        let favourite = topic == self.topic && draw.chance(0.5);
        let entity = if favourite { self.favourite } else { draw.below(language.topics[topic].1.len()) };
        *self.mentioned.entry((topic, entity)).or_default() += 1;
        language.topics[topic].1[entity]
    }

    /// What they seem to like, and above all what of it, if that is clear by now.
    pub(crate) fn clear(&self, language: &Language) -> Option<(&'static str, &'static str)> {
        let mut topics: BTreeMap<usize, usize> = BTreeMap::new();
        for ((topic, _), count) in &self.mentioned {
            *topics.entry(*topic).or_default() += count;
        }
        let topic = leader(topics, 2)?;
        let of_it = self.mentioned.iter().filter(|((t, _), _)| *t == topic);
        let entity = leader(of_it.map(|((_, entity), count)| (*entity, *count)).collect(), 1)?;
        let (name, entities) = &language.topics[topic];
        Some((name, entities[entity]))
    }
}

/// Who is so many ahead of everybody else.
fn leader(counts: BTreeMap<usize, usize>, ahead: usize) -> Option<usize> {
    let mut order: Vec<(usize, usize)> = counts.into_iter().collect();
    order.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let second = order.get(1).map_or(0, |(_, count)| *count);
    order.first().filter(|(_, count)| *count >= second + ahead).map(|(leader, _)| *leader)
}

/// " classical music, above all Bach." and where Bach stands.
pub(crate) fn named(language: &Language, topic: &str, entity: &str) -> (String, std::ops::Range<usize>) {
    let frame = language.interest.header("answer");
    let before = frame.split("{E}").next().unwrap_or_default().replace("{T}", topic);
    let start = language.tongue.blank().len() + before.len();
    let text = frame.replace("{T}", topic).replace("{E}", entity);
    (format!("{}{text}", language.tongue.blank()), start..start + entity.len())
}

impl Filler<'_> {
    /// Dwells on something, or asks what the person seems to like.
    pub(super) fn dwell(&mut self, room: &mut Room) -> bool {
        let language = self.world.speaker.language;
        let Some(mut interest) = self.interest.clone() else { return false };
        let clear = interest.clear(language).filter(|_| self.world.draw.chance(0.45));
        if clear.is_some() || (interest.since.is_none() && self.world.draw.chance(0.1)) {
            let (draw, speaker) = (&mut self.world.draw, self.world.speaker);
            let said = speaker.ask_plainly(draw, "interest", &language.interest);
            let exchange = match clear {
                None => self.in_vain(said, INTEREST),
                Some((topic, entity)) => {
                    let (answer, place) = named(language, topic, entity);
                    Exchange {
                        values_in_assistant: vec![place],
                        about: Some(INTEREST),
                        told_in: interest.since,
                        ..plain(said.text, &answer, Kind::AskInterest, said.template)
                    }
                }
            };
            return self.put(room, exchange);
        }
        let text = interest.mention(&mut self.world.draw, language).to_owned();
        interest.since = interest.since.or(Some(room.index));
        let said = self.world.speaker.mention(&mut self.world.draw, &Value { text, stems: Vec::new() });
        let told = said.value.clone().map(|place| Told { place, about: INTEREST, written: Written::AtEnd });
        let reply = language.interest.lines("reply").first().copied().unwrap_or_default();
        let exchange = Exchange {
            told: told.into_iter().collect(),
            value_in_user: said.value,
            ..plain(said.text, reply, Kind::Mention, said.template)
        };
        let fits = self.put(room, exchange);
        if fits {
            self.interest = Some(interest);
        }
        fits
    }
}
