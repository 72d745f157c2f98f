//! One target: kept inputs first, then changed ones; what fails is kept.

use super::cases::{Case, Outcome};
use super::dice::Dice;
use super::keep::{keep, kept};
use super::mutate::Input;
use super::watch::Watch;
use crate::{interrupt, process};
use indicatif::ProgressBar;
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

/// Inputs that are changed further, at most.
const POOL: usize = 256;
/// One in so many that are read is changed further.
const FURTHER: usize = 64;
/// So often it is looked how large the process is.
const LOOK_EVERY: u64 = 256;
/// What a run may add to the process: bytes that are touched, and bytes that are asked for.
const MOST: (u64, u64) = (192 << 20, 1 << 30);
/// So many different reasons are told apart, by so many letters; failures begin with the name of a file.
const REASONS: usize = 20_000;
const SAID: usize = 100;
const SAID_IN_FAILURE: usize = 200;
/// So many of the commonest reasons are told.
const COMMONEST: usize = 24;
/// After so many different failures it is enough.
const FAILURES: usize = 8;

/// What the last panic said, in whatever thread.
static PANIC: Mutex<String> = Mutex::new(String::new());

/// What was found.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Found {
    pub(super) target: &'static str,
    pub(super) seed: u64,
    pub(super) executions: u64,
    pub(super) read: u64,
    pub(super) refused: u64,
    /// Different reasons, up to their numbers and names, and how often the commonest were given.
    pub(super) reasons: usize,
    pub(super) commonest: Vec<(String, u64)>,
    pub(super) panics: u64,
    pub(super) broken_promises: u64,
    /// A hang ends the program, so whoever reads this has seen none.
    pub(super) hangs: u64,
    /// Times at which the process was larger than it may be.
    pub(super) too_large: u64,
    /// Bytes that the process grew by, at most.
    pub(super) growth: Option<u64>,
    pub(super) peak: Option<u64>,
    pub(super) seconds: f64,
    /// Each with the file that it was kept in.
    pub(super) failures: Vec<String>,
}

impl Found {
    /// Whether nothing is wrong.
    pub(super) const fn is_clean(&self) -> bool {
        self.panics + self.broken_promises + self.hangs + self.too_large == 0
    }
}

/// Remembers what panics say instead of printing it a million times.
pub(super) fn hush() {
    std::panic::set_hook(Box::new(|info| {
        if let Ok(mut said) = PANIC.lock() {
            *said = info.to_string();
        }
    }));
}

/// A run of one target.
pub(super) struct Run<'a> {
    case: Box<dyn Case>,
    folder: &'a Path,
    watch: Watch,
    pool: Vec<Input>,
    reasons: HashMap<String, u64>,
    failed: HashSet<String>,
    found: Found,
}

impl<'a> Run<'a> {
    /// Before the first input.
    pub(super) fn new(target: &'static str, case: Box<dyn Case>, folder: &'a Path, seed: u64) -> Self {
        Self {
            case,
            folder,
            watch: Watch::begin(target, folder.to_path_buf()),
            pool: Vec::new(),
            reasons: HashMap::new(),
            failed: HashSet::new(),
            found: Found { target, seed, ..Found::default() },
        }
    }

    /// Reads kept inputs and seeds, and then as many changed ones.
    pub(super) fn go(mut self, executions: u64, bar: &ProgressBar) -> anyhow::Result<Found> {
        let begun = Instant::now();
        let grammar = self.case.grammar();
        for bytes in self.case.seeds().into_iter().chain(kept(self.folder)?) {
            self.read(&bytes);
            self.pool.push(Input::new(grammar, bytes));
        }
        let mut dice = Dice::new(self.found.seed);
        let mut bytes = Vec::new();
        let before = process::size();
        let whole = self.pool.len();
        for execution in 0..executions {
            // What is whole is changed as often as all that was once refused: most refusals lead nowhere.
            let among = if dice.one_in(2) { whole } else { self.pool.len() };
            let one = dice.below(among);
            let other = dice.below(self.pool.len());
            self.pool[one].change(&mut dice, &self.pool[other], &mut bytes);
            self.case.polish(&mut dice, &mut bytes);
            let (new, was_read) = self.read(&bytes);
            if new || (was_read && dice.one_in(FURTHER)) {
                self.take(Input::new(grammar, bytes.clone()), whole, &mut dice);
            }
            if execution % LOOK_EVERY == 0 {
                bar.set_position(execution);
                let full = self.look(before, &bytes);
                if full || self.failed.len() >= FAILURES || interrupt::came() {
                    break;
                }
            }
        }
        self.look(before, &bytes);
        self.found.reasons = self.reasons.len();
        let mut commonest: Vec<(String, u64)> = self.reasons.into_iter().collect();
        commonest.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        commonest.truncate(COMMONEST);
        self.found.commonest = commonest;
        self.found.seconds = begun.elapsed().as_secs_f64();
        Ok(self.found)
    }

