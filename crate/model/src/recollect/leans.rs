//! What a person leans to ([`crate::leaning`]), and what of it above all.

use super::{Asked, extend, likely, sure};
use crate::error::Error;
use crate::leaning::{EVIDENT, Leaning};
use crate::observe::{Levels, next_logits};
use crate::speak::Spoken;

/// So many things are recalled of a topic, to find what was dwelt on most.
const RECALLED: usize = 16;
/// Who says a whole thing says so much more than who says a part of it, in nats; "about Bach" says no more than "Bach".
const MORE: f32 = 4.0;

/// What a person said of a topic.
struct Thing {
    item: Vec<Spoken>,
    tokens: Vec<u32>,
    dwelt: f32,
    /// How much it speaks for the topic, in nats.
    evidence: f32,
}

impl Thing {
    /// Whether it is a part of what was meant: "star" comes up with every star, and whoever names one means that one.
    fn is_part(&self, whole: &Self) -> bool {
        2.0 * whole.dwelt >= self.dwelt
            && whole.evidence > self.evidence + MORE
            && whole.tokens.windows(self.tokens.len()).any(|part| part == self.tokens)
    }
}

impl Asked<'_> {
    /// The answer that names what a person leans to.
    pub(super) async fn leans(self, leaning: &Leaning) -> Result<Vec<Spoken>, Error> {
        let Some(mut said) = self.leaning(leaning).await? else { return Ok(self.nothing()) };
        said.extend(sure(&[self.recollection.stop, self.words.end]));
        said.truncate(self.words.most);
        Ok(said)
    }

    /// The topic that a person leans to, and what of it above all; `None` where that is not clear.
    pub(super) async fn leaning(self, leaning: &Leaning) -> Result<Option<Vec<Spoken>>, Error> {
        let before = self.base.config.leanings().take_while(|it| !std::ptr::eq(*it, leaning));
        let first = before.map(|leaning| leaning.topics.len()).sum();
        let topic = self.memory.dwelling.leans(first, leaning).filter(|_| self.levels == Levels::On);
        let Some((place, topic)) = topic else { return Ok(None) };
        let mut said: Vec<Spoken> = sure(&topic.name).collect();
        let mut named = self.memory.clone();
        extend(&mut named, &topic.name);
        extend(&mut named, &leaning.above);
        let Some(logits) = next_logits(self.base, &named, self.levels).await? else { return Ok(None) };
        // Only what the person said may be what of it.
        let dwelling = &self.memory.dwelling;
        let mut firsts = likely(&logits, |token| self.may_begin(token) && dwelling.on(&[token]) > 0.0);
        firsts.truncate(RECALLED);
        let things = self.begun(&named, firsts).await?.into_iter().map(|item| {
            let tokens: Vec<u32> = item.iter().map(|spoken| spoken.token).collect();
            let (dwelt, evidence) = (dwelling.on(&tokens), self.base.lore().evidence(&tokens)[place]);
            Thing { item, tokens, dwelt, evidence }
        });
        let things: Vec<Thing> =
            things.filter(|thing| thing.dwelt > 0.0 && thing.evidence > EVIDENT).collect();
        let whole = things.iter().filter(|thing| !things.iter().any(|other| thing.is_part(other)));
        // The likelier one on a tie: it comes first.
        let most = whole.reduce(|most, next| if next.dwelt > most.dwelt { next } else { most });
        if let Some(Thing { item, .. }) = most {
            said.extend(sure(&leaning.above).chain(item.iter().copied()));
        }
        Ok(Some(said))
    }
}
