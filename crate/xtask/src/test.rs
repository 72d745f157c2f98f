//! `cargo xtask test`: every check in order, a table of how they went, and the line that CI reads.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::Args;

use crate::groups::{GROUPS, Group, Run};
use crate::house::House;
use crate::progress::duration;
use crate::tally::Tally;

/// Options of `cargo xtask test`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Leave out what takes minutes: everything that needs the page or a browser.
    #[arg(long)]
    fast: bool,
    /// Names of groups (fmt, lint, lint-wasm, native, python, deny, wasm, www, page, bench, browser) to run only
    /// those; any other word picks tests by their names.
    filter: Vec<String>,
}

/// How one group went.
struct Outcome {
    group: &'static Group,
    tally: Tally,
    time: Duration,
    remark: String,
}

/// Runs the groups; false if anything failed.
pub(crate) fn run(house: &House, options: &Options) -> Result<bool> {
    let plan = Plan::new(options)?;
    let run = Run { house, filters: plan.filters.clone() };
    let mut outcomes: Vec<Outcome> = Vec::new();
    for &group in &plan.groups {
        let failed = outcomes.iter().any(|outcome| outcome.tally.failed > 0);
        let outcome = match plan.reason_to_skip(group, failed) {
            Some(reason) => Outcome::skipped(group, reason),
            None => run_group(group, &run),
        };
        outcomes.push(outcome);
    }
    let total = summarize(&outcomes);
    println!("{total}");
    // Words that pick no test at all are a mistake; a group without tests is none.
    let found = plan.filters.is_empty() || total.passed + total.failed > 0;
    if !found {
        println!("No test has a name with {}.", plan.filters.join(" or "));
    }
    Ok(found && total.failed == 0)
}

/// Which groups run, and which tests in them.
struct Plan {
    groups: Vec<&'static Group>,
    filters: Vec<String>,
    fast: bool,
}

impl Plan {
    fn new(options: &Options) -> Result<Self> {
        let (names, filters): (Vec<_>, Vec<_>) =
            options.filter.iter().cloned().partition(|word| GROUPS.iter().any(|group| group.name == word));
        let named = |group: &&Group| match (names.is_empty(), filters.is_empty()) {
            (false, _) => names.iter().any(|name| name == group.name),
            (true, false) => group.takes_filters,
            (true, true) => true,
        };
        let groups: Vec<_> = GROUPS.iter().filter(named).collect();
        if !filters.is_empty() && !groups.iter().any(|group| group.takes_filters) {
            let known: Vec<_> = GROUPS.iter().map(|group| group.name).collect();
            bail!(
                "None of the groups named has tests to pick by name. The groups are: {}.",
                known.join(", ")
            );
        }
        Ok(Self { groups, filters, fast: options.fast })
    }

    fn reason_to_skip(&self, group: &Group, failed: bool) -> Option<&'static str> {
        if failed {
            Some("not run after a failure")
        } else if self.fast && group.slow {
            Some("left out by --fast")
        } else {
            None
        }
    }
}

impl Outcome {
    fn skipped(group: &'static Group, reason: &str) -> Self {
        Self { group, tally: Tally::of_skipped(), time: Duration::ZERO, remark: reason.to_owned() }
    }
}

fn run_group(group: &'static Group, run: &Run<'_>) -> Outcome {
    println!("\n── {}: {} ──", group.name, group.what);
    let begun = Instant::now();
    let (tally, remark) = match (group.run)(run) {
        Ok(tally) => (tally, String::new()),
        Err(error) => {
            println!("{error:#}");
            // The table has room for the first sentence; the whole is above.
            let first = format!("{error}").split(". ").next().unwrap_or_default().to_owned();
            (Tally::of_check(false), first)
        }
    };
    Outcome { group, tally, time: begun.elapsed(), remark }
}

/// Prints the table and adds it up.
fn summarize(outcomes: &[Outcome]) -> Tally {
    let mut total = Tally::default();
    println!("\n{:<10} {:>7} {:>7} {:>7}  {:>12}", "group", "passed", "failed", "skipped", "time");
    for Outcome { group, tally, time, remark } in outcomes {
        total += *tally;
        let Tally { passed, failed, skipped } = tally;
        let row = format!(
            "{:<10} {passed:>7} {failed:>7} {skipped:>7}  {:>12}  {remark}",
            group.name,
            duration(*time)
        );
        println!("{}", row.trim_end());
    }
    println!();
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(fast: bool, words: &[&str]) -> Result<Plan> {
        Plan::new(&Options { fast, filter: words.iter().map(|&word| word.to_owned()).collect() })
    }

    fn names(plan: &Plan) -> Vec<&str> {
        plan.groups.iter().map(|group| group.name).collect()
    }

    #[test]
    fn everything_runs_unless_somebody_says_otherwise() {
        let plan = plan(false, &[]).unwrap();
        assert_eq!(plan.groups.len(), GROUPS.len());
        assert!(plan.groups.iter().all(|group| plan.reason_to_skip(group, false).is_none()));
    }

    #[test]
    fn groups_are_picked_by_name_and_tests_by_other_words() {
        let picked = plan(false, &["browser", "reload"]).unwrap();
        assert_eq!(names(&picked), ["browser"]);
        assert_eq!(picked.filters, ["reload"]);
        let picked = plan(false, &["reload"]).unwrap();
        assert!(picked.groups.iter().all(|group| group.takes_filters));
        assert!(plan(false, &["fmt", "reload"]).is_err(), "fmt has no tests to pick");
    }

    #[test]
    fn what_is_left_out_is_counted_and_says_why() {
        let plan = plan(true, &[]).unwrap();
        let slow = GROUPS.iter().find(|group| group.slow).unwrap();
        assert!(plan.reason_to_skip(slow, false).unwrap().contains("--fast"));
        assert!(plan.reason_to_skip(&GROUPS[0], true).unwrap().contains("failure"));
        assert_eq!(summarize(&[Outcome::skipped(slow, "why")]).to_string(), "0 passed, 0 failed, 1 skipped");
    }
}
