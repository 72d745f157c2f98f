//! What a person may do to a memory without losing it: contradict themselves, repeat themselves, or talk nonsense for hours.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

mod common;

use common::chat;
use nested_memory_model::file::Entries;
use std::path::Path;

/// Facts that the base keeps, most of them: telling, question, value.
const FACTS: [(&str, &str, &str); 10] = [
    ("My parrot is called Zephyr.", "What is my parrot called?", "zephyr"),
    ("My sister lives in Lima.", "Where does my sister live?", "lima"),
    ("The PIN of my bike lock is 4711.", "What is the PIN of my bike lock?", "4711"),
    ("My uncle is a baker.", "What is my uncle's job?", "baker"),
    ("My mother is allergic to nuts.", "What is my mother allergic to?", "nuts"),
    ("My brother plays the cello.", "Which instrument does my brother play?", "cello"),
    ("My car is red.", "What colour is my car?", "red"),
    ("My birthday is on 3 May.", "When is my birthday?", "3 may"),
    ("My cousin speaks Danish.", "Which language does my cousin speak?", "danish"),
    ("My boss is afraid of spiders.", "What is my boss afraid of?", "spiders"),
];

fn say(text: &str) -> String {
    serde_json::json!({ "say": text }).to_string()
}

fn sleep() -> String {
    r#"{"sleep": 1}"#.to_owned()
}

fn save(path: &Path) -> String {
    serde_json::json!({ "save": path }).to_string()
}

/// Five conversations with two facts each, then `bad` and a night, then all questions: how many are right.
fn kept(bad: &[String]) -> usize {
    let mut lines: Vec<String> = Vec::new();
    for pair in FACTS.chunks(2) {
        lines.extend(pair.iter().map(|(tell, _, _)| say(tell)));
        lines.push(sleep());
    }
    if !bad.is_empty() {
        lines.extend_from_slice(bad);
        lines.push(sleep());
    }
    lines.extend(FACTS.iter().map(|(_, ask, _)| say(ask)));
    let answers = chat(&[], &lines.iter().map(String::as_str).collect::<Vec<_>>());
    let replies = &answers[answers.len() - FACTS.len()..];
    let right = |(answer, (_, _, value)): &(&serde_json::Value, &(&str, &str, &str))| {
        answer["reply"].as_str().unwrap().to_lowercase().contains(value)
    };
    replies.iter().zip(&FACTS).filter(right).count()
}

/// Facts that nobody has any use for, all different.
fn nonsense(count: usize) -> Vec<String> {
    const SOUNDS: [&str; 12] = ["ba", "ke", "lo", "mi", "nu", "ra", "se", "to", "vi", "zu", "fa", "go"];
    let word = |mut n: usize| {
        let mut word = String::new();
        for _ in 0..3 {
            word.push_str(SOUNDS[n % 12]);
            n = n / 12 + n % 7;
        }
        word
    };
    let forms: [fn(&str, &str) -> String; 4] = [
        |a, b| format!("My {a} is called {b}."),
        |a, b| format!("The colour of my {a} is {b}."),
        |a, b| format!("My {a} lives in {b}."),
        |a, b| format!("My {a} is afraid of {b}."),
    ];
    (0..count).map(|i| say(&forms[i % 4](&word(i * 5 + 1), &word(i * 11 + 7)))).collect()
}

/// \u{2016}ΔD\u{2016} of the lasting levels from a blank memory, after what was said and the conversation's end.
fn change(said: &[String]) -> f32 {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("memory.safetensors");
    let mut lines = said.to_vec();
    lines.push(r#"{"end_conversation": true}"#.to_owned());
    lines.push(save(&path));
    chat(&[], &lines.iter().map(String::as_str).collect::<Vec<_>>());
    let entries = Entries::from_bytes("snapshot", &std::fs::read(path).unwrap()).unwrap();
    let lasts = |name: &str| name.ends_with(".memory") && !name.contains(".fast.");
    let levels = entries.tensors.iter().filter(|(name, _)| lasts(name));
    levels.flat_map(|(_, entry)| &entry.values).map(|x| x * x).sum::<f32>().sqrt()
}

#[test]
fn five_hundred_facts_of_nonsense_leave_the_older_ones() {
    let before = kept(&[]);
    assert!(before >= 7, "{before} of 10 are known before");
    let after = kept(&nonsense(500));
    assert!(after * 10 >= before * 8, "{after} of {before} are left");
}

/// The bound: however long one conversation goes on, it changes the lasting levels at most three times as much as its
/// first forty facts.
#[test]
fn one_conversation_changes_memory_only_so_much() {
    let (forty, many) = (change(&nonsense(40)), change(&nonsense(500)));
    assert!(forty > 0.0 && many <= 3.0 * forty, "{forty} and {many}");
}

#[test]
fn a_fact_told_fifty_times_leaves_its_neighbours() {
    let before = kept(&[]);
    let after = kept(&vec![say("My goat is called Wimbo."); 50]);
    assert!(after * 10 >= before * 8, "{after} of {before} are left");
    let (once, often) = ([say("My goat is called Wimbo.")], vec![say("My goat is called Wimbo."); 50]);
    let (once, often) = (change(&once), change(&often));
    assert!(often <= 6.0 * once, "{once} and {often}");
}

#[test]
fn a_contradiction_is_settled_by_a_correction_and_harms_nothing_else() {
    let before = kept(&[]);
    let bad = [
        say("My goat is called Wimbo and my goat is called Tarla."),
        say("Actually, my goat is called Pelu."),
    ];
    let after = kept(&bad);
    assert!(after * 10 >= before * 8, "{after} of {before} are left");
    let mut lines = bad.to_vec();
    lines.extend([sleep(), say("What is my goat called?")]);
    let answers = chat(&[], &lines.iter().map(String::as_str).collect::<Vec<_>>());
    let reply = answers[3]["reply"].as_str().unwrap();
    assert!(!reply.contains("Wimbo") && !reply.contains("Tarla"), "{reply}");
}
