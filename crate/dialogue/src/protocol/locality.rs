//! The suite "locality": what memory does to talk that has nothing to do with it.
use super::Step;
use super::script::{Script, streamed};
use crate::ingredients::Ingredients;
use crate::tongue::Tongue;

const CONVERSATIONS: usize = 30;
/// In each of them.
const FACTS: usize = 2;
/// Of the dialogue that is read before and afterwards.
const EXCHANGES: usize = 12;

/// Small talk that is read, not said, before and after thirty conversations about something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unrelated {
    /// A name that stays the same: suite, seed, number.
    pub id: String,
    /// What a person says and what is answered.
    pub talk: Vec<(String, String)>,
    /// What is told in the conversations.
    pub conversations: Vec<Vec<String>>,
    /// What all this is made of.
    pub ingredients: Ingredients,
}

/// `n` dialogues of small talk, and thirty conversations with two facts each.
pub fn locality_trials(tongue: Tongue, seed: u64, n: usize) -> Vec<Unrelated> {
    streamed("locality", unrelated, tongue, seed, n)
}

fn unrelated(mut script: Script, id: String) -> Unrelated {
    let exchange = |script: &mut Script| {
        let (said, reply) = script.chatter();
        (said, reply.to_owned())
    };
    let talk = (0..EXCHANGES).map(|_| exchange(&mut script)).collect();
    let telling = |script: &mut Script| match script.told().1 {
        Step::Say { text } => Some(text),
        _ => None,
    };
    let conversation = |_| (0..FACTS).filter_map(|_| telling(&mut script)).collect();
    let conversations = (0..CONVERSATIONS).map(conversation).collect();
    Unrelated { id, talk, conversations, ingredients: script.ingredients }
}
