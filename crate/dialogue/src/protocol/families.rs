//! The suite "families": what to answer to a word, lists, and all that a person told of themselves.
use super::script::{Script, shuffle, streamed};
use super::trial::{Trial, TrialQuestion, trial};
use super::{Case, Expect, Group, Question, Step};
use crate::facts::{Fact, Subject};
use crate::interview::known;
use crate::invention::Invention;
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

/// `n` times two habits, two lists and some facts about the person, each asked once, and a list that was never begun. A list and
/// the facts are right only if every one is named, and nothing that was not told.
pub fn families_trials(tongue: Tongue, seed: u64, n: usize) -> Vec<Trial> {
    streamed("families", |script, id| trial(script, id, families), tongue, seed, n)
}

pub(super) fn families(script: &mut Script) -> (Vec<Step>, Vec<TrialQuestion>) {
    let mut tell = Vec::new();
    let mut questions = Vec::new();
    for _ in 0..HABITS {
        let (fact, step) = script.told_of(Invention::habit);
        tell.push(step);
        questions.push(script.asks_usually(&fact, Group::Habit));
    }
    let mut on_lists = Vec::new();
    for items in lists(script, &mut tell) {
        let values: Vec<String> = items.iter().map(|item| item.value.text.clone()).collect();
        on_lists.extend(values.clone());
        let all = Expect::All { values, besides: Vec::new() };
        questions.push(script.asks_by(&items[0], &items[0].subject, all, Group::List));
    }
    questions.push(profile(script, &mut tell, on_lists));
    questions.push(unknown_list(script));
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

/// The question for a list that was never begun.
fn unknown_list(script: &mut Script) -> TrialQuestion {
    let list = script.until(Invention::unknown_list);
    let me = Subject::speaker(script.world.speaker.language.tongue);
    let text = script.ask_of(list, &me);
    let relation = script.world.relation(list);
    let usual = script.usual().ask(&mut script.world.draw, relation, &me).text;
    let question = Question { text, expect: Expect::Unknown, group: Group::UnknownList, age: None };
    TrialQuestion { question, usual }
}

/// Two or three facts about the person, told subject first as training does, and the question for all of them; their lists may
/// be named as well.
fn profile(script: &mut Script, tell: &mut Vec<Step>, besides: Vec<String>) -> TrialQuestion {
    let count = script.world.draw.between(2, 3);
    let mut values = Vec::new();
    for _ in 0..count {
        let fact = script.invented(|world| world.new_fact().filter(|f| f.subject.is_speaker()));
        tell.push(script.telling(&fact, Form::Tell));
        let known = known(script.world.relation(fact.relation_index));
        values.push(format!("{known}{}{}", script.world.speaker.language.tongue.blank(), fact.value.text));
    }
    let file = &script.world.speaker.language.profile;
    let [text, usual] = script.asks_plainly("profile", file);
    let question =
        Question { text, expect: Expect::All { values, besides }, group: Group::Profile, age: Some(1) };
    TrialQuestion { question, usual }
}
