//! What is held out is never seen in training.
mod common;

use common::tokenizer;
use nested_memory_dialogue::{Episode, Ingredients, Plan, Split, Tongue, episode};
use std::collections::HashSet;

fn episodes(tongue: Tongue, split: Split, count: u64) -> impl Iterator<Item = Episode> {
    let tok = tokenizer();
    (0..count).map(move |seed| episode(seed, &Plan::base_v1().spoken(tongue), split, &tok))
}

/// Nouns, owners, names, value stems; and phrasings; both in lower case.
fn ingredients(tongue: Tongue, split: Split, count: u64) -> (HashSet<String>, HashSet<String>) {
    let mut all = Ingredients::default();
    episodes(tongue, split, count).for_each(|episode| all.absorb(&Ingredients::of(&episode)));
    (all.words.into_iter().collect(), all.phrasings.into_iter().collect())
}

#[test]
fn no_subject_value_or_phrasing_is_on_both_sides() {
    for tongue in [Tongue::English, Tongue::Chinese] {
        let (train, train_phrases) = ingredients(tongue, Split::Train, 500);
        let (held, held_phrases) = ingredients(tongue, Split::HeldOut, 500);
        assert_eq!(train.intersection(&held).collect::<Vec<_>>(), Vec::<&String>::new());
        assert_eq!(train_phrases.intersection(&held_phrases).collect::<Vec<_>>(), Vec::<&String>::new());
        assert!(train.len() > 2000 && held.len() > 1000, "{} and {}", train.len(), held.len());
        assert!(
            train_phrases.len() > 1500 && held_phrases.len() > 600,
            "{} {}",
            train_phrases.len(),
            held_phrases.len()
        );
    }
}

/// Nothing parts Chinese words, so there a held-out word must not even stand within a text.
#[test]
fn no_chinese_text_of_training_contains_a_held_out_word() {
    let (held, _) = ingredients(Tongue::Chinese, Split::HeldOut, 500);
    let is_word = |w: &&String| w.chars().count() > 1 && !w.contains(|c: char| c.is_ascii());
    let held: Vec<&String> = held.iter().filter(is_word).collect();
    let exchanges = episodes(Tongue::Chinese, Split::Train, 300).flat_map(|e| e.conversations);
    let texts = exchanges.flat_map(|c| c.exchanges).flat_map(|x| [x.user, x.assistant]);
    let leaks: HashSet<String> = texts
        .filter_map(|text| {
            held.iter().find(|word| text.contains(word.as_str())).map(|word| format!("{word}: {text}"))
        })
        .collect();
    assert!(leaks.is_empty(), "{} leaks: {:?}", leaks.len(), leaks.iter().take(40).collect::<Vec<_>>());
}

#[test]
fn no_text_of_training_contains_a_held_out_word() {
    let (held, _) = ingredients(Tongue::English, Split::HeldOut, 500);
    // Numbers are checked as values above; inside other numbers ("3:40") they may occur.
    let held: HashSet<String> =
        held.into_iter().filter(|w| !w.contains(|c: char| c.is_ascii_digit())).collect();
    let mut leaks = HashSet::new();
    for exchange in
        episodes(Tongue::English, Split::Train, 500).flat_map(|e| e.conversations).flat_map(|c| c.exchanges)
    {
        for text in [exchange.user, exchange.assistant] {
            let words: Vec<String> = text
                .to_lowercase()
                .split(|c: char| !c.is_alphanumeric() && c != '-')
                .map(str::to_owned)
                .collect();
            for start in 0..words.len() {
                for length in 1..=3.min(words.len() - start) {
                    let phrase = words[start..start + length].join(" ");
                    if held.contains(&phrase) {
                        leaks.insert(format!("{phrase}: {text}"));
                    }
                }
            }
        }
    }
    assert!(leaks.is_empty(), "{} leaks: {:?}", leaks.len(), leaks.iter().take(40).collect::<Vec<_>>());
}