    /// Takes an input to be changed further, in place of another one when there are many; the first ones stay.
    fn take(&mut self, input: Input, first: usize, dice: &mut Dice) {
        if !input.is_whole() {
            return;
        }
        if self.pool.len() < POOL {
            self.pool.push(input);
        } else if POOL > first {
            let place = first + dice.below(POOL - first);
            self.pool[place] = input;
        }
    }

    /// Reads one input: whether it was refused for a new reason, and whether it was taken.
    fn read(&mut self, bytes: &[u8]) -> (bool, bool) {
        self.watch.see(bytes);
        self.found.executions += 1;
        let result = catch_unwind(AssertUnwindSafe(|| self.case.read(bytes)));
        self.watch.rest();
        match result {
            Ok(Ok(Outcome::Read)) => {
                self.found.read += 1;
                (false, true)
            }
            Ok(Ok(Outcome::Refused(reason))) => {
                self.found.refused += 1;
                (self.hear(plain(&reason, SAID)), false)
            }
            Ok(Err(broken)) => {
                self.found.broken_promises += 1;
                self.fail(&format!("broken promise: {broken:#}"), bytes);
                (false, false)
            }
            Err(_) => {
                self.found.panics += 1;
                let said = PANIC.lock().map(|mut said| std::mem::take(&mut *said)).unwrap_or_default();
                self.fail(&said, bytes);
                (false, false)
            }
        }
    }

    /// Counts a reason; whether it is a new one.
    fn hear(&mut self, reason: String) -> bool {
        if let Some(count) = self.reasons.get_mut(&reason) {
            *count += 1;
            return false;
        }
        let room = self.reasons.len() < REASONS;
        if room {
            self.reasons.insert(reason, 1);
        }
        room
    }

    /// Keeps an input, unless another one has failed in the same way.
    fn fail(&mut self, what: &str, bytes: &[u8]) {
        if self.failed.len() < FAILURES && self.failed.insert(plain(what, SAID_IN_FAILURE)) {
            let path = keep(self.folder, bytes);
            let what: String = what.chars().take(600).collect();
            self.found.failures.push(format!("{what} (kept as {path})"));
        }
    }

    /// Notes how large the process is; whether it is too large.
    fn look(&mut self, before: Option<process::Size>, bytes: &[u8]) -> bool {
        let (Some(before), Some(now)) = (before, process::size()) else { return false };
        let grown = now.peak.saturating_sub(before.peak);
        self.found.growth = Some(grown);
        self.found.peak = Some(now.peak);
        let full = grown > MOST.0 || now.asked.saturating_sub(before.asked) > MOST.1;
        if full && self.found.too_large == 0 {
            self.found.too_large += 1;
            let what = format!("one of the last {LOOK_EVERY} inputs made the process too large: {now:?}");
            self.fail(&what, bytes);
        }
        full
    }
}

/// A reason without what differs from input to input.
fn plain(reason: &str, letters: usize) -> String {
    let outside_of_quotes = reason.split(['"', '`']).step_by(2);
    outside_of_quotes.flat_map(str::chars).filter(|c| c.is_ascii_alphabetic()).take(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzz::mutate::Grammar;

    /// Panics at "p", breaks a promise at "b".
    struct Touchy;

    impl Case for Touchy {
        fn grammar(&self) -> Grammar {
            Grammar::Text
        }

        fn seeds(&self) -> Vec<Vec<u8>> {
            vec![b"text".to_vec()]
        }

        fn read(&mut self, bytes: &[u8]) -> anyhow::Result<Outcome> {
            assert!(!bytes.contains(&b'p'), "there is a p");
            anyhow::ensure!(!bytes.contains(&b'b'), "there is a b");
            Ok(Outcome::Read)
        }
    }

    #[test]
    fn panics_and_broken_promises_are_found_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        hush();
        let run = Run::new("touchy", Box::new(Touchy), folder.path(), 1);
        let found = run.go(20_000, &ProgressBar::hidden()).unwrap();
        let _usual = std::panic::take_hook();
        assert!(found.panics > 0 && found.broken_promises > 0 && !found.is_clean(), "{found:?}");
        assert_eq!(kept(folder.path()).unwrap().len(), 2, "{found:?}");
        let again = Run::new("touchy", Box::new(Touchy), folder.path(), 1);
        let again = again.go(0, &ProgressBar::hidden()).unwrap();
        assert_eq!((again.panics, again.broken_promises), (1, 1), "what was kept is read again");
    }
}
