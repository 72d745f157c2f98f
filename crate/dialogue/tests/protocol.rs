//! What an examination promises.
use nested_memory_dialogue::{
    Case, Expect, Group, Interview, Question, Step, Tongue, Trial, capacity_cases, compound_cases, declined,
    edit_cases, everyday_cases, families_cases, families_trials, forget_cases, gives_old, interest_cases,
    locality_trials, matrix_cases, recall_cases, recall_trials, retention_cases, score, strategy_trials,
    suggestions, two_step_cases, two_step_trials, unknown_cases,
};
use std::collections::{BTreeMap, BTreeSet, HashSet};

const TONGUES: [Tongue; 2] = [Tongue::English, Tongue::Chinese];
type Suite = fn(Tongue, u64, usize) -> Vec<Case>;

/// The suite, how many of it are looked at, and what a hundred and twenty cases ask at least in each group.
const SUITES: [(Suite, usize, usize); 12] = [
    (everyday_cases, 60, 120),
    (compound_cases, 60, 120),
    (recall_cases, 150, 100),
    (retention_cases, 5, 240),
    (forget_cases, 50, 120),
    (edit_cases, 100, 120),
    (unknown_cases, 100, 120),
    (two_step_cases, 100, 240),
    (interest_cases, 60, 120),
    (families_cases, 60, 120),
    (capacity_cases, 5, 600),
    (matrix_cases, 3, 19_800),
];

fn questions(case: &Case) -> impl Iterator<Item = &Question> {
    case.steps.iter().filter_map(|step| match step {
        Step::Question(question) | Step::Aside(question) => Some(question),
        _ => None,
    })
}

#[test]
fn a_hundred_and_twenty_cases_ask_enough_in_every_group() {
    let mut groups: BTreeMap<Group, usize> = BTreeMap::new();
    for case in recall_cases(Tongue::English, 1, 120) {
        assert_eq!(case.steps.iter().filter(|s| matches!(s, Step::EndConversation)).count(), 3);
        for question in questions(&case) {
            *groups.entry(question.group).or_default() += 1;
        }
    }
    assert_eq!(groups.len(), 5);
    assert!(groups.values().all(|n| *n >= 100), "{groups:?}");
    assert!(groups.values().sum::<usize>() >= 500, "{groups:?}");
}

#[test]
fn every_suite_asks_enough_in_every_group() {
    for (suite, _, least) in SUITES {
        for tongue in TONGUES {
            let mut groups: BTreeMap<Group, usize> = BTreeMap::new();
            for case in suite(tongue, 5, 2) {
                questions(&case).for_each(|question| *groups.entry(question.group).or_default() += 1);
            }
            assert!(groups.values().all(|n| n * 60 >= least), "{tongue:?} {groups:?}");
        }
    }
}

/// What a person has said of themselves, without the words that tell it: "Rome" of "You live in Rome".
fn bare(told: &str) -> String {
    let words = TONGUES.into_iter().flat_map(|tongue| Interview::new(tongue).inquiries).map(|(_, tell)| tell);
    let value = words.filter_map(|words| told.strip_prefix(words.trim()).map(str::to_owned)).next();
    value.map_or_else(|| told.to_owned(), |value| value.trim().to_owned())
}

/// What an answer must have, as it was told.
fn values(expect: &Expect) -> Vec<String> {
    match expect {
        Expect::Value(value) => vec![value.clone()],
        Expect::All { values, .. } => values.iter().map(|value| bare(value)).collect(),
        // The topic is never said.
        Expect::Interest { entity, .. } => vec![entity.clone()],
        Expect::Corrected { new, old } => {
            assert!(!old.contains(new));
            vec![new.clone()]
        }
        Expect::Unknown => Vec::new(),
    }
}

