//! What words are about: which tokens, and pairs of them, speak for which topic, counted in what people say in practice.

use super::hints::CASES;
use crate::say;
use nested_memory_dialogue::{Group, Interview, Step, Tokenizer, Tongue, practice_cases, practice_interests};
use nested_memory_model::leaning::{Words, words};
use nested_memory_model::{Hint, Leaning, Topic};
use std::collections::{BTreeMap, BTreeSet};

/// Cases in which somebody comes back to something: a thing is mentioned in some forty of them.
const INTERESTS: usize = 600;
/// What is counted as if it had been seen.
const UNSEEN: f64 = 0.5;
/// What says less for a topic than this is left out, in nats,
const LEAST: f64 = 1.0;
/// and what says less against all of them than this, or was said in fewer turns.
const AGAINST: (f64, f64) = (0.5, 10.0);

/// How many turns there are, and how many of them have each token and pair.
#[derive(Debug, Default, Clone)]
struct Counts {
    turns: f64,
    with: BTreeMap<Words, f64>,
}

impl Counts {
    fn add(&mut self, turn: &BTreeSet<Words>) {
        self.turns += 1.0;
        turn.iter().for_each(|words| *self.with.entry(*words).or_default() += 1.0);
    }

    fn share(&self, words: &Words) -> f64 {
        (self.with.get(words).copied().unwrap_or_default() + UNSEEN) / (self.turns + 1.0)
    }
}

/// The topics of a language, and how a person's leaning to one is asked for and told.
pub(super) fn of(tokenizer: &Tokenizer, tongue: Tongue, it: &Interview, seed: u64, hint: Hint) -> Leaning {
    let cases = practice_cases(tongue, seed, CASES).into_iter();
    let steps = cases.chain(practice_interests(tongue, seed, INTERESTS)).flat_map(|case| case.steps);
    let mut about = vec![Counts::default(); it.topics.len()];
    // Who asks for a leaning dwells on nothing: such questions are a kind of their own.
    let (mut mentions, mut others, mut asking) = (Counts::default(), Counts::default(), Counts::default());
    for step in steps {
        let (text, topic, asks) = match step {
            Step::Say { text } => {
                let is_of =
                    |(_, things): &(String, Vec<String>)| things.iter().any(|thing| has(&text, thing));
                let topic = it.topics.iter().position(is_of);
                (text, topic, false)
            }
            Step::Question(question) | Step::Aside(question) => {
                (question.text, None, question.group == Group::Interest)
            }
            Step::EndConversation => continue,
        };
        let turn = words(&tokenizer.turn(&text));
        if let Some(topic) = topic {
            about[topic].add(&turn);
            mentions.add(&turn);
        } else {
            others.add(&turn);
        }
        if asks {
            asking.add(&turn);
        }
    }
    let speaks_for = |mine: &Counts| -> Vec<(Words, f32)> {
        let nats = |words: &Words| {
            let elsewhere =
                about.iter().filter(|other| !std::ptr::eq(*other, mine)).chain([&others, &asking]);
            (mine.share(words) / elsewhere.map(|other| other.share(words)).fold(0.0, f64::max)).ln()
        };
        let all = mine.with.keys().map(|words| (*words, nats(words)));
        all.filter(|(_, nats)| *nats >= LEAST).map(|(words, nats)| (words, nats as f32)).collect()
    };
    let named = it.topics.iter().zip(&about);
    let topics: Vec<Topic> =
        named.map(|((name, _), mine)| Topic::new(tokenizer.encode(name), &speaks_for(mine))).collect();
    let often = others.with.iter().filter(|(_, turns)| **turns >= AGAINST.1).map(|(words, _)| *words);
    let against = |words: &Words| (others.share(words) / mentions.share(words)).ln() >= AGAINST.0;
    let against: Vec<Words> = often.filter(against).collect();
    say(&format!(
        "  {} topics, {} mentions: {} words and pairs speak against all",
        topics.len(),
        mentions.turns,
        against.len()
    ));
    Leaning {
        hint,
        tell: tokenizer.encode(&it.leans),
        above: tokenizer.encode(&it.above),
        topics,
        others: Leaning::others(&against),
    }
}

/// Whether a text has a thing as words of its own.
fn has(text: &str, thing: &str) -> bool {
    let (text, thing) = (format!(" {}", text.to_lowercase()), thing.to_lowercase());
    let ends =
        |rest: &str| !thing.is_ascii() || rest.chars().next().is_none_or(|next| !next.is_alphanumeric());
    text.match_indices(&thing).any(|(at, found)| ends(&text[at + found.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use nested_memory_model::hint::PLACES;
    use nested_memory_model::leaning::Lore;

    #[test]
    fn a_mention_in_words_that_practice_never_had_is_about_its_topic() {
        let Ok(bytes) = std::fs::read("../../www/public/base/tokenizer.json") else { panic!("no tokenizer") };
        let Ok(tokenizer) = Tokenizer::from_bytes(&bytes) else { panic!("no tokenizer") };
        let it = Interview::new(Tongue::English);
        let leaning = of(&tokenizer, Tongue::English, &it, 1, Hint::new(0.0, &[0.0; PLACES]));
        let lore = Lore::new([&leaning].into_iter());
        let about = |text: &str| {
            let evidence = lore.evidence(&tokenizer.turn(text));
            let most = (0..evidence.len()).max_by(|a, b| evidence[*a].total_cmp(&evidence[*b]));
            most.filter(|topic| evidence[*topic] > 1.0).map(|topic| it.topics[topic].0.trim())
        };
        assert_eq!(about("My neighbour played Bach and Vivaldi all night."), Some("classical music"));
        assert_eq!(about("We saw Jupiter over the hill!"), Some("astronomy"));
        assert_eq!(about("My parrot is called Zephyr Malin."), None);
        assert_eq!(about("How are you today?"), None);
        assert_eq!(about("Which topic interests me?"), None);
    }
}
