//! What a base says in an order in which nobody told it anything ([`nested_memory_model::succession`]): found in conversations of
//! training, where every answer is as it should be.

use super::TONGUES;
use crate::eval::leak::{FIRST, plan};
use crate::eval::pool::each;
use crate::say;
use nested_memory_dialogue::{
    ASSISTANT, END, Encoded, Episode, Split, TokenClass, Tokenizer, USER, encode, episode,
};
use nested_memory_kernels::decode::succession::ANY;
use nested_memory_model::succession::{Succession, Usage};
use std::collections::{BTreeMap, BTreeSet};

/// Episodes of each language.
const EPISODES: usize = 1_200;
/// What was said so often without having been told is the base's own.
const OFTEN: u32 = 3;
/// After a token within a value anything may stand that was followed so often, and so large a share of it, by what nobody told: "Your".
const OPEN: (u32, f64) = (30, 0.9);
/// What is held against what was never said in this order, and against the end of a value within a word (crate/lab/docs/TRAINING.md).
const WEIGHTS: [f32; 2] = [6.0, 4.0];

/// The token after some that stand before it.
type Triple = [u32; 3];

/// What answers have in their order, and how much of it was never told in the same episode.
#[derive(Debug, Default)]
struct Counts {
    untold: BTreeMap<Triple, u32>,
    /// Within values, of each token: how often it was followed by anything, and by what was never told after it.
    followed: BTreeMap<u32, [u32; 2]>,
}

/// The usage of bases that were trained with such conversations.
pub(super) fn of(tokenizer: &Tokenizer, threads: usize) -> anyhow::Result<Usage> {
    let counted = each("usage", TONGUES.len() * EPISODES, threads, |i| {
        let seed = FIRST + (i / TONGUES.len()) as u64;
        Ok(counted(&episode(seed, &plan(TONGUES[i % TONGUES.len()]), Split::Train, tokenizer), tokenizer))
    })?;
    let mut all = Counts::default();
    for Counts { untold, followed } in counted {
        untold.into_iter().for_each(|(triple, count)| *all.untold.entry(triple).or_default() += count);
        for (token, [any, new]) in followed {
            let sums = all.followed.entry(token).or_default();
            *sums = [sums[0] + any, sums[1] + new];
        }
    }
    let mut own = Succession::new();
    let often = all.untold.into_iter().filter(|(_, count)| *count >= OFTEN);
    let often: Vec<Triple> = often.map(|(triple, _)| triple).collect();
    often.iter().for_each(|[earlier, before, token]| own.set(*earlier, *before, *token));
    let is_open = |[any, new]: [u32; 2]| any >= OPEN.0 && f64::from(new) >= OPEN.1 * f64::from(any);
    let open: Vec<u32> =
        all.followed.into_iter().filter(|(_, counts)| is_open(*counts)).map(|(token, _)| token).collect();
    open.iter().for_each(|token| own.set(ANY, *token, ANY));
    let names: Vec<String> = open.iter().map(|token| tokenizer.decode(&[*token])).collect();
    say(&format!("usage: {} of its own, open after {names:?}", often.len()));
    let begins: Vec<bool> = (0..tokenizer.vocab_size() as u32).map(|t| begins(tokenizer.bytes(t))).collect();
    let stop = |text: &str| tokenizer.encode(text).last().copied().unwrap_or(END);
    Ok(Usage::new(&own, &begins, [stop("a."), stop("好。")], WEIGHTS))
}

/// Whether a word is over where a token begins: it begins with a blank, with a sign, or with a character that is no letter of a
/// word's inside.
fn begins(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|byte| !byte.is_ascii_alphanumeric() && !(0x80..0xc0).contains(byte))
}

/// An episode's answers.
fn counted(episode: &Episode, tokenizer: &Tokenizer) -> Counts {
    let (mut counts, mut told) = (Counts::default(), BTreeSet::new());
    for conversation in &episode.conversations {
        let encoded = encode(conversation, tokenizer);
        let mut speaking = false;
        for at in 0..encoded.tokens.len() {
            match encoded.tokens[at] {
                USER => speaking = false,
                ASSISTANT => speaking = true,
                END => {}
                _ if speaking => counts.takes(&encoded, at, &told),
                _ => told.extend(before(&encoded.tokens, at, USER).into_iter().chain([[
                    ANY,
                    ANY,
                    encoded.tokens[at],
                ]])),
            }
        }
    }
    counts
}

/// The token at a place after one, and after two, as far as they belong to the same turn, whose mark counts as one.
fn before(tokens: &[u32], at: usize, mark: u32) -> Vec<Triple> {
    let mut all = Vec::new();
    let Some(before) = at.checked_sub(1).map(|at| tokens[at]) else { return all };
    all.push([ANY, before, tokens[at]]);
    if before != mark
        && let Some(earlier) = at.checked_sub(2).map(|at| tokens[at]).filter(|it| *it != mark)
    {
        all.push([earlier, before, tokens[at]]);
    }
    all
}

impl Counts {
    /// Takes in a token of an answer.
    fn takes(&mut self, encoded: &Encoded, at: usize, told: &BTreeSet<Triple>) {
        let is_value =
            |at: usize| matches!(encoded.classes[at], TokenClass::AckValue | TokenClass::AnswerValue { .. });
        for triple in before(&encoded.tokens, at, ASSISTANT) {
            let [earlier, before, token] = triple;
            // Whatever was told may begin an answer.
            let was_told = told.contains(&if before == ASSISTANT { [ANY, ANY, token] } else { triple });
            // A value may end anywhere.
            if !was_told && (!is_value(at - 1) || is_value(at)) {
                *self.untold.entry(triple).or_default() += 1;
            }
            if is_value(at) && before != ASSISTANT && earlier == ANY {
                let [any, new] = self.followed.entry(before).or_default();
                (*any, *new) = (*any + 1, *new + u32::from(!was_told));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nested_memory_dialogue::Tongue;

    #[test]
    fn what_answers_say_of_themselves_is_usage_and_what_was_told_is_not() {
        assert!(begins(b" dog") && begins(b".") && begins("狗".as_bytes()));
        assert!(!begins(b"ing") && !begins(b"7") && !begins(&"狗".as_bytes()[1..]));
        let read = |name: &str| std::fs::read(format!("../../www/public/base/{name}")).unwrap_or_default();
        let Ok(tokenizer) = Tokenizer::from_bytes(&read("tokenizer.json")) else { panic!("no tokenizer") };
        let mut all = BTreeMap::<Triple, u32>::new();
        for seed in 0..20 {
            let episode = episode(FIRST + seed, &plan(Tongue::English), Split::Train, &tokenizer);
            for (triple, count) in counted(&episode, &tokenizer).untold {
                *all.entry(triple).or_default() += count;
            }
        }
        let unknown = tokenizer.encode(Tongue::English.unknown());
        let own = |triple: Triple| all.get(&triple).copied().unwrap_or_default();
        assert!(own([ANY, ASSISTANT, unknown[0]]) > 0 && own([ANY, unknown[0], unknown[1]]) > 0);
        assert!(own([unknown[0], unknown[1], unknown[2]]) > 0);
        // Hardly a value is said that was not told: what is left are other persons' "your", capitals and the like.
        let said: u32 = all.values().sum();
        let fixed: u32 = unknown.windows(2).map(|pair| own([ANY, pair[0], pair[1]])).sum();
        assert!(fixed > said / 20, "{fixed} of {said}");
    }
}
