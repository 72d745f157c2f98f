//! The suite "families": what to answer to a word, lists, and all that a person told of themselves.
use super::script::{Script, shuffle, streamed};
use super::trial::{Trial, TrialQuestion, trial};
use super::{Case, Expect, Group, Question, Step};
use crate::facts::Fact;
use crate::sentence::Form;
use crate::tongue::Tongue;

const HABITS: usize = 2;
const LISTS: usize = 2;
/// A list has two or three.
const LONGEST_LIST: usize = 3;

/// `n` cases of two conversations.
pub fn families_cases(tongue: Tongue, seed: u64, n: usize) -> Vec<Case> {
    families_trials(tongue, seed, n).into_iter().map(Trial::case).collect()
}

/// `n` times two habits, two lists and some facts about the person, each asked once. A list and the facts are right
/// only if every one is named.
pub fn families_trials(tongue: Tongue, seed: u64, n: usize) -> Vec<Trial> {
    streamed("families", |script, id| trial(script, id, families), tongue, seed, n)
}

pub(super) fn families(script: &mut Script) -> (Vec<Step>, Vec<TrialQuestion>) {
    let mut tell = Vec::new();
    let mut questions = Vec::new();
    for _ in 0..HABITS {
        let (fact, step) = script.told_of(crate::invention::Invention::habit);
        tell.push(step);
        questions.push(script.asks_usually(&fact, Group::Habit));
    }
    for items in lists(script, &mut tell) {
        let all = Expect::All(items.iter().map(|item| item.value.text.clone()).collect());
        questions.push(script.asks_by(&items[0], &items[0].subject, all, Group::List));
    }
    questions.push(profile(script, &mut tell));
    shuffle(&mut script.world.draw, &mut tell);
    (tell, questions)
}

/// Lists of two or three things each.
fn lists(script: &mut Script, tell: &mut Vec<Step>) -> Vec<Vec<Fact>> {
    let mut lists: Vec<Vec<Fact>> = Vec::new();
    while lists.len() < LISTS || lists.iter().any(|items| items.len() < 2) {
        let begun: Vec<usize> = lists.iter().map(|items| items[0].relation_index).collect();
        let (item, step) = script.told_of(|world| {
            world.item(LONGEST_LIST).filter(|f| begun.len() < LISTS || begun.contains(&f.relation_index))
        });
        tell.push(step);
        match begun.iter().position(|relation| *relation == item.relation_index) {
            Some(list) => lists[list].push(item),
            None => lists.push(vec![item]),
        }
    }
    lists
}

/// Two or three facts about the person, told subject first as training does, and the question for all of them.
fn profile(script: &mut Script, tell: &mut Vec<Step>) -> TrialQuestion {
    let count = script.world.draw.between(2, 3);
    let mut values = Vec::new();
    for _ in 0..count {
        let fact = script.invented(|world| world.new_fact().filter(|f| f.subject.is_speaker()));
        tell.push(script.telling(&fact, Form::Tell));
        values.push(fact.value.text);
    }
    let file = &script.world.speaker.language.profile;
    let [text, usual] = script.asks_plainly("profile", file);
    let question = Question { text, expect: Expect::All(values), group: Group::Profile, age: Some(1) };
    TrialQuestion { question, usual }
}
