//! The suite "strategies": what is told to several memories at once, and what all of them are asked.
use super::script::{Script, streamed};
use super::trial::{distraction, texts};
use super::{Expect, Group, Question};
use crate::ingredients::Ingredients;
use crate::tongue::Tongue;

/// Facts that are told.
const FACTS: usize = 4;
/// Questions for what was never told.
const STRANGERS: usize = 2;
/// Conversations about something else.
const LATER: usize = 10;

/// A conversation, what is asked when it is over, ten more conversations, and a wish that may come instead of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrategyTrial {
    /// A name that stays the same: suite, seed, number.
    pub id: String,
    /// What is told, in order.
    pub tell: Vec<String>,
    /// A question for each fact that is told.
    pub questions: Vec<Question>,
    /// Questions for what is never told.
    pub strangers: Vec<Question>,
    /// What is said in the other conversations. Nothing in them changes an answer.
    pub later: Vec<Vec<String>>,
    /// The wish that the fact of the first question be forgotten.
    pub wish: String,
    /// What is said besides, in the conversation of the wish.
    pub chatter: String,
    /// What all this is made of.
    pub ingredients: Ingredients,
}

/// `n` times four facts and small talk in one conversation, two strangers, ten conversations of two facts and small talk
/// each, and the wish that one of the four be forgotten.
pub fn strategy_trials(tongue: Tongue, seed: u64, n: usize) -> Vec<StrategyTrial> {
    streamed("strategies", trial, tongue, seed, n)
}

fn trial(mut script: Script, id: String) -> StrategyTrial {
    let (facts, mut tell): (Vec<_>, Vec<_>) = (0..FACTS).map(|_| script.told()).unzip();
    tell.insert(FACTS / 2, script.small_talk());
    let questions = facts.iter().map(|fact| script.asks(fact, Group::OneLater, 1)).collect();
    let strangers = (0..STRANGERS).map(|_| stranger(&mut script)).collect();
    let wish = texts(vec![script.forget(&facts[0])]).concat();
    let chatter = texts(vec![script.small_talk()]).concat();
    let later = (0..LATER).map(|_| distraction(&mut script)).collect();
    let tell = texts(tell);
    StrategyTrial { id, tell, questions, strangers, later, wish, chatter, ingredients: script.ingredients }
}

fn stranger(script: &mut Script) -> Question {
    let (relation, subject) = script.until(crate::invention::Invention::unknown);
    let text = script.ask_of(relation, &subject);
    // What comes later must not answer it.
    script.world.strangers.push(subject);
    Question { text, expect: Expect::Unknown, group: Group::Unknown, age: None }
}
