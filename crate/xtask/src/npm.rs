//! Node and npm: that they are there and new enough, and that a folder's packages are installed.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{output_of, program, run_behind};
use crate::house::House;
use crate::progress::Step;
use crate::stamp::{Digest, Stamp};

/// The oldest Node that the page's tools run on.
const OLDEST_NODE: u32 = 20;
const GET_NODE: &str =
    "Install Node 20 or newer from https://nodejs.org (npm comes with it), then run this again.";

/// Refuses a machine without Node, or with one that is too old.
pub(crate) fn check_node() -> Result<()> {
    let mut node = program("node", GET_NODE)?;
    node.arg("--version");
    let version = output_of(node)?;
    match major(&version) {
        Some(major) if major >= OLDEST_NODE => Ok(()),
        _ => bail!("Node here is {}, which is too old for the page's tools. {GET_NODE}", version.trim()),
    }
}

/// A `node` command in a folder.
pub(crate) fn node(folder: &Path) -> Result<Command> {
    let mut node = program("node", GET_NODE)?;
    node.current_dir(folder);
    Ok(node)
}

/// `npm run <script>` in a folder.
pub(crate) fn script(folder: &Path, name: &str) -> Result<Command> {
    let mut npm = program("npm", GET_NODE)?;
    npm.current_dir(folder).args(["run", "--silent", name]);
    Ok(npm)
}

/// `npm audit` of what a folder's lockfile names, installed or not.
pub(crate) fn audit(folder: &Path) -> Result<Command> {
    let mut npm = program("npm", GET_NODE)?;
    npm.current_dir(folder).args(["audit", "--audit-level=high", "--package-lock-only"]);
    Ok(npm)
}

/// Installs what the folder's lockfile names, unless that is what is installed.
pub(crate) fn install(house: &House, folder: &Path, step: Step) -> Result<()> {
    let lockfile = folder.join("package-lock.json");
    if !lockfile.is_file() {
        bail!("{} is missing. It belongs to the project: restore it with git.", lockfile.display());
    }
    let stamp = Stamp::new(&house.memory(), &stamp_name(house, folder));
    let inputs = [folder.join("package.json"), lockfile, folder.join(".npmrc")];
    let inputs = Digest::of_paths(folder, &inputs)?;
    if stamp.is_fresh(&inputs, &installed(folder)?) {
        step.end("unchanged");
        return Ok(());
    }
    let mut npm = program("npm", GET_NODE)?;
    npm.current_dir(folder).args(["ci", "--no-audit", "--no-fund"]);
    run_behind(npm, &step).context(
        "The page's packages could not be installed. This needs the network once: check it and run this again",
    )?;
    stamp.write(&inputs, &installed(folder)?)?;
    step.end("installed");
    Ok(())
}

/// npm's own record of what it installed. It is written last, so it is also a sign that npm was not cut off.
fn installed(folder: &Path) -> Result<Digest> {
    let record = folder.join("node_modules").join(".package-lock.json");
    Digest::of_paths(folder, &[record])
}

fn stamp_name(house: &House, folder: &Path) -> String {
    let relative: PathBuf = folder.strip_prefix(house.root()).unwrap_or(folder).to_path_buf();
    let name: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
    format!("npm-{}", name.join("-"))
}

/// `v20.20.2` → 20.
fn major(version: &str) -> Option<u32> {
    version.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_version_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("v8.0.0"), Some(8));
        assert_eq!(major("nonsense"), None);
    }

    #[test]
    fn folders_have_stamps_of_their_own() {
        let house = House::at(Path::new("/house"), Path::new("/house/target"));
        assert_eq!(stamp_name(&house, &house.www()), "npm-www");
        assert_eq!(stamp_name(&house, &house.browser_tests()), "npm-tests-browser");
    }

    #[test]
    fn folder_without_a_lockfile_is_refused() {
        let nowhere = Path::new("/no/such/folder");
        let house = House::at(nowhere, nowhere);
        let error = install(&house, nowhere, crate::progress::Steps::new(1).begin("Installing")).unwrap_err();
        assert!(error.to_string().contains("restore it with git"));
    }
}