#[test]
fn what_is_asked_was_told_at_the_age_it_says_and_no_question_holds_its_answer() {
    for (suite, count, _) in SUITES {
        for case in TONGUES.into_iter().flat_map(|tongue| suite(tongue, 2, count)) {
            let (mut conversation, mut said) = (0, Vec::new());
            for step in &case.steps {
                let Question { text, expect, group, age } = match step {
                    Step::Say { text } => {
                        said.push((conversation, text.to_lowercase()));
                        continue;
                    }
                    Step::EndConversation => {
                        conversation += 1;
                        continue;
                    }
                    Step::Question(question) | Step::Aside(question) => question,
                };
                for value in values(expect).into_iter().map(|value| value.to_lowercase()) {
                    let told = if *group == Group::Inverse { mine(&value) } else { value.clone() };
                    let at_its_age = |c: usize| age.is_none_or(|age| c + age == conversation);
                    let told = said.iter().any(|(c, t)| at_its_age(*c) && t.contains(&told));
                    assert!(told, "{value} in {case:?}");
                    assert!(!score(text, &Expect::Value(value.clone())), "{text}");
                }
                let age_of_group = match group {
                    Group::Same => Some(0),
                    Group::OneLater | Group::AgeOne | Group::Known => Some(1),
                    Group::TwoLater => Some(2),
                    Group::FourLater => Some(4),
                    Group::TenLater => Some(10),
                    Group::TwentyLater => Some(20),
                    Group::ThirtyLater => Some(30),
                    _ => *age,
                };
                assert_eq!(age_of_group, *age, "{group:?}");
            }
        }
    }
}

/// "your dog" as it is told: "my dog", "a dog".
fn mine(yours: &str) -> String {
    ["your ", "你的", "你"].iter().find_map(|owner| yours.strip_prefix(owner)).unwrap_or(yours).to_owned()
}

#[test]
fn a_trial_asks_the_same_in_words_of_training_and_its_distractors_tell_something_else() {
    type Trials = fn(Tongue, u64, usize) -> Vec<Trial>;
    let all: [Trials; 3] = [recall_trials, two_step_trials, families_trials];
    let trials = all.into_iter().flat_map(|make| TONGUES.into_iter().flat_map(move |t| make(t, 4, 40)));
    for trial in trials {
        assert_eq!(trial.distractors.len(), 3);
        assert!(trial.distractors.iter().all(|part| part.len() == 4));
        for asked in &trial.questions {
            for value in values(&asked.question.expect) {
                let told = if asked.question.group == Group::Inverse {
                    mine(&value.to_lowercase())
                } else {
                    value.to_lowercase()
                };
                assert!(trial.tell.iter().any(|text| text.to_lowercase().contains(&told)), "{trial:?}");
                let value = Expect::Value(value);
                assert!(!score(&asked.usual, &value), "{asked:?}");
            }
        }
    }
}

#[test]
fn questions_about_strangers_differ_from_those_about_what_is_known() {
    for case in TONGUES.into_iter().flat_map(|t| unknown_cases(t, 6, 60)) {
        let texts: BTreeSet<&str> = questions(&case).map(|question| question.text.as_str()).collect();
        assert_eq!(texts.len(), 6, "{case:?}");
    }
}

#[test]
fn what_was_corrected_twice_has_three_values_and_what_was_not_has_one() {
    for case in TONGUES.into_iter().flat_map(|t| edit_cases(t, 7, 60)) {
        assert_eq!(questions(&case).filter(|q| q.group == Group::ToldAnew).count(), 1);
        let count = |group: Group, former: usize| {
            let corrected = |expect: &Expect| match expect {
                Expect::Corrected { old, .. } => old.len(),
                _ => 0,
            };
            questions(&case).filter(|q| q.group == group && corrected(&q.expect) == former).count()
        };
        let counts = [(Group::Kept, 0), (Group::Corrected, 1), (Group::CorrectedTwice, 2)];
        assert_eq!(counts.map(|(group, former)| count(group, former)), [1, 2, 1]);
    }
}

#[test]
fn what_is_read_for_locality_is_not_said() {
    for trial in TONGUES.into_iter().flat_map(|t| locality_trials(t, 8, 4)) {
        assert_eq!(trial.conversations.len(), 30);
        let said: HashSet<&String> = trial.conversations.iter().flatten().collect();
        assert_eq!(said.len(), 60);
        assert!(trial.talk.iter().all(|(text, reply)| !said.contains(text) && !reply.is_empty()));
    }
}

#[test]
fn the_same_seed_gives_the_same_cases_and_another_seed_others() {
    assert_eq!(recall_cases(Tongue::English, 3, 5), recall_cases(Tongue::English, 3, 5));
    assert_ne!(recall_cases(Tongue::English, 3, 5), recall_cases(Tongue::English, 4, 5));
    let ids: HashSet<String> = recall_cases(Tongue::English, 3, 50).into_iter().map(|c| c.id).collect();
    assert_eq!(ids.len(), 50);
}

