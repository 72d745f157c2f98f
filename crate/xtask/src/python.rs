//! Python, for the one group that reads our files as researchers do: an environment of its own, beside what cargo builds.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::{program, run_behind};
use crate::house::House;
use crate::progress::Steps;
use crate::stamp::{Digest, Stamp};

const GET_PYTHON: &str = "Install Python 3.9 or newer from https://www.python.org, then run this again.";

/// Whether there is a Python to make an environment with.
pub(crate) fn is_here() -> bool {
    program("python3", GET_PYTHON).is_ok()
}

/// The Python of an environment with what `tests/python/requirements.txt` names.
pub(crate) fn environment(house: &House) -> Result<Command> {
    let folder = house.target().join("python");
    let requirements = house.root().join("tests").join("python").join("requirements.txt");
    let python = interpreter(&folder);
    let step = Steps::new(1).begin("Installing what the Python tests need");
    let stamp = Stamp::new(&house.memory(), "python");
    let inputs = Digest::of_paths(house.root(), std::slice::from_ref(&requirements))?;
    let outputs = || Digest::of_paths(&folder, &[folder.join("pyvenv.cfg")]);
    if python.exists() && stamp.is_fresh(&inputs, &outputs()?) {
        step.end("unchanged");
        return Ok(Command::new(python));
    }
    let mut make = program("python3", GET_PYTHON)?;
    make.args(["-m", "venv", "--clear"]).arg(&folder);
    run_behind(make, &step)
        .context("Python's venv is missing. On Debian and Ubuntu it is the package python3-venv")?;
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    install.arg(&requirements);
    run_behind(install, &step).context(
        "Python's packages could not be installed. This needs the network once: check it and run this again",
    )?;
    stamp.write(&inputs, &outputs()?)?;
    step.end("installed");
    Ok(Command::new(python))
}

fn interpreter(folder: &std::path::Path) -> PathBuf {
    if cfg!(windows) { folder.join("Scripts").join("python.exe") } else { folder.join("bin").join("python") }
}
