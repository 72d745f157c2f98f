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

/// What people say in practice, by what it is about.
#[derive(Debug)]
struct Said {
    /// Turns that mention something of a topic, for each topic.
    about: Vec<Counts>,
    /// All of those.
    mentions: Counts,
    /// All other turns.
    others: Counts,
    /// Those of them that ask for a leaning. Who asks dwells on nothing, so they are a kind of their own.
    asking: Counts,
}

impl Said {
    fn new(tokenizer: &Tokenizer, tongue: Tongue, topics: &[(String, Vec<String>)], seed: u64) -> Self {
        let mut said = Self {
            about: vec![Counts::default(); topics.len()],
            mentions: Counts::default(),
            others: Counts::default(),
            asking: Counts::default(),
        };
        let cases = practice_cases(tongue, seed, CASES).into_iter();
        for step in cases.chain(practice_interests(tongue, seed, INTERESTS)).flat_map(|case| case.steps) {
            let (text, topic, asks) = match step {
                Step::Say { text } => {
                    let topic = topics.iter().position(|(_, things)| things.iter().any(|it| has(&text, it)));
                    (text, topic, false)
                }
                Step::Question(question) | Step::Aside(question) => {
                    (question.text, None, question.group == Group::Interest)
                }
                Step::EndConversation => continue,
            };
            let turn = words(&tokenizer.turn(&text));
            if let Some(topic) = topic {
                said.about[topic].add(&turn);
                said.mentions.add(&turn);
            } else {
                said.others.add(&turn);
            }
            if asks {
                said.asking.add(&turn);
            }
        }
        said
    }

    /// The words that speak for the topic of these turns, and how much, in nats.
    fn speak_for(&self, mine: &Counts) -> Vec<(Words, f32)> {
        let nats = |words: &Words| {
            let elsewhere = self.about.iter().filter(|other| !std::ptr::eq(*other, mine));
            let elsewhere = elsewhere.chain([&self.others, &self.asking]).map(|other| other.share(words));
            (mine.share(words) / elsewhere.fold(0.0, f64::max)).ln()
        };
        let all = mine.with.keys().map(|words| (*words, nats(words)));
        all.filter(|(_, nats)| *nats >= LEAST).map(|(words, nats)| (words, nats as f32)).collect()
    }

    /// The words that speak against all topics.
    fn speak_against(&self) -> Vec<Words> {
        let often =
            self.others.with.iter().filter(|(_, turns)| **turns >= AGAINST.1).map(|(words, _)| *words);
        often
            .filter(|words| (self.others.share(words) / self.mentions.share(words)).ln() >= AGAINST.0)
            .collect()
    }
}

/// The topics of a language, and how a person's leaning to one is asked for and told.
pub(super) fn of(tokenizer: &Tokenizer, tongue: Tongue, it: &Interview, seed: u64, hint: Hint) -> Leaning {
    let said = Said::new(tokenizer, tongue, &it.topics, seed);
    let topics = it.topics.iter().zip(&said.about);
    let topics: Vec<Topic> =
        topics.map(|((name, _), mine)| Topic::new(tokenizer.encode(name), &said.speak_for(mine))).collect();
    let against = said.speak_against();
    say(&format!(
        "  {} topics, {} mentions: {} words and pairs speak against all",
        topics.len(),
        said.mentions.turns,
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
