//! How much of what an episode shall contain.
use crate::tongue::Tongue;

/// One conversation's share.
#[derive(Clone, Debug, PartialEq)]
pub struct ConversationPlan {
    /// The most tokens it may have, specials included.
    pub tokens: usize,
    /// New facts to tell: at least and at most.
    pub facts: (usize, usize),
    /// The probability that one fact is corrected in it.
    pub corrections: f64,
    /// The share of questions about what was never told.
    pub unknown: f64,
    /// The share of small talk among the exchanges.
    pub small_talk: f64,
    /// The probability that the person asks in it to forget a fact.
    pub forgets: f64,
    /// The share of tellings that begin with the value.
    pub value_first: f64,
    /// How often what came with corpus 5 is told and asked.
    pub families: Families,
}

/// How often what came after base v1 is told and asked: 0 is never, so that the corpus of base v1 stays what it was.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Families {
    /// The share of tellings that say what to answer to a word.
    pub habits: f64,
    /// The share of tellings that let a list grow.
    pub lists: f64,
    /// The share of tellings about somebody by the name that was told before.
    pub named: f64,
    /// The share of questions that ask for whom something is true.
    pub inverse: f64,
    /// The probability that a person has an interest and never says so.
    pub interests: f64,
    /// The share of questions about all that a person told of themselves.
    pub profile: f64,
}

impl Families {
    /// What bases v2 and v3 are trained with. Few lists and profiles: answers of several values were not learned in any run, and take
    /// the place of interests, which need many conversations to be learned.
    pub const ALL: Self =
        Self { habits: 0.08, lists: 0.03, named: 0.25, inverse: 0.15, interests: 0.4, profile: 0.02 };
}

impl ConversationPlan {
    /// A conversation with the usual shares.
    pub fn new(tokens: usize, facts: (usize, usize)) -> Self {
        Self {
            tokens,
            facts,
            corrections: 0.14,
            unknown: 0.2,
            small_talk: 0.1,
            forgets: 0.0,
            value_first: 0.12,
            families: Families::default(),
        }
    }
}

/// The plan of an episode.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// One after the other.
    pub conversations: Vec<ConversationPlan>,
    /// The language that is spoken.
    pub tongue: Tongue,
}

impl Plan {
    /// What the base is trained with first: three conversations.
    pub fn base_v1() -> Self {
        Self {
            tongue: Tongue::English,
            conversations: vec![
                ConversationPlan::new(160, (3, 3)),
                ConversationPlan::new(128, (1, 2)),
                ConversationPlan::new(128, (0, 1)),
            ],
        }
    }

    /// `n` conversations of 128 tokens with about 13 facts in eight of them.
    pub fn long(n: usize) -> Self {
        let one = |i| {
            let facts = if i == 0 { (3, 3) } else { (1, 2) };
            ConversationPlan { corrections: 0.1, ..ConversationPlan::new(128, facts) }
        };
        Self { conversations: (0..n).map(one).collect(), tongue: Tongue::English }
    }

    /// `n` conversations of 176 tokens with four or five facts each: a memory with much in it to tell apart.
    pub fn dense(n: usize) -> Self {
        let one = || ConversationPlan { corrections: 0.1, ..ConversationPlan::new(176, (4, 5)) };
        Self { conversations: (0..n).map(|_| one()).collect(), tongue: Tongue::English }
    }

    /// The same in another language.
    #[must_use]
    pub fn spoken(self, tongue: Tongue) -> Self {
        Self { tongue, ..self }
    }
}
