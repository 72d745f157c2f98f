//! The suite "interest": what a person comes back to again and again without ever saying that they like it.
//!
//! Topics and what belongs to them are real-world words and the same as in training; only the phrasings are held out.
//! What must be learned from the conversations is which of them this person dwells on.
use super::script::{Script, shuffle, streamed_cases};
use super::{Case, Expect, Group, Question, Step};
use crate::facts::Value;
use crate::fill::interest::Interest;
use crate::tongue::Tongue;

const CONVERSATIONS: usize = 6;
/// In each of them.
const MENTIONS: usize = 2;

/// `n` cases of seven conversations: two mentions and small talk in each of six, then the question.
pub fn interest_cases(tongue: Tongue, seed: u64, n: usize) -> Vec<Case> {
    streamed_cases("interest", interest, tongue, seed, n)
}

/// What comes up, and the topic and the entity that by the end are clear.
fn dwelling(script: &mut Script) -> (Vec<&'static str>, &'static str, &'static str) {
    let language = script.world.speaker.language;
    loop {
        let mut interest = Interest::draw(&mut script.world.draw, language);
        let mentioned: Vec<&'static str> = (0..CONVERSATIONS * MENTIONS)
            .map(|_| interest.mention(&mut script.world.draw, language))
            .collect();
        if let Some((topic, entity)) = interest.clear(language) {
            return (mentioned, topic, entity);
        }
    }
}

pub(super) fn interest(script: &mut Script) -> Vec<Step> {
    let (mentioned, topic, entity) = dwelling(script);
    let mut steps = Vec::new();
    for part in mentioned.chunks(MENTIONS) {
        let mut said = vec![script.small_talk()];
        for entity in part {
            let value = Value { text: (*entity).to_owned(), stems: Vec::new() };
            let mention = script.world.speaker.mention(&mut script.world.draw, &value);
            said.push(Step::Say { text: script.noted(mention) });
        }
        shuffle(&mut script.world.draw, &mut said);
        steps.extend(said);
        steps.push(Step::EndConversation);
    }
    let file = &script.world.speaker.language.interest;
    let [text, _] = script.asks_plainly("interest", file);
    let expect = Expect::Interest { topic: topic.to_owned(), entity: entity.to_owned() };
    steps.push(Step::Question(Question { text, expect, group: Group::Interest, age: None }));
    steps.push(Step::EndConversation);
    steps
}
