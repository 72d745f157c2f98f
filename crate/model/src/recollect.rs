//! Answers that are more than one thing: a list, and all that is known of a person.
//!
//! **Free recall.** What was told under one address lies there together, so no memory of this kind can say which of it comes
//! next. But its items are the beginnings of an answer that are likely there, likeliest first, and those that were named do not
//! come again, as in a person's free recall (Raaijmakers and Shiffrin 1981).
//!
//! **Asking itself.** "What do you know about me?" has too many answers for one address. A copy of the memory is asked what a person
//! may have told of themselves, one question after the other, and what it is sure of is said.
//!
//! **Leaning.** "What do I seem to like?" was never told. What a person came back to says which topic it is ([`crate::leaning`]), and
//! what of it above all is recalled behind the topic's name.
//!
//! Which questions want such an answer is known by their words ([`Hint`]); what is answered comes from the weights alone, and
//! nothing is learned meanwhile.

mod leans;

use crate::base::Base;
use crate::config::Config;
use crate::doubt::{Evidence, evidence};
use crate::error::Error;
use crate::hint::Hint;
use crate::leaning::Leaning;
use crate::listener::Marks;
use crate::memory::Memory;
use crate::observe::{Levels, next_logits, observe};
use crate::speak::{Spoken, Words, utter};
use crate::succession;
use serde::{Deserialize, Serialize};

/// A beginning that is at least so likely is an item of a list,
const LEAST: f32 = 0.05;
/// and so is one that has this share of what is left when all likelier ones were named: a night makes one item loud,
const SHARE: f32 = 0.3;
/// if it is not less likely than this.
const FAINT: f32 = 0.001;
/// Items of a list at most.
const ITEMS: usize = 8;
/// A question must be known by its words this clearly: for a fact to be taken for a list is worse than the other way round.
const CLEAR: f32 = 2.0;
/// What is said of a person must have a first word with these odds.
const SURE: f32 = 0.9;

/// How a base answers in one language what is more than one thing; all in tokens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recollection {
    /// How a question for a list is known.
    pub list: Hint,
    /// How a question for all that is known of a person is known.
    pub all: Hint,
    /// What a list is begun with.
    pub opening: Vec<u32>,
    /// A list is known where φ of the lasting levels ([`crate::doubt`]) add up to more than this
    pub familiar: f32,
    /// and so much more for each nat that the question's words are strange,
    #[serde(default)]
    pub strange: f32,
    /// and nowhere where they add up to no more than this: nothing was ever written there.
    #[serde(default)]
    pub blank: f32,
    /// Between two of them.
    pub between: Vec<u32>,
    /// With what a sentence ends.
    pub stop: u32,
    /// What stands before all that is known of a person.
    pub promise: Vec<u32>,
    /// The whole answer, but for the end mark, where it knows of nothing.
    pub unknown: Vec<u32>,
    /// What it asks itself.
    pub inquiries: Vec<Inquiry>,
    /// What it knows of topics, to say what a person leans to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaning: Option<Leaning>,
}

/// A question, and how its answer is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inquiry {
    /// The person's turn, without marks: "Where do I live?"
    pub ask: Vec<u32>,
    /// What stands before the answer: "You live in".
    pub tell: Vec<u32>,
}

impl Recollection {
    /// Whether it has words to begin with, and whole hints.
    pub(crate) fn is_whole(&self) -> bool {
        let hints = self.list.is_whole() && self.all.is_whole();
        let leaning = self.leaning.as_ref().is_none_or(Leaning::is_whole);
        !self.opening.is_empty() && !self.promise.is_empty() && hints && leaning
    }

