//! What an examination promises.
use nested_memory_dialogue::{
    Expect, Group, Step, Tongue, forget_cases, recall_cases, retention_cases, score, suggestions,
};
use std::collections::{BTreeMap, HashSet};

#[test]
fn a_hundred_and_twenty_cases_ask_enough_in_every_group() {
    let mut groups: BTreeMap<Group, usize> = BTreeMap::new();
    for case in recall_cases(Tongue::English, 1, 120) {
        assert_eq!(case.steps.iter().filter(|s| matches!(s, Step::EndConversation)).count(), 3);
        for step in case.steps {
            if let Step::Question { group, .. } = step {
                *groups.entry(group).or_default() += 1;
            }
        }
    }
    assert_eq!(groups.len(), 5);
    assert!(groups.values().all(|n| *n >= 100), "{groups:?}");
    assert!(groups.values().sum::<usize>() >= 500, "{groups:?}");
}

#[test]
fn what_is_asked_was_told_when_the_group_says_so_and_no_question_holds_its_answer() {
    let suites = [Tongue::English, Tongue::Chinese]
        .into_iter()
        .flat_map(|t| [recall_cases(t, 2, 150), retention_cases(t, 2, 5), forget_cases(t, 2, 50)].concat());
    for case in suites {
        let (mut conversation, mut said) = (0, Vec::new());
        for step in &case.steps {
            match step {
                Step::Say { text } => said.push((conversation, text.to_lowercase())),
                Step::EndConversation => conversation += 1,
                Step::Question { text, expect, group } => {
                    let (value, age) = match (expect, group) {
                        (Expect::Value(v), Group::Same) => (v, 0),
                        (Expect::Value(v), Group::OneLater) => (v, 1),
                        (Expect::Value(v), Group::TwoLater) => (v, 2),
                        (Expect::Value(v), Group::TenLater) => (v, 10),
                        (Expect::Value(v), Group::ThirtyLater) => (v, 30),
                        (Expect::Value(v), Group::Kept) => (v, 2),
                        (Expect::Unknown, Group::Forgotten) => continue,
                        (Expect::Corrected { new, old }, Group::Corrected) => {
                            assert_ne!(new, old);
                            (new, 1)
                        }
                        (Expect::Unknown, Group::Unknown) => continue,
                        other => panic!("{other:?}"),
                    };
                    let value = value.to_lowercase();
                    let told = said.iter().any(|(c, t)| *c + age == conversation && t.contains(&value));
                    assert!(told, "{value} in {case:?}");
                    assert!(!score(text, &Expect::Value(value.clone())), "{text}");
                }
            }
        }
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
    assert!(score("  i don’t know yet. Tell me!", &Expect::Unknown));
    assert!(!score("It's Bix. I don't know yet.", &Expect::Unknown));
    let corrected = Expect::Corrected { new: "Bix".into(), old: "Rex".into() };
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
fn retention_tells_sixty_facts_and_asks_for_each_at_most_once() {
    for case in retention_cases(Tongue::English, 3, 4) {
        let ends = case.steps.iter().filter(|s| matches!(s, Step::EndConversation)).count();
        let values: Vec<&str> = case
            .steps
            .iter()
            .filter_map(|step| match step {
                Step::Question { expect: Expect::Value(value), .. } => Some(value.as_str()),
                _ => None,
            })
            .collect();
        let different: HashSet<&str> = values.iter().copied().collect();
        // One later from the second conversation's facts on, ten later, and the first two thirty later.
        assert_eq!((ends, values.len(), different.len()), (31, 29 + 20 + 2, values.len()));
    }
}
