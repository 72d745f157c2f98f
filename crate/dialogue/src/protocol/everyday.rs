//! The suite "everyday": what people say first, in the plainest words.
use super::script::{Script, shuffle, streamed_cases};
use super::{Case, Group, Step};
use crate::invention::{Invention, Stranger};
use crate::manner::Manner;
use crate::sentence::Form;
use crate::tongue::Tongue;

/// `n` cases of two conversations: three facts, one of them asked at once, the other two in the next conversation, and
/// something that was never told.
///
/// Subjects and values are held out; **the phrasings are training's**: bare and plain, of the first lines of their files.
pub fn everyday_cases(tongue: Tongue, seed: u64, n: usize) -> Vec<Case> {
    streamed_cases("everyday", everyday, tongue, seed, n)
}

pub(super) fn everyday(script: &mut Script) -> Vec<Step> {
    script.world.speaker.manner = Manner::Plain;
    let mut facts = Vec::new();
    let mut steps = Vec::new();
    for _ in 0..3 {
        let fact = script.invented(Invention::new_fact);
        steps.push(script.telling(&fact, Form::Tell));
        facts.push(fact);
    }
    steps.push(script.recalls(&facts[0], Group::Same, 0));
    steps.push(Step::EndConversation);
    let mut questions: Vec<Step> =
        facts[1..].iter().map(|fact| script.recalls(fact, Group::OneLater, 1)).collect();
    questions.extend([script.stranger(Stranger::Relation), script.stranger(Stranger::Subject)]);
    shuffle(&mut script.world.draw, &mut questions);
    steps.extend(questions);
    steps.push(Step::EndConversation);
    steps
}
