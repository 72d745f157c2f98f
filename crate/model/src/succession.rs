//! Succession: which words a memory heard after which.
//!
//! Who recalls "storms" and not how it went on may say "stormsey": under one address the levels of a full memory give a mixture. Of sixty
//! facts asked with base v3.4, two wrong English answers in three began with the right token and were lost behind it. Which
//! token ever came after which needs no address. So, as [`crate::acquaintance`] recognises words, a table of 2¹⁶ plastic bits recognises
//! their order, of pairs and of triples within a turn ([`nested_memory_kernels::decode::succession`], where the formula stands). It answers
//! nothing: it holds it against a token that nobody ever said it after these.
//!
//! What the base says of itself ("I don't know yet", "Your …" for "my …") was never told, so a base brings its own bits:
//! its [`Usage`], which `nested-memory calibrate` finds in conversations of training. As nothing is ever unset, a table of a long life holds
//! less and less against anything; of 60 facts it has some 3 %, and the base's own 2 %.

use crate::acquaintance;
use crate::base::Base;
use crate::config::Config;
use crate::event::Event;
use crate::listener::Marks;
use crate::memory::Memory;
use crate::observe::Levels;
use crate::table;
use nested_memory_kernels::decode::Order;
use nested_memory_kernels::decode::succession::{ANY, BITS, EDGE, NUMBERS, STOPS, is_set, place};
use serde::{Deserialize, Serialize};

/// A turn that is written less than this makes nothing known, 1 being a full write.
const WRITTEN: f32 = 0.5;

/// What a base says without having been told, and how much it minds what was never told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// Its own bits: four hexadecimal digits for each number of the table.
    pub own: String,
    /// A bit for each token of the vocabulary, eight in two digits: whether a word is over where it begins.
    pub begins: String,
    /// The tokens that end a value.
    pub stops: [u32; STOPS],
    /// What is held against a token after one, or after two, that it was never told after: in nats.
    pub untold: f32,
    /// What is held against the end of a value where no word ever ended.
    pub unended: f32,
}

impl Usage {
    /// Of a base's own bits, and of whether a word is over where each token begins.
    #[must_use]
    pub fn new(own: &Succession, begins: &[bool], stops: [u32; STOPS], [untold, unended]: [f32; 2]) -> Self {
        let byte = |bits: &[bool]| bits.iter().enumerate().map(|(i, bit)| u8::from(*bit) << i).sum();
        let begins = table::text(begins.chunks(8).map(byte));
        let own = table::text(own.0.iter().flat_map(|number| number.to_be_bytes()));
        Self { own, begins, stops, untold, unended }
    }

    /// Whether it is one for so many tokens.
    pub(crate) fn is_whole(&self, vocabulary: usize) -> bool {
        let weighs = |weight: f32| (0.0..=100.0).contains(&weight);
        table::is_whole(&self.own, 2 * NUMBERS)
            && table::is_whole(&self.begins, vocabulary.div_ceil(8))
            && self.stops.iter().all(|stop| (*stop as usize) < vocabulary)
            && weighs(self.untold)
            && weighs(self.unended)
    }

    /// The base's own bits.
    #[must_use]
    pub fn own(&self) -> Succession {
        Succession((0..NUMBERS).map(|i| table::number(&self.own, 2 * i)).collect())
    }

    fn begins(&self, token: u32) -> bool {
        let token = token as usize;
        (table::byte(&self.begins, token / 8) >> (token % 8)) & 1 == 1
    }

    fn order(&self, Marks { assistant, end, .. }: Marks) -> Order {
        let Self { untold, unended, stops, .. } = *self;
        Order { untold, unended, stops, begin: assistant, end }
    }
}

/// The bits of a table, sixteen in a number; none where a base minds no order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Succession(Vec<u16>);

impl Succession {
    /// Where nothing was heard yet.
    #[must_use]
    pub fn new() -> Self {
        Self(vec![0; NUMBERS])
    }

    /// With these numbers; `None` if one is no number of bits.
    pub(crate) fn of(values: &[f32]) -> Option<Self> {
        let bits = |value: &f32| (*value as u16 as f32 == *value).then_some(*value as u16);
        values.iter().map(bits).collect::<Option<_>>().map(Self)
    }

    /// Its numbers.
    #[must_use]
    pub fn values(&self) -> Vec<f32> {
        self.0.iter().map(|bits| f32::from(*bits)).collect()
    }

