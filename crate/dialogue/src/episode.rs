//! Conversations of one person with one model, over several days.
use crate::facts::Fact;
use crate::fill::Filler;
use crate::language::Language;
use crate::plan::Plan;
use crate::split::Split;
use crate::tokenizer::Tokenizer;
use std::ops::Range;

/// What an exchange is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A new fact.
    Tell,
    /// A question about a fact that was told.
    Ask,
    /// A new value for a fact that was told.
    Correct,
    /// A question about something never told, or told and forgotten.
    AskUnknown,
    /// The wish that a fact be forgotten.
    Forget,
    /// A question for the one of whom something is true.
    AskInverse,
    /// A question for all that is on a list, or for all that a person told of themselves.
    AskAll,
    /// Something that a person dwells on, without saying that they like it.
    Mention,
    /// A question for what they seem to like.
    AskInterest,
    /// No fact at all.
    SmallTalk,
}

/// When words are written under an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Written {
    /// Where they stand: what is before them says whose they are.
    Here,
    /// Their beginning when the turn is over: only then it is known what they belong to.
    AtEnd,
    /// All of them when the turn is over: the words that ask to forget.
    Wish,
}

/// Words that are to be written under an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Where they stand in the person's text (bytes).
    pub place: Range<usize>,
    /// The address as one number; see [`Exchange::about`].
    pub about: u64,
    /// When.
    pub written: Written,
}

/// Another fact that the same turn tells.
#[derive(Clone, Debug)]
pub struct Second {
    /// The fact's place in [`Episode::facts`].
    pub fact: usize,
    /// See [`Exchange::about`].
    pub about: u64,
    /// Where its whole value stands in the person's text (bytes).
    pub value_in_user: Range<usize>,
    /// The phrasing of its half of the text.
    pub template: String,
}

/// What the user says and what the assistant should answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The user's text.
    pub user: String,
    /// The assistant's text.
    pub assistant: String,
    /// What it is for.
    pub kind: Kind,
    /// Where the subject's own words stand in `user` (bytes): noun, owner and name, but not "my".
    pub subject_in_user: Vec<Range<usize>>,
    /// Where the whole value stands in `user` (bytes).
    pub value_in_user: Option<Range<usize>>,
    /// What is to be written, and where.
    pub told: Vec<Told>,
    /// Where whole values stand in `assistant` (bytes), in order.
    pub values_in_assistant: Vec<Range<usize>>,
    /// What is told or asked, as one number: the same relation of the same subject, in whatever episode.
    pub about: Option<u64>,
    /// The fact's place in [`Episode::facts`].
    pub fact: Option<usize>,
    /// What else is told.
    pub second: Option<Second>,
    /// The conversation in which the present value was told.
    pub told_in: Option<usize>,
    /// Whether the fact had been asked before in the same conversation.
    pub repeated: bool,
    /// Whether the fact had been corrected before this exchange.
    pub corrected: bool,
    /// The phrasing of the user's text: opener and core.
    pub template: String,
}

/// One conversation. Its mixer and fast level are wiped afterwards.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// Its place in the episode.
    pub index: usize,
    /// In order.
    pub exchanges: Vec<Exchange>,
}

/// Some conversations of the same person.
#[derive(Clone, Debug)]
pub struct Episode {
    /// In order.
    pub conversations: Vec<Conversation>,
    /// All facts told in it.
    pub facts: Vec<Fact>,
    /// The subjects that were asked about without ever having been told.
    pub strangers: Vec<crate::facts::Subject>,
}

/// The episode that belongs to a seed. The same arguments always give the same episode.
pub fn episode(seed: u64, plan: &Plan, split: Split, tok: &Tokenizer) -> Episode {
    episode_counted(seed, plan, split, &|text| tok.count(text))
}

/// The same, with another measure of length: a tokenizer's corpus is made before the tokenizer.
pub(crate) fn episode_counted(
    seed: u64,
    plan: &Plan,
    split: Split,
    count: &dyn Fn(&str) -> usize,
) -> Episode {
    Filler::new(seed, Language::of(plan.tongue), split, count).fill(plan)
}
