//! Whether training has seen what an examination uses.

use super::pool::each;
use nested_memory_dialogue::{Families, Ingredients, Plan, Split, Tokenizer, Tongue, episode};
use serde::Serialize;

/// Episodes made at once.
const PORTION: u64 = 50;
/// Where the seeds of a training run with `--seed 1` begin.
pub(crate) const FIRST: u64 = 1_000_003;

/// What was found.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Leaks {
    /// What both sides have.
    pub(super) found: Vec<String>,
    /// Subjects, values and phrasings of the cases.
    pub(super) of: usize,
    /// Episodes of training that were looked through.
    pub(super) episodes: u64,
}

impl Leaks {
    /// Compares the cases' ingredients with those of training.
    pub(super) fn new(cases: &Ingredients, training: &Ingredients, episodes: u64) -> Self {
        Self { found: cases.shared(training), of: cases.len(), episodes }
    }
}

/// Conversations of training with everything that can be told in them.
pub(crate) fn plan(tongue: Tongue) -> Plan {
    let mut plan = Plan::base_v1().spoken(tongue);
    for part in &mut plan.conversations {
        (part.families, part.forgets) = (Families::ALL, 0.1);
    }
    plan
}

/// What so many episodes of training are made of, in one language, with everything that can be told in them.
///
/// Episodes whose words are replaced by any tokens (`train --scramble`) are not looked through: they have no words.
pub(super) fn training(
    tongue: Tongue,
    episodes: u64,
    tokenizer: &Tokenizer,
    threads: usize,
) -> anyhow::Result<Ingredients> {
    let plan = plan(tongue);
    let portion = |i: usize| {
        let mut all = Ingredients::default();
        let first = i as u64 * PORTION;
        for seed in first..(first + PORTION).min(episodes) {
            all.absorb(&Ingredients::of(&episode(FIRST + seed, &plan, Split::Train, tokenizer)));
        }
        Ok(all)
    };
    let portions = each("leak check", episodes.div_ceil(PORTION) as usize, threads, portion)?;
    let mut all = Ingredients::default();
    portions.iter().for_each(|portion| all.absorb(portion));
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::{Leaks, training};
    use nested_memory_dialogue::{Tokenizer, Tongue, families_trials, recall_cases};

    #[test]
    fn a_planted_leak_is_found_and_nothing_else() {
        let path = "../../www/public/base/tokenizer.json";
        let tokenizer = Tokenizer::from_bytes(&std::fs::read(path).unwrap_or_default());
        let Ok(tokenizer) = tokenizer else { panic!("{path} is missing") };
        for tongue in [Tongue::English, Tongue::Chinese] {
            let training = training(tongue, 100, &tokenizer, 1).unwrap_or_default();
            assert!(training.len() > 1000, "{}", training.len());
            let mut cases = recall_cases(tongue, 1, 20).remove(0).ingredients;
            families_trials(tongue, 1, 20).iter().for_each(|trial| cases.absorb(&trial.ingredients));
            assert!(Leaks::new(&cases, &training, 100).found.is_empty());
            let planted = training.words.first().cloned();
            cases.words.extend(planted.clone());
            let phrasing = training.phrasings.first().cloned();
            cases.phrasings.extend(phrasing.clone());
            let found: Vec<Option<String>> =
                Leaks::new(&cases, &training, 100).found.into_iter().map(Some).collect();
            assert_eq!(found, [planted, phrasing]);
        }
    }
}
