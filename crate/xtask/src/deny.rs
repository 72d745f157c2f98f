//! What we use of others: its licences, where it comes from, and what is known against it.
//!
//! The advisories stand elsewhere, so a machine may not reach them. Then everything else is checked all the same, and the
//! last line says what was not.

use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{cargo, output_of, run_aloud, run_behind};
use crate::house::House;
use crate::npm;
use crate::progress::{Step, Steps};
use crate::tally::Tally;

/// The version of cargo-deny that `deny.toml` is written for.
const VERSION: &str = "0.20.2";
/// What cargo-deny says when it cannot fetch the advisories.
const UNREACHED: &str = "failed to fetch advisory database";

/// How a look at what others publish ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// Nothing is known against what we use.
    Clean,
    /// Something is.
    Flawed,
    /// Nobody answered.
    Unreached,
}

/// Checks crates and npm packages.
pub(crate) fn run(house: &House) -> Result<Tally> {
    let tool = ensure(house, Steps::new(1).begin("Looking for cargo-deny"))?;
    if !run_aloud(deny(house, &tool, &["bans", "licenses", "sources"]), |_| {})? {
        bail!("cargo-deny refuses a crate. What it found is above; `deny.toml` says what is allowed.");
    }
    let mut tally = Tally::of_check(true);
    let mut unreached = Vec::new();
    let mut note = |what: String, look: Look| {
        tally += match look {
            Look::Unreached => Tally::of_skipped(),
            look => Tally::of_check(look == Look::Clean),
        };
        unreached.extend((look == Look::Unreached).then_some(what));
    };
    note("RustSec's database".to_owned(), advisories(deny(house, &tool, &["advisories"]))?);
    npm::check_node()?;
    for folder in [house.www(), house.browser_tests()] {
        let name = folder.strip_prefix(house.root()).unwrap_or(&folder).display().to_string();
        note(format!("npm's audit of {name}"), audit(npm::audit(&folder)?)?);
    }
    println!("{}", last_line(&unreached, tally));
    Ok(tally)
}

fn last_line(unreached: &[String], tally: Tally) -> String {
    let rest = if tally.failed == 0 { "all is well" } else { "see what is said above" };
    if unreached.is_empty() {
        return format!("Licences, sources and known flaws were checked: {rest}.");
    }
    format!("NOT CHECKED, since nobody answered: {}. Of the rest: {rest}.", unreached.join(", "))
}

/// `cargo deny check` on everything.
fn deny(house: &House, tool: &Path, checks: &[&str]) -> Command {
    let mut command = Command::new(tool);
    command
        .current_dir(house.root())
        .args(["--all-features", "check", "--hide-inclusion-graph"])
        .args(checks);
    command
}

fn advisories(command: Command) -> Result<Look> {
    let mut reached = true;
    let clean = run_aloud(command, |line| reached &= !line.contains(UNREACHED))?;
    Ok(judged(reached, clean))
}

fn audit(command: Command) -> Result<Look> {
    let mut reached = false;
    let clean = run_aloud(command, |line| reached |= is_report(line))?;
    Ok(judged(reached, clean))
}

const fn judged(reached: bool, clean: bool) -> Look {
    match (reached, clean) {
        (false, _) => Look::Unreached,
        (true, true) => Look::Clean,
        (true, false) => Look::Flawed,
    }
}

/// `found 0 vulnerabilities` or `3 high severity vulnerabilities`; what npm says of itself begins with its name.
fn is_report(line: &str) -> bool {
    line.contains("vulnerabilit") && !line.starts_with("npm ")
}

/// cargo-deny in this version, installed beside what cargo builds if it is not there.
fn ensure(house: &House, step: Step) -> Result<PathBuf> {
    let folder = house.target().join("tools").join(format!("cargo-deny-{VERSION}"));
    let tool = folder.join("bin").join(format!("cargo-deny{EXE_SUFFIX}"));
    if is_right(&tool) {
        step.end("found");
        return Ok(tool);
    }
    if let Ok(found) = which::which("cargo-deny")
        && is_right(&found)
    {
        step.end("found");
        return Ok(found);
    }
    step.note("installing it takes some minutes, once");
    let mut install = cargo(house);
    // Outside the workspace, so that neither its toolchain file nor its settings have a say in another project's program.
    install.current_dir(std::env::temp_dir()).env("CARGO_TARGET_DIR", folder.join("build"));
    install.args([
        "install",
        "--locked",
        "cargo-deny",
        "--version",
        VERSION,
        "--no-default-features",
        "--root",
    ]);
    install.arg(&folder).env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "100");
    run_behind(install, &step).context(
        "cargo-deny could not be installed. This needs the network once: check it and run this again",
    )?;
    // What it was built with takes more room than all else; a rest that cannot be removed is only in the way.
    let _rest = std::fs::remove_dir_all(folder.join("build"));
    step.end("installed");
    Ok(tool)
}

fn is_right(tool: &Path) -> bool {
    let mut ask = Command::new(tool);
    ask.arg("--version");
    tool.is_file() && output_of(ask).is_ok_and(|said| said.trim() == format!("cargo-deny {VERSION}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_looked_up_is_said_in_the_last_line() {
        let line = last_line(&["npm's audit of www".to_owned()], Tally::of_check(true));
        assert!(line.contains("NOT CHECKED") && line.contains("npm's audit of www"), "{line}");
        assert!(!last_line(&[], Tally::of_check(true)).contains("NOT"));
    }

    #[test]
    fn nobody_answering_is_neither_clean_nor_flawed() {
        for clean in [true, false] {
            assert_eq!(judged(false, clean), Look::Unreached);
        }
        assert_eq!((judged(true, true), judged(true, false)), (Look::Clean, Look::Flawed));
    }

    #[test]
    fn npm_complaining_of_itself_is_no_report() {
        assert!(is_report("found 0 vulnerabilities") && is_report("3 high severity vulnerabilities"));
        assert!(!is_report("npm error audit endpoint returned an error"));
        assert!(!is_report("npm warn audit request failed, vulnerabilities are not known"));
    }
}
