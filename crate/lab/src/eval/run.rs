//! A case, step by step.

use super::score::Answer;
use crate::fine_tune::Recipe;
use crate::talk::Talk;
use nested_memory_dialogue::{Case, Group, Question, Step};
use nested_memory_model::Levels;

/// What follows a conversation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Evening {
    /// Its end.
    End,
    /// Its end and sleep.
    Sleep,
    /// Instead of any memory, the base itself is trained on the transcript. The levels are off throughout.
    FineTune(Recipe),
}

/// Ends a conversation.
pub(crate) fn end(talk: &mut Talk, evening: Evening) -> anyhow::Result<()> {
    match evening {
        Evening::Sleep if talk.levels == Levels::On => talk.sleep(0).map(drop),
        Evening::FineTune(recipe) => talk.fine_tune(recipe),
        Evening::End | Evening::Sleep => talk.end_conversation().map(drop),
    }
}

/// What it answers to the questions of a case.
pub(super) fn run(
    mut talk: Talk,
    case: &Case,
    levels: Levels,
    evening: Evening,
) -> anyhow::Result<Vec<Answer>> {
    let tuned = matches!(evening, Evening::FineTune(_));
    talk.levels = if tuned { Levels::Off } else { levels };
    let evening = if levels == Levels::Off { Evening::End } else { evening };
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
                end(&mut talk, evening)?;
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