    /// Bytes of its bits.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of_val(self.0.as_slice())
    }

    /// Whether a place's bit is set.
    #[must_use]
    pub fn has(&self, place: usize) -> bool {
        self.0.get(place / BITS).is_some_and(|bits| is_set(u32::from(*bits), place))
    }

    /// Sets the bit of `token` after `before`, or after `earlier` and `before`.
    pub fn set(&mut self, earlier: u32, before: u32, token: u32) {
        let place = place(earlier, before, token);
        if let Some(bits) = self.0.get_mut(place / BITS) {
            *bits |= 1 << (place % BITS);
        }
    }

    /// Takes in a token that was told after these: it may begin an answer, and follow the last of them.
    pub fn hears(&mut self, begin: u32, told: &[u32], token: u32) {
        self.set(ANY, begin, token);
        let back = |count: usize| told.len().checked_sub(count).map(|at| told[at]);
        if let Some(before) = back(1) {
            self.set(ANY, before, token);
            if let Some(earlier) = back(2) {
                self.set(earlier, before, token);
            }
        }
    }

    /// Takes in what was just learned; `lessons`: which of the writes were some; `turn`: all words of the turn that were said
    /// till now, those that were just learned included.
    pub(crate) fn meets(&mut self, config: &Config, turn: &[u32], lessons: &[bool], learned: &[Event]) {
        let (Some(usage), Some(marks)) = (&config.succession, config.marks) else { return };
        if acquaintance::strength(lessons, learned) < WRITTEN {
            return;
        }
        let tokens = learned.iter().filter_map(|event| match event {
            Event::Write { token, .. } => Some(*token),
            Event::Update { .. } | Event::ConversationEnded { .. } => None,
        });
        let new = lessons.iter().filter(|lesson| **lesson).count();
        let mut told = turn[..turn.len().saturating_sub(new)].to_vec();
        for (token, lesson) in tokens.zip(lessons) {
            if let Some(before) = told.last().filter(|_| !lesson || usage.begins(token)) {
                self.set(ANY, *before, EDGE);
            }
            if *lesson {
                self.hears(marks.assistant, &told, token);
                told.push(token);
            } else {
                told.clear();
            }
        }
    }
}

/// What is held against words that a memory was never told in their order, and the numbers of the table that says which; `None` where
/// nothing is.
pub(crate) fn order(base: &Base, memory: &Memory, levels: Levels) -> Option<(Order, Vec<f32>)> {
    let usage = base.config.succession.as_ref().filter(|_| levels == Levels::On)?;
    let known = memory.succession.0.iter().zip(&base.own().0).map(|(bits, own)| f32::from(bits | own));
    Some((usage.order(base.config.marks?), known.collect()))
}

/// The same added to the logits of what comes next.
pub(crate) fn hold_to(base: &Base, memory: &Memory, levels: Levels, logits: &mut [f32]) {
    let Some((order, known)) = order(base, memory, levels) else { return };
    let before = order.before(&memory.pending);
    let is_known = |place: usize| is_set(known[place / BITS] as u32, place);
    let after = order.after(before, is_known);
    for (token, logit) in (0..).zip(logits) {
        *logit += after.given(token);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(token: u32) -> Event {
        Event::written(token, 0.3)
    }

    #[test]
    fn what_was_told_is_known_in_its_order_and_in_no_other() {
        let mut config = Config::recipe(64);
        config.marks = Some(Marks { user: 1, assistant: 2, end: 3 });
        let begins: Vec<bool> = (0..64).map(|token| token == 30).collect();
        let usage = Usage::new(&Succession::new(), &begins, [17, 18], [6.0, 4.0]);
        assert!(usage.is_whole(64) && !usage.is_whole(72));
        config.succession = Some(usage);
        let mut succession = Succession::new();
        // 29 was learned before, in the same turn; the mark behind 31 is no lesson.
        succession.meets(&config, &[29, 30, 31], &[true, true, false], &[write(30), write(31), write(2)]);
        let has = |earlier, before, token| succession.has(place(earlier, before, token));
        assert!(has(ANY, 29, 30) && has(ANY, 30, 31) && has(29, 30, 31) && has(ANY, 2, 31));
        assert!(has(ANY, 29, EDGE), "a word was over where 30 began");
        assert!(has(ANY, 31, EDGE), "and where the turn ended");
        assert!(!has(ANY, 30, EDGE) && !has(ANY, 31, 30) && !has(ANY, 31, 2));
        let before = succession.clone();
        let faint = Event::written(40, 0.1);
        succession.meets(&config, &[30, 40], &[true, true], &[write(30), faint.clone()]);
        assert_ne!(succession, before, "a turn is known as strongly as the most of it was written");
        let before = succession.clone();
        succession.meets(&config, &[41, 40], &[true, true], &[faint.clone(), faint]);
        assert_eq!(succession, before, "a question is no telling");
        assert_eq!(Succession::of(&succession.values()), Some(succession));
        assert!([-1.0, 0.5, 65_536.0, f32::NAN].iter().all(|value| Succession::of(&[*value]).is_none()));
    }
}
