//! What a person leans to ([`crate::leaning`]), and what of it above all.

use super::{Asked, extend, sure};
use crate::error::Error;
use crate::leaning::{EVIDENT, Leaning};
use crate::observe::{Levels, next_logits};
use crate::speak::Spoken;

/// So many things are recalled of a topic, to find what was dwelt on most.
const RECALLED: usize = 16;
/// Who says a whole thing says so much more than who says a part of it, in nats; "about Bach" says no more than "Bach".
const MORE: f32 = 4.0;

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
        let before =
            self.base.config.recollections.iter().take_while(|it| !std::ptr::eq(*it, self.recollection));
        let first = before.flat_map(|it| &it.leaning).map(|leaning| leaning.topics.len()).sum();
        let topic = self.memory.dwelling.leans(first, leaning).filter(|_| self.levels == Levels::On);
        let Some((place, topic)) = topic else { return Ok(None) };
        let mut said: Vec<Spoken> = sure(&topic.name).collect();
        let mut named = self.memory.clone();
        extend(&mut named, &topic.name);
        extend(&mut named, &leaning.above);
        let Some(mut logits) = next_logits(self.base, &named, self.levels).await? else { return Ok(None) };
        // Only what the person said may be what of it.
        for (token, logit) in (0..).zip(&mut logits) {
            *logit += if self.memory.dwelling.on(&[token]) > 0.0 { 0.0 } else { f32::NEG_INFINITY };
        }
        let items = self.begun(&named, &logits, |likely| likely.truncate(RECALLED)).await?;
        let dwelt = items.into_iter().map(|item| {
            let tokens: Vec<u32> = item.iter().map(|spoken| spoken.token).collect();
            (self.memory.dwelling.on(&tokens), tokens, item)
        });
        let evidence = |tokens: &[u32]| self.base.lore().evidence(tokens)[place];
        let of_it: Vec<_> = dwelt.filter(|(d, tokens, _)| *d > 0.0 && evidence(tokens) > EVIDENT).collect();
        // "Star" comes up with every star; whoever names one means that one.
        let is_part = |(d, tokens, _): &&(f32, Vec<u32>, _)| {
            let holds = |whole: &[u32]| {
                whole.windows(tokens.len()).any(|part| part == tokens)
                    && evidence(whole) > evidence(tokens) + MORE
            };
            of_it.iter().any(|(often, whole, _)| 2.0 * often >= *d && holds(whole))
        };
        // The likelier one on a tie: it comes first.
        let most = of_it
            .iter()
            .filter(|it| !is_part(it))
            .reduce(|most, next| if next.0 > most.0 { next } else { most });
        let most = most.map(|(_, _, item)| item.clone());
        if let Some(item) = most {
            said.extend(sure(&leaning.above).chain(item));
        }
        Ok(Some(said))
    }
}
