//! Running other programs: quietly behind a step, or aloud with somebody listening to each line.

use std::env;
use std::io::{self, BufRead, BufReader, IsTerminal, PipeReader, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};

use crate::house::House;
use crate::progress::Step;

/// A program found on PATH. Looking it up first makes `npm.cmd` work on Windows and the refusal plain.
pub(crate) fn program(name: &str, advice: &str) -> Result<Command> {
    let path =
        which::which(name).with_context(|| format!("`{name}` is not on this machine's PATH. {advice}"))?;
    Ok(Command::new(path))
}

/// The cargo that runs this program, in the workspace's root.
pub(crate) fn cargo(house: &House) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // The folder may have been named relative to where this program was started.
    command.current_dir(house.root()).env("CARGO_TARGET_DIR", house.target());
    // These override `.cargo/config.toml`, where the page's target features are.
    command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    command
}

/// Runs a program behind a step, which shows its latest line. All it said is printed only if it fails.
pub(crate) fn run_behind(command: Command, step: &Step) -> Result<()> {
    let name = name_of(&command);
    let mut said = String::new();
    let status = listen(command, |line, _| {
        if let Some((done, of, crates)) = cargo_progress(line) {
            step.advance(done, of);
            step.note(crates);
        } else {
            said.push_str(line);
            said.push('\n');
            step.note(line);
        }
    })?;
    if !status.success() {
        step.abandon();
        eprintln!("\n{}", said.trim_end());
        bail!("{name} failed ({status}); what it said is above.");
    }
    Ok(())
}

/// Runs a program aloud: everything it says is printed as it comes, and `heard` gets each line.
pub(crate) fn run_aloud(mut command: Command, mut heard: impl FnMut(&str)) -> Result<bool> {
    if io::stdout().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always").env("FORCE_COLOR", "1");
    }
    let status = listen(command, |line, ending| {
        print!("{line}{ending}");
        let _ = io::stdout().flush();
        heard(line);
    })?;
    Ok(status.success())
}

/// What a program prints on stdout, when it succeeds.
pub(crate) fn output_of(mut command: Command) -> Result<String> {
    let name = name_of(&command);
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("{name} cannot be started."))?;
    if !output.status.success() {
        bail!("{name} failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a program with stdout and stderr in one pipe, so that their lines keep their order.
fn listen(mut command: Command, mut heard: impl FnMut(&str, char)) -> Result<ExitStatus> {
    let name = name_of(&command);
    let (reader, writer) = io::pipe().context("No pipe can be opened.")?;
    let writer_for_errors = writer.try_clone().context("No pipe can be opened.")?;
    command.stdin(Stdio::null()).stdout(writer).stderr(writer_for_errors);
    let mut child = command.spawn().with_context(|| format!("{name} cannot be started."))?;
    // The command holds the pipe's writing ends; reading ends only when they are closed.
    drop(command);
    each_line(reader, &mut heard).with_context(|| format!("{name} was cut off."))?;
    child.wait().with_context(|| format!("{name} was lost."))
}

/// Splits at line feeds and at carriage returns: progress bars redraw themselves with the latter.
fn each_line(reader: PipeReader, heard: &mut impl FnMut(&str, char)) -> io::Result<()> {
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    loop {
        let bytes = reader.fill_buf()?;
        if bytes.is_empty() {
            break;
        }
        let length = bytes.len();
        for &byte in bytes {
            if byte == b'\n' || byte == b'\r' {
                heard(&String::from_utf8_lossy(&line), char::from(byte));
                line.clear();
            } else {
                line.push(byte);
            }
        }
        reader.consume(length);
    }
    if !line.is_empty() {
        heard(&String::from_utf8_lossy(&line), '\n');
    }
    Ok(())
}

/// Reads cargo's progress bar: `    Building [====>    ] 12/345: burn, wgpu`.
fn cargo_progress(line: &str) -> Option<(u64, u64, &str)> {
    let line = line.trim_start();
    let (_, rest) = line.strip_prefix("Building [")?.split_once("] ")?;
    let (counts, crates) = rest.split_once(": ").unwrap_or((rest, ""));
    let (done, of) = counts.split_once('/')?;
    Some((done.parse().ok()?, of.parse().ok()?, crates))
}

fn name_of(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_stem().unwrap_or(command.get_program()).to_string_lossy();
    match command.get_args().next() {
        Some(first) => format!("`{name} {}`", first.to_string_lossy()),
        None => format!("`{name}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_progress_is_read_from_its_bar() {
        assert_eq!(
            cargo_progress("    Building [=====>    ] 12/345: serde, wasm(build)"),
            Some((12, 345, "serde, wasm(build)"))
        );
        assert_eq!(cargo_progress("   Compiling burn v0.22.1"), None);
        assert_eq!(cargo_progress("Building [ a/b"), None);
    }

    #[test]
    fn missing_program_is_refused_with_the_next_step() {
        let error = program("no-such-program-here", "Install it from example.org.").unwrap_err();
        assert!(error.to_string().contains("Install it from example.org."));
    }

    #[test]
    #[cfg(unix)]
    fn lines_of_both_streams_are_heard_in_order_and_carriage_returns_split() {
        let mut shell = Command::new("sh");
        shell.args(["-c", "echo one; echo two >&2; printf 'three\\rfour'; exit 3"]);
        let mut lines = Vec::new();
        let status = listen(shell, |line, _| lines.push(line.to_owned())).unwrap();
        assert_eq!(lines, ["one", "two", "three", "four"]);
        assert_eq!(status.code(), Some(3));
    }
}