#[test]
fn a_reply_is_right_if_it_has_the_whole_value_and_nothing_that_was_corrected() {
    let value = |v: &str| Expect::Value(v.to_owned());
    assert!(score("It's called Bix.", &value("bix")));
    assert!(!score("It's called Bixby.", &value("Bix")));
    assert!(!score("It's 14711.", &value("471")));
    assert!(score("On 14 March.", &value("14 March")));
    assert!(score("It's called 小明。", &value("小明")));
    let all = Expect::All { values: vec!["Bix".into(), "Anna".into()], besides: vec!["jazz".into()] };
    assert!(
        score("Let me think: Anna, Bix.", &all) && !score("Let me think: Anna.", &all) && !score("", &all)
    );
    assert!(!score("Let me think: Anna, Bix, Ben.", &all));
    assert!(score("Let me see. Your name is Bix. You enjoy jazz. Your sister is Anna.", &all));
    assert!(!score("Let me see. Your name is Bix. You live in Rome. Your sister is Anna.", &all));
    let chinese = Expect::All { values: vec!["长沙".into(), "瑜伽老师".into()], besides: Vec::new() };
    assert!(score("让我看看。你住在长沙。你的职业是瑜伽老师。", &chinese));
    assert!(!score("让我看看。你住在长沙。你的职业是瑜伽老师。你叫小刚。", &chinese));
    let interest = Expect::Interest { topic: "古典音乐".into(), entity: "巴赫".into() };
    assert!(score("古典音乐，尤其是巴赫。", &interest) && !score("古典音乐，尤其是肖邦。", &interest));
    assert!(score("  i don’t know yet. Tell me!", &Expect::Unknown));
    assert!(declined("我还不知道。") && !declined("It's Bix."));
    assert!(!score("It's Bix. I don't know yet.", &Expect::Unknown));
    let corrected = Expect::Corrected { new: "Bix".into(), old: vec!["Rex".into(), "Bo".into()] };
    assert!(gives_old("Rex.", &corrected) && gives_old("Bo.", &corrected) && !gives_old("Bix.", &corrected));
    assert!(score("It's called Bix.", &corrected));
    assert!(!score("It's called Bix, not Rex.", &corrected));
    assert!(!score("", &value("Bix")));
}

#[test]
fn suggestions_are_pairs_that_belong_together() {
    let pairs = suggestions(1, 12);
    assert_eq!(pairs.len(), 12);
    for (tell, ask) in pairs {
        assert!(tell.ends_with('.') && ask.ends_with('?'), "{tell} {ask}");
    }
}

#[test]
fn retention_tells_sixty_facts_and_asks_for_each_once() {
    for case in retention_cases(Tongue::English, 3, 4) {
        let ends = case.steps.iter().filter(|s| matches!(s, Step::EndConversation)).count();
        let asked: HashSet<String> = questions(&case).flat_map(|question| values(&question.expect)).collect();
        let mut ages: BTreeMap<usize, usize> = BTreeMap::new();
        questions(&case)
            .filter_map(|question| question.age)
            .for_each(|age| *ages.entry(age).or_default() += 1);
        assert_eq!((ends, questions(&case).count(), asked.len()), (31, 60, 60));
        assert_eq!(ages.keys().copied().collect::<Vec<_>>(), [1, 2, 4, 10, 20, 30]);
        assert!(ages[&1] >= 12 && ages[&10] >= 12 && ages[&30] == 2, "{ages:?}");
    }
}

#[test]
fn a_strategy_trial_tells_what_it_asks_and_no_question_holds_its_answer() {
    for tongue in TONGUES {
        for trial in strategy_trials(tongue, 9, 60) {
            let told = trial.tell.join("\n").to_lowercase();
            assert_eq!((trial.questions.len(), trial.strangers.len(), trial.later.len()), (4, 2, 10));
            for question in &trial.questions {
                for value in values(&question.expect) {
                    let value = value.to_lowercase();
                    assert!(told.contains(&value), "{value}: {told}");
                    assert!(!score(&question.text, &question.expect), "{}", question.text);
                }
            }
            assert!(trial.strangers.iter().all(|question| question.expect == Expect::Unknown));
        }
    }
}