    /// Every token of it.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = u32> {
        let inquiries = self.inquiries.iter().flat_map(|inquiry| inquiry.ask.iter().chain(&inquiry.tell));
        let words = [&self.opening, &self.between, &self.promise, &self.unknown].into_iter().flatten();
        let leaning = self.leaning.iter().flat_map(Leaning::tokens);
        words.chain(inquiries).copied().chain([self.stop]).chain(leaning)
    }

    /// The items that an answer names behind the opening.
    pub(crate) fn items<'a>(&self, answer: &'a [u32]) -> Vec<&'a [u32]> {
        let rest = answer.strip_prefix(self.opening.as_slice()).unwrap_or_default();
        let mut rest = rest.split(|token| *token == self.stop).next().unwrap_or_default();
        let mut items = Vec::new();
        while !rest.is_empty() {
            let apart = rest.windows(self.between.len().max(1)).position(|window| window == self.between);
            let (item, behind) = rest.split_at(apart.unwrap_or(rest.len()));
            items.push(item);
            rest = behind.strip_prefix(self.between.as_slice()).unwrap_or_default();
        }
        items
    }
}

/// How an answer went on, if it did.
pub(crate) fn of<'a>(config: &'a Config, answer: &[u32]) -> Option<&'a Recollection> {
    let mut all = config.recollections.iter();
    all.find(|it| answer.starts_with(&it.opening) || answer.starts_with(&it.promise))
}

/// Tokens that are read to give an answer again: none where memory asked itself, which a night does not repeat.
pub(crate) fn reading(config: &Config, answer: &[u32]) -> usize {
    match of(config, answer) {
        Some(it) if answer.starts_with(&it.promise) => 0,
        _ => answer.len(),
    }
}

/// The answer to a question that wants more than one thing; `None` where it does not.
pub(crate) async fn answer(
    base: &Base,
    memory: &Memory,
    levels: Levels,
    words: Words<'_>,
) -> Result<Option<Vec<Spoken>>, Error> {
    let Some(marks) = base.config.marks.filter(|marks| memory.pending == [marks.assistant]) else {
        return Ok(None);
    };
    let hints = base.config.recollections.iter().flat_map(|it| {
        let leaning = it.leaning.as_ref().map(|leaning| (Wants::Leaning(leaning), &leaning.hint));
        [(Wants::List, &it.list), (Wants::All, &it.all)]
            .into_iter()
            .chain(leaning)
            .map(move |hint| (it, hint))
    });
    let scores = hints.map(|(it, (wants, hint))| (it, wants, hint.score(&memory.turn)));
    let Some((recollection, wants, score)) = scores.max_by(|a, b| a.2.total_cmp(&b.2)) else {
        return Ok(None);
    };
    if score <= CLEAR {
        return Ok(None);
    }
    let asked = Asked { base, memory, levels, words, marks, recollection };
    match wants {
        Wants::List => asked.list().await.map(Some),
        Wants::All => asked.all().await.map(Some),
        Wants::Leaning(leaning) => asked.leans(leaning).await.map(Some),
    }
}

/// What kind of answer a question wants.
#[derive(Clone, Copy)]
enum Wants<'a> {
    List,
    All,
    Leaning(&'a Leaning),
}

/// Tokens that follow from others.
fn sure(tokens: &[u32]) -> impl Iterator<Item = Spoken> {
    tokens.iter().map(|token| Spoken { token: *token, odds: 1.0 })
}

/// A memory that has heard a question, and how it answers.
#[derive(Clone, Copy)]
struct Asked<'a> {
    base: &'a Base,
    memory: &'a Memory,
    levels: Levels,
    words: Words<'a>,
    marks: Marks,
    recollection: &'a Recollection,
}

