//! Cases by which a model, or anything else that can chat, is examined: what is said, what is asked, what counts.
//!
//! No case can be an episode of training, whatever the seeds: cases are made with [`Split::HeldOut`](crate::Split), and
//! no subject, value or phrasing is on both sides. So a case's seed may be an episode's seed as well; the stream of
//! chance is the same then, what is drawn with it is not. All suites but recall and forget
//! have a stream of their own besides. Only [`practice_cases`] are of training's words,
//! and they examine nothing.
mod capacity;
mod compound;
mod edit;
mod everyday;
mod expect;
mod families;
mod forget;
mod interest;
mod locality;
mod matrix;
mod practice;
mod recall;
mod retention;
mod script;
mod strategies;
mod suggestions;
mod trial;
mod two_step;
mod unknown;
mod wish;

pub use capacity::capacity_cases;
pub use compound::compound_cases;
pub use edit::edit_cases;
pub use everyday::everyday_cases;
pub use expect::{Expect, declined, gives_old, names_all, score};
pub use families::{families_cases, families_trials};
pub use forget::forget_cases;
pub use interest::interest_cases;
pub use locality::{Unrelated, locality_trials};
pub use matrix::{MATRIX_CONVERSATIONS, matrix_cases};
pub use practice::{practice_cases, practice_interests};
pub use recall::{recall_cases, recall_trials};
pub use retention::retention_cases;
pub use strategies::{StrategyTrial, strategy_trials};
pub use suggestions::suggestions;
pub use trial::{Trial, TrialQuestion};
pub use two_step::{two_step_cases, two_step_trials};
pub use unknown::unknown_cases;
pub use wish::asks_to_forget;

use crate::ingredients::Ingredients;

/// A script of some conversations of one person. The assistant's turns are those of the examined one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// A name that stays the same: suite, seed, number.
    pub id: String,
    /// In order.
    pub steps: Vec<Step>,
    /// What its texts are made of.
    pub ingredients: Ingredients,
}

/// One step of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Say this and let it answer; the answer does not count.
    Say {
        /// The user's text.
        text: String,
    },
    /// End the conversation.
    EndConversation,
    /// Ask this; the answer counts.
    Question(Question),
    /// Ask this on a copy, so that asking leaves no trace; the answer counts.
    Aside(Question),
}

/// A question and what counts as an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The user's text.
    pub text: String,
    /// What the answer must be.
    pub expect: Expect,
    /// What it is a question of.
    pub group: Group,
    /// How many conversations ago it was told, where it was told.
    pub age: Option<usize>,
}

/// The groups that results are reported in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Told in the same conversation.
    Same,
    /// Told one conversation before.
    OneLater,
    /// Told two conversations before.
    TwoLater,
    /// Told four conversations before.
    FourLater,
    /// Told ten conversations before.
    TenLater,
    /// Told twenty conversations before.
    TwentyLater,
    /// Told thirty conversations before.
    ThirtyLater,
    /// Told two conversations before, and to be forgotten since one.
    Forgotten,
    /// Told some conversations before, beside something that was to be forgotten or was corrected.
    Kept,
    /// Never told.
    Unknown,
    /// Never told: another relation of a subject that was told of.
    UnknownRelation,
    /// Never told: a relation that was told, of another subject.
    UnknownSubject,
    /// Never told: nothing of it.
    UnknownBoth,
    /// Told one conversation before, among questions for what was never told.
    Known,
    /// Corrected once, in an earlier conversation.
    Corrected,
    /// Corrected twice, in two earlier conversations.
    CorrectedTwice,
    /// Told with another value, in another conversation and without a word for it.
    ToldAnew,
    /// Told of a name, asked by its bearer.
    TwoStep,
    /// Asked for whom something is true.
    Inverse,
    /// What a person seems to like.
    Interest,
    /// What to answer to a word.
    Habit,
    /// All that is on a list.
    List,
    /// A list of which nothing was told.
    UnknownList,
    /// All that a person told of themselves.
    Profile,
    /// Sixty facts: told in the last of the conversations.
    AgeOne,
    /// Sixty facts: told two or three conversations before.
    AgeTwo,
    /// Sixty facts: told four to seven conversations before.
    AgeFour,
    /// Sixty facts: told eight or more conversations before.
    AgeEight,
    /// An entry of the accuracy matrix.
    Matrix,
}
