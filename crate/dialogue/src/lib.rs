//! The language of the model: its tokenizer, its synthetic conversations and the cases it is examined with.
//!
//! Nothing here can be learnt by heart. Subjects, values and phrasings are drawn afresh for every episode, and a part
//! of each is never seen in training ([`Split::HeldOut`]); what training can teach is only how to remember.
#[cfg(not(target_family = "wasm"))]
mod characters;
mod draw;
mod encode;
mod episode;
mod error;
mod facts;
mod fill;
mod ingredients;
mod interview;
mod invention;
mod language;
mod lexicon;
mod manner;
mod names;
mod pieces;
mod plan;
mod protocol;
mod sections;
mod sentence;
mod settings;
mod split;
mod tokenizer;
mod tongue;
#[cfg(not(target_family = "wasm"))]
mod training;

#[cfg(not(target_family = "wasm"))]
pub use characters::with_common_characters;
pub use encode::{Address, Cue, Encoded, TokenClass, encode};
pub use episode::{Conversation, Episode, Exchange, Kind, Told, Written, episode};
pub use error::{Error, Result};
pub use facts::{Fact, Subject, Value};
pub use ingredients::Ingredients;
pub use interview::Interview;
pub use plan::{ConversationPlan, Families, Plan};
pub use protocol::{
    Case, Expect, Group, MATRIX_CONVERSATIONS, Question, Step, StrategyTrial, Trial, TrialQuestion,
    Unrelated, asks_to_forget, capacity_cases, compound_cases, declined, edit_cases, everyday_cases,
    families_cases, families_trials, forget_cases, gives_old, interest_cases, locality_trials, matrix_cases,
    names_all, practice_cases, practice_interests, recall_cases, recall_trials, retention_cases, score,
    strategy_trials, suggestions, two_step_cases, two_step_trials, unknown_cases,
};
pub use split::Split;
pub use tokenizer::{ASSISTANT, END, PAD, StreamDecoder, Tokenizer, USER, VOCABULARY};
pub use tongue::Tongue;
#[cfg(not(target_family = "wasm"))]
pub use training::train;

/// The corpus: changes when any word or rule of it changes what an episode says or what counts in it.
pub const CORPUS_VERSION: u32 = 13;