impl Asked<'_> {
    /// Whether an answer that begins so declines.
    fn declines(self, token: u32) -> bool {
        self.base.config.declines.iter().flatten().any(|declines| *declines == token)
    }

    /// A list: the opening, and every item.
    async fn list(self) -> Result<Vec<Spoken>, Error> {
        let Recollection { opening, between, stop, .. } = self.recollection;
        let items = self.items().await?;
        if items.is_empty() {
            return Ok(self.nothing());
        }
        let mut list: Vec<Spoken> = sure(opening).collect();
        for (i, item) in items.into_iter().enumerate() {
            // A stop and the end mark are still to come.
            if i > 0 && list.len() + between.len() + item.len() + 2 > self.words.most {
                break;
            }
            list.extend(sure(between).filter(|_| i > 0));
            list.extend(item);
        }
        list.extend(sure(&[*stop, self.words.end]));
        list.truncate(self.words.most);
        Ok(list)
    }

    /// That nothing is known.
    fn nothing(self) -> Vec<Spoken> {
        sure(&self.recollection.unknown).chain(sure(&[self.words.end])).take(self.words.most).collect()
    }

    /// The items, likeliest first, without what parts them; none where nothing is familiar.
    async fn items(self) -> Result<Vec<Vec<Spoken>>, Error> {
        if self.levels == Levels::Off {
            return Ok(Vec::new());
        }
        let evidence = evidence(self.base, self.memory).await?;
        let Recollection { familiar, strange, blank, .. } = self.recollection;
        let Some(Evidence { mut logits, .. }) =
            evidence.filter(|it| it.familiarity() > (familiar + strange * it.strangeness).max(*blank))
        else {
            return Ok(Vec::new());
        };
        succession::hold_to(self.base, self.memory, self.levels, &mut logits);
        let mut firsts = likely(&logits, |token| self.may_begin(token));
        firsts.truncate(items_of(&firsts));
        self.begun(self.memory, firsts).await
    }

    /// With what an item ends.
    const fn ends(self) -> [u32; 2] {
        [self.recollection.stop, self.words.end]
    }

    /// Whether an item may begin so.
    fn may_begin(self, token: u32) -> bool {
        !(self.words.forbidden.contains(&token) || self.declines(token) || self.ends().contains(&token))
    }

    /// What is begun by these, each gone on with to its end, and none of it twice.
    async fn begun(self, memory: &Memory, firsts: Vec<Spoken>) -> Result<Vec<Vec<Spoken>>, Error> {
        let ends = self.ends();
        let mut items: Vec<Vec<Spoken>> = Vec::new();
        for first in firsts {
            let mut begun = memory.clone();
            extend(&mut begun, &[first.token]);
            let rest = utter(self.base, &begun, self.levels, self.words).await?;
            let rest = rest.into_iter().take_while(|spoken| !ends.contains(&spoken.token));
            let item: Vec<Spoken> = [first].into_iter().chain(rest).collect();
            if !items.iter().any(|other| is_again(&item, other)) {
                items.push(item);
            }
        }
        Ok(items)
    }

    /// All that the memory is sure of when it is asked one thing after the other.
    async fn all(self) -> Result<Vec<Spoken>, Error> {
        let Recollection { promise, stop, inquiries, .. } = self.recollection;
        if self.levels == Levels::Off {
            return Ok(self.nothing());
        }
        let mut all: Vec<Spoken> = sure(promise).collect();
        let mut found: Vec<(&Inquiry, Known)> = Vec::new();
        for inquiry in inquiries {
            let Some(known) = self.answer(&inquiry.ask).await? else { continue };
            // What answers several questions is an echo of one of them: that which is furthest from being declined. Odds don't tell: of
            // the library one plays for sure, and works at it or at the library.
            match found.iter_mut().find(|(_, other)| known.is_echo(other)) {
                Some((_, other)) if other.certainty >= known.certainty => {}
                Some(other) => *other = (inquiry, known),
                None => found.push((inquiry, known)),
            }
        }
        let mut told: Vec<(&[u32], Vec<Spoken>)> =
            found.into_iter().map(|(inquiry, known)| (inquiry.tell.as_slice(), known.answer)).collect();
        if let Some(leaning) = &self.recollection.leaning {
            told.extend(self.leaning(leaning).await?.map(|said| (leaning.tell.as_slice(), said)));
        }
        for (tell, answer) in told {
            if all.len() + tell.len() + answer.len() + 2 <= self.words.most {
                all.extend(sure(tell).chain(answer).chain(sure(&[*stop])));
            }
        }
        if all.len() == promise.len() {
            return Ok(self.nothing());
        }
        all.extend(sure(&[self.words.end]));
        Ok(all)
    }

    /// How much likelier it is to answer so than to decline, in nats; without end where a base never declines.
    async fn certainty(self, heard: &Memory, first: u32) -> Result<f32, Error> {
        let logits = next_logits(self.base, heard, self.levels).await?.unwrap_or_default();
        let logit = |token: u32| logits.get(token as usize).copied().unwrap_or(f32::NEG_INFINITY);
        let declining = self.base.config.declines.into_iter().flatten().map(logit);
        Ok(logit(first) - declining.fold(f32::NEG_INFINITY, f32::max))
    }

    /// What a copy of the memory answers to a question, to its stop; `None` where it is not sure or says that it does not know.
    async fn answer(self, ask: &[u32]) -> Result<Option<Known>, Error> {
        let Marks { user, assistant, end } = self.marks;
        let turn = [&[end, user], ask, &[assistant]].concat();
        let (heard, _) = observe(self.base, self.memory.clone(), &turn, self.levels).await?;
        let said = utter(self.base, &heard, self.levels, self.words).await?;
        let is_sure = |first: &&Spoken| first.odds >= SURE && !self.declines(first.token);
        if said.first().filter(is_sure).is_none() {
            return Ok(None);
        }
        let ends = self.ends();
        let answer: Vec<Spoken> =
            said.into_iter().take_while(|spoken| !ends.contains(&spoken.token)).collect();
        if answer.is_empty() {
            return Ok(None);
        }
        let certainty = self.certainty(&heard, answer[0].token).await?;
        Ok(Some(Known { answer, certainty }))
    }
}

