//! Counting tests: what cargo, Node's test runner and Vitest say at their ends, added up.

use std::fmt;
use std::ops::AddAssign;

/// How many tests passed, failed and were not run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Ran and held.
    pub(crate) passed: u64,
    /// Ran and did not hold, or could not be run at all.
    pub(crate) failed: u64,
    /// Not run, by somebody's decision.
    pub(crate) skipped: u64,
}

impl Tally {
    /// One check that has no tests of its own, such as a lint.
    pub(crate) fn of_check(passed: bool) -> Self {
        Self { passed: u64::from(passed), failed: u64::from(!passed), skipped: 0 }
    }

    /// One thing that was not run.
    pub(crate) fn of_skipped() -> Self {
        Self { skipped: 1, ..Self::default() }
    }

    /// A program that failed without a failed test did not get as far as its tests: that counts as one.
    pub(crate) fn with_exit(mut self, success: bool) -> Self {
        if !success && self.failed == 0 {
            self.failed = 1;
        }
        self
    }

    /// Adds what one line of output says, if it is a summary.
    pub(crate) fn hear(&mut self, line: &str) {
        let line = without_colour(line);
        let line = line.trim();
        if let Some(counts) = line.strip_prefix("test result: ") {
            self.hear_counts(counts.split_once(". ").map_or(counts, |(_, counts)| counts), "; ");
        } else if let Some(counts) = line.strip_prefix("Tests  ") {
            self.hear_counts(counts, " | ");
        } else if let Some(count) = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ ")) {
            self.hear_node(count);
        }
    }

    /// `5 passed; 1 failed; 2 ignored` and its like.
    fn hear_counts(&mut self, counts: &str, separator: &str) {
        for count in counts.split(separator) {
            let mut words = count.split_whitespace();
            if let (Some(Ok(number)), Some(word)) = (words.next().map(str::parse), words.next()) {
                self.add(word, number);
            }
        }
    }

    /// `pass 5` and its like.
    fn hear_node(&mut self, count: &str) {
        if let Some((word, Ok(number))) = count.split_once(' ').map(|(word, number)| (word, number.parse())) {
            self.add(word, number);
        }
    }

    fn add(&mut self, word: &str, number: u64) {
        match word {
            "passed" | "pass" => self.passed += number,
            "failed" | "fail" | "cancelled" => self.failed += number,
            "ignored" | "skipped" | "todo" => self.skipped += number,
            _ => {}
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// The line that CI reads.
impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(formatter, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

/// The text without terminal colours (`ESC [ … m`).
fn without_colour(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            // The sequence ends with its first letter.
            characters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(lines: &[&str]) -> Tally {
        let mut tally = Tally::default();
        lines.iter().for_each(|line| tally.hear(line));
        tally
    }

    #[test]
    fn cargo_results_of_several_crates_add_up() {
        let tally = heard(&[
            "running 6 tests",
            "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.03s",
            "test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 measured; 7 filtered out; finished in 0.03s",
        ]);
        assert_eq!(tally, Tally { passed: 7, failed: 3, skipped: 1 });
    }

    #[test]
    fn node_is_understood_in_both_of_its_voices() {
        let counts = ["tests 9", "suites 0", "pass 4", "fail 1", "cancelled 2", "skipped 1", "todo 1"];
        for sign in ["#", "ℹ", "\u{1b}[34mℹ"] {
            let lines: Vec<String> = counts.iter().map(|count| format!("{sign} {count}\u{1b}[39m")).collect();
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            assert_eq!(heard(&lines), Tally { passed: 4, failed: 3, skipped: 2 });
        }
    }

    #[test]
    fn vitest_tests_are_counted_and_its_files_are_not() {
        let tally = heard(&[
            " Test Files  1 failed | 3 passed (4)",
            "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[31m1 failed\u{1b}[39m\u{1b}[2m | \u{1b}[22m\u{1b}[32m11 passed\u{1b}[39m | 2 skipped (14)",
        ]);
        assert_eq!(tally, Tally { passed: 11, failed: 1, skipped: 2 });
    }

    #[test]
    fn program_that_fails_before_its_tests_counts_as_one_failure() {
        assert_eq!(Tally::default().with_exit(false).failed, 1);
        assert_eq!(heard(&["# fail 2"]).with_exit(false).failed, 2);
        assert_eq!(Tally::default().with_exit(true).failed, 0);
    }

    #[test]
    fn last_line_is_what_ci_reads() {
        assert_eq!(Tally { passed: 12, failed: 0, skipped: 0 }.to_string(), "12 passed, 0 failed");
        assert_eq!(Tally { passed: 1, failed: 2, skipped: 3 }.to_string(), "1 passed, 2 failed, 3 skipped");
    }
}
