//! A case, step by step.

use super::score::Answer;
use crate::talk::Talk;
use nested_memory_dialogue::{Case, Group, Question, Step};
use nested_memory_model::Levels;

/// Ends a conversation and sleeps, if that is wanted.
pub(super) fn end(talk: &mut Talk, sleeps: bool) -> anyhow::Result<()> {
    if sleeps && talk.levels == Levels::On {
        talk.sleep(0)?;
    } else {
        talk.end_conversation()?;
    }
    Ok(())
}

/// What it answers to the questions of a case.
pub(super) fn run(mut talk: Talk, case: &Case, levels: Levels, sleeps: bool) -> anyhow::Result<Vec<Answer>> {
    talk.levels = levels;
    let (mut answers, mut conversation) = (Vec::new(), 0);
    let judged = |question: &Question, reply: &str, conversation: usize| match levels {
        Levels::On => Some(Answer::new(question, reply, conversation)),
        Levels::Off => bare(question, reply, conversation),
    };
    for step in &case.steps {
        match step {
            Step::Say { text } => {
                talk.say(text)?;
            }
            Step::EndConversation => {
                end(&mut talk, sleeps)?;
                conversation += 1;
            }
            Step::Question(question) => {
                let reply = talk.say(&question.text)?.reply;
                answers.extend(judged(question, &reply, conversation));
            }
            Step::Aside(question) => {
                let reply = talk.clone().say(&question.text)?.reply;
                answers.extend(judged(question, &reply, conversation));
            }
        }
    }
    Ok(answers)
}

/// The same answer of the bare base, where it says something about memory.
fn bare(question: &Question, reply: &str, conversation: usize) -> Option<Answer> {
    let row = match question.group {
        Group::Same => "levels off, same conversation",
        Group::Unknown | Group::Corrected | Group::Forgotten => return None,
        _ => "levels off, later",
    };
    let answer = Answer::new(question, reply, conversation);
    Some(Answer { rows: vec![(row.to_owned(), answer.right)], age: None, ..answer })
}