/// What a memory is sure of, and how far that is from being declined, in nats.
struct Known {
    answer: Vec<Spoken>,
    certainty: f32,
}

impl Known {
    /// Whether both are answered by the same.
    fn is_echo(&self, other: &Self) -> bool {
        let (a, b) = (&self.answer, &other.answer);
        a[0].token == b[0].token || is_again(a, b) || is_again(b, a)
    }
}

/// Whether an item is another one once more: the same with something before it, or with another beginning ("Hot pink").
fn is_again(item: &[Spoken], other: &[Spoken]) -> bool {
    let tokens = |spoken: &[Spoken]| spoken.iter().map(|spoken| spoken.token).collect::<Vec<_>>();
    let (item, other) = (tokens(item), tokens(other));
    item.ends_with(&other) || (item.len() > 1 && item[1..] == other[1..])
}

/// Lets tokens of an answer wait.
fn extend(memory: &mut Memory, tokens: &[u32]) {
    memory.pending.extend(tokens);
    memory.lessons.extend(tokens.iter().map(|_| false));
}

/// What may be said, with its odds, likeliest first; the lower id on a tie.
fn likely(logits: &[f32], may: impl Fn(u32) -> bool) -> Vec<Spoken> {
    let allowed = || (0..).zip(logits.iter().copied()).filter(|(token, _)| may(*token));
    let highest = allowed().map(|(_, logit)| logit).fold(f32::NEG_INFINITY, f32::max);
    let all: f32 = allowed().map(|(_, logit)| (logit - highest).exp()).sum();
    let spoken = allowed().map(|(token, logit)| Spoken { token, odds: (logit - highest).exp() / all });
    let mut likely: Vec<Spoken> = spoken.collect();
    likely.sort_by(|a, b| b.odds.total_cmp(&a.odds));
    likely
}

/// How many of these are likely enough to be items of a list.
fn items_of(likely: &[Spoken]) -> usize {
    let mut left = 1.0_f32;
    let mut is_one = |spoken: &Spoken| {
        let loud = spoken.odds >= LEAST || (spoken.odds >= SHARE * left && spoken.odds >= FAINT);
        left -= spoken.odds;
        loud
    };
    likely.iter().take_while(|spoken| is_one(spoken)).count().min(ITEMS)
}
