//! A ledger that is believed is a chain, and is believed again when it is written again.

use super::snapshot::refusal;
use super::{Case, Outcome};
use crate::fuzz::dice::Dice;
use crate::fuzz::mutate::Grammar;
use anyhow::ensure;
use nested_memory_model::ledger::{self, Line, RULE};

/// Ledgers.
pub(super) struct Ledgers;

fn lines(count: u32) -> Vec<Line> {
    let mut before = String::new();
    let line = |version: u32| {
        let line = Line {
            version,
            before: before.clone(),
            of: version.is_multiple_of(3).then_some(1),
            cause: if version.is_multiple_of(2) { "sleep" } else { "turn" }.to_owned(),
            time: 1_700_000_000_000 + u64::from(version),
            base: "ab".repeat(32),
            rule: RULE.to_owned(),
            said: ledger::said(["My parrot is called Zephyr."].into_iter()),
            memory: format!("{version:064}"),
            hash: String::new(),
        }
        .sealed();
        before.clone_from(&line.hash);
        line
    };
    (1..=count).map(line).collect()
}

impl Case for Ledgers {
    fn grammar(&self) -> Grammar {
        Grammar::Json
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        [0, 1, 3, 5].into_iter().filter_map(|count| ledger::file(&lines(count)).ok()).collect()
    }

    /// Seals the lines again, some of the chain or all of it.
    fn polish(&self, dice: &mut Dice, bytes: &mut Vec<u8>) {
        if dice.one_in(3) {
            return;
        }
        let Ok(mut lines) = ledger::read(bytes) else { return };
        let (chained, mut before) = (!dice.one_in(4), String::new());
        for line in &mut lines {
            if chained {
                line.before.clone_from(&before);
            }
            *line = line.clone().sealed();
            before.clone_from(&line.hash);
        }
        if let Ok(sealed) = ledger::file(&lines) {
            *bytes = sealed;
        }
    }

    fn read(&mut self, bytes: &[u8]) -> anyhow::Result<Outcome> {
        let lines = match ledger::read(bytes) {
            Ok(lines) => lines,
            Err(error) => return refusal(&error, bytes),
        };
        let verdict = ledger::verify(&lines);
        let again = ledger::read(&ledger::file(&lines)?)?;
        ensure!(again == lines && ledger::verify(&again) == verdict, "it is another one when written again");
        if let Err(doubt) = verdict {
            return Ok(Outcome::Refused(doubt.to_string()));
        }
        ensure!(lines.iter().all(|line| line.hash.len() == 64), "a hash is none");
        let chained = lines.windows(2).all(|pair| pair[0].hash == pair[1].before);
        ensure!(chained && lines.first().is_none_or(|line| line.before.is_empty()), "it is no chain");
        Ok(Outcome::Read)
    }
}
