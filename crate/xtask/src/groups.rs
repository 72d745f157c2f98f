//! The groups of checks that `cargo xtask test` runs, in the order of what fails soonest.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{cargo, run_aloud};
use crate::files::copy_all;
use crate::house::House;
use crate::progress::Steps;
use crate::serve::Server;
use crate::tally::Tally;
use crate::{bench_page, chrome, deny, npm, page, python as py, wasm};

/// What every group gets.
pub(crate) struct Run<'a> {
    /// Where things are.
    pub(crate) house: &'a House,
    /// Words that pick tests by their names; none picks all.
    pub(crate) filters: Vec<String>,
}

/// A group of checks.
pub(crate) struct Group {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// What it checks.
    pub(crate) what: &'static str,
    /// Whether `--fast` leaves it out.
    pub(crate) slow: bool,
    /// Whether its tests can be picked by name.
    pub(crate) takes_filters: bool,
    /// Runs it. An error is one failure that says why.
    pub(crate) run: fn(&Run<'_>) -> Result<Tally>,
}

const fn group(name: &'static str, what: &'static str, run: fn(&Run<'_>) -> Result<Tally>) -> Group {
    Group { name, what, slow: false, takes_filters: false, run }
}

impl Group {
    const fn slow(self) -> Self {
        Self { slow: true, ..self }
    }

    const fn takes_filters(self) -> Self {
        Self { takes_filters: true, ..self }
    }
}

/// All groups. The bindings come before the page's own checks, which read their types.
pub(crate) static GROUPS: [Group; 11] = [
    group("fmt", "the sources are formatted", fmt),
    group("lint", "clippy on everything native", lint),
    group("lint-wasm", "clippy on what runs in the browser", lint_wasm).slow(),
    group("native", "the native tests", native).takes_filters(),
    group("python", "Python reads a memory, and a notebook shows one", python),
    group("deny", "what we use is free, known and without known flaws", |run| deny::run(run.house)).slow(),
    group("wasm", "the model is built for the browser", build_wasm).slow(),
    group("www", "the page's own checks and tests", www).slow(),
    group("page", "the page and the package are built", build_page).slow(),
    group("bench", "the benchmark runs, and its peers compute the same", bench).slow().takes_filters(),
    group("browser", "a real browser keeps the page's promises", browser).slow().takes_filters(),
];

/// The package that exists only for the browser.
const WEB: &str = "nested-memory-web";
/// What else is compiled into the page.
const SHARED: [&str; 3] = ["nested-memory-model", "nested-memory-kernels", "nested-memory-dialogue"];

fn fmt(run: &Run<'_>) -> Result<Tally> {
    check(run, &["fmt", "--all", "--check"], "Run `cargo fmt --all`.")
}

fn lint(run: &Run<'_>) -> Result<Tally> {
    let arguments = ["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"];
    check(run, &arguments, "Mend what clippy names above.")
}

fn lint_wasm(run: &Run<'_>) -> Result<Tally> {
    wasm::ensure_target(
        run.house,
        &Steps::new(1).begin("Looking for Rust's standard library for the browser"),
    )?;
    let mut arguments = vec!["clippy", "--locked", "--target", wasm::TARGET, "--package", WEB];
    SHARED.iter().for_each(|package| arguments.extend(["--package", package]));
    arguments.extend([
        "--features",
        "nested-memory-web/webgpu,nested-memory-web/bench",
        "--",
        "-D",
        "warnings",
    ]);
    check(run, &arguments, "Mend what clippy names above.")
}

fn native(run: &Run<'_>) -> Result<Tally> {
    let mut cargo = cargo(run.house);
    cargo.args(["test", "--locked", "--workspace", "--no-fail-fast", "--"]).args(&run.filters);
    counted(cargo)
}

/// The examples for researchers and for notebooks.
fn python(run: &Run<'_>) -> Result<Tally> {
    if !py::is_here() {
        println!("There is no python3 on this machine, so nobody tried to read a memory with it.");
        return Ok(Tally::of_skipped());
    }
    let mut python = py::environment(run.house)?;
    python.current_dir(run.house.root()).args(["-m", "unittest", "discover", "-s", "tests/python"]);
    if !run_aloud(python, |_| {})? {
        bail!("Python does not find what the documentation says. What it found is above.");
    }
    Ok(Tally::of_check(true))
}

fn build_wasm(run: &Run<'_>) -> Result<Tally> {
    wasm::build(run.house, &mut Steps::new(wasm::STEPS), false)?;
    Ok(Tally::of_check(true))
}

fn www(run: &Run<'_>) -> Result<Tally> {
    let www = run.house.www();
    npm::check_node()?;
    npm::install(run.house, &www, Steps::new(1).begin("Installing the page's packages"))?;
    if !run_aloud(npm::script(&www, "check")?, |_| {})? {
        bail!("`npm run check` in www found the mistakes above.");
    }
    let mut tally = Tally::of_check(true);
    tally += counted(npm::script(&www, "test")?)?;
    Ok(tally)
}

fn build_page(run: &Run<'_>) -> Result<Tally> {
    npm::install(run.house, &run.house.www(), Steps::new(1).begin("Installing the page's packages"))?;
    page::build(run.house, Steps::new(1).begin("Building the page"))?;
    page::build_widget(run.house, Steps::new(1).begin("Building the package"))?;
    Ok(Tally::of_check(true))
}

fn browser(run: &Run<'_>) -> Result<Tally> {
    let house = run.house;
    // Asked for alone, this group must not judge a page of yesterday; otherwise all of it is unchanged.
    page::build_all(house, false, 0)?;
    npm::install(
        house,
        &house.browser_tests(),
        Steps::new(1).begin("Installing the browser tests' packages"),
    )?;
    let chrome = chrome::find_or_install()?;
    println!("The browser is {}", chrome.display());
    // Port 0 lets the system choose, so that a page served for somebody's eyes is left alone.
    let server = Server::bind(house.dist(), 0)?;
    server.spawn();
    let screenshots = house.screenshots();
    for folder in [&screenshots, &house.screenshots_for_people()] {
        forget_failures(folder)?;
    }
    let mut node = node_tests(&house.browser_tests(), &run.filters)?;
    node.env("CHROME", chrome)
        .env("NESTED_MEMORY_URL", server.address())
        .env("NESTED_MEMORY_SCREENSHOTS", &screenshots);
    let tally = counted(node)?;
    copy_screenshots(&screenshots, &house.screenshots_for_people())?;
    Ok(tally)
}

/// The benchmark in its smallest size. Nothing in it depends on how long anything takes.
fn bench(run: &Run<'_>) -> Result<Tally> {
    let house = run.house;
    bench_page::build_all(house)?;
    let server = Server::bind(house.bench_dist(), 0)?;
    server.spawn();
    let mut node = node_tests(&house.bench_tests(), &run.filters)?;
    bench_page::equip(&mut node, &server)?;
    counted(node)
}

/// A cargo command that is one check.
fn check(run: &Run<'_>, arguments: &[&str], advice: &str) -> Result<Tally> {
    let mut cargo = cargo(run.house);
    cargo.args(arguments);
    if !run_aloud(cargo, |_| {})? {
        bail!("`cargo {}` found something. {advice}", arguments[0]);
    }
    Ok(Tally::of_check(true))
}

/// A program whose tests are counted from what it says.
fn counted(command: Command) -> Result<Tally> {
    let mut tally = Tally::default();
    let success = run_aloud(command, |line| tally.hear(line))?;
    Ok(tally.with_exit(success))
}

/// Node's own test runner on a folder's `*.test.mjs`, one file after the other: they share two cores and a browser.
fn node_tests(folder: &Path, filters: &[String]) -> Result<Command> {
    let files = test_files(folder)?;
    if files.is_empty() {
        bail!("There are no tests (*.test.mjs) in {}.", folder.display());
    }
    let mut node = npm::node(folder)?;
    node.args(["--test", "--test-reporter=spec", "--test-concurrency=1"]);
    filters.iter().for_each(|filter| {
        node.arg(format!("--test-name-pattern={filter}"));
    });
    node.args(files);
    Ok(node)
}

fn test_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read.", folder.display()))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    Ok(files)
}

/// Takes away the pictures of tests that failed in an earlier run.
fn forget_failures(screenshots: &Path) -> Result<()> {
    let forget = || -> std::io::Result<()> {
        for entry in fs::read_dir(screenshots)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with("failed-") {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    };
    if !screenshots.is_dir() {
        return Ok(());
    }
    forget().with_context(|| format!("The old pictures in {} cannot be removed.", screenshots.display()))
}

/// People look under the workspace, wherever cargo builds.
fn copy_screenshots(from: &Path, to: &Path) -> Result<()> {
    if from == to || !from.is_dir() {
        return Ok(());
    }
    copy_all(from, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_have_names_of_their_own() {
        for (index, group) in GROUPS.iter().enumerate() {
            assert!(GROUPS[..index].iter().all(|other| other.name != group.name), "{}", group.name);
        }
    }

    #[test]
    fn browser_tests_are_found_in_order() {
        let folder = std::env::temp_dir().join(format!("nm-xtask-groups-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for name in ["b.test.mjs", "a.test.mjs", "harness.mjs"] {
            fs::write(folder.join(name), "").unwrap();
        }
        assert_eq!(test_files(&folder).unwrap(), [folder.join("a.test.mjs"), folder.join("b.test.mjs")]);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn screenshots_are_copied_to_where_people_look() {
        let root = std::env::temp_dir().join(format!("nm-xtask-pictures-{}", std::process::id()));
        let house = House::at(&root, &root.join("elsewhere"));
        fs::create_dir_all(house.screenshots()).unwrap();
        fs::write(house.screenshots().join("page.png"), "picture").unwrap();
        copy_screenshots(&house.screenshots(), &house.screenshots_for_people()).unwrap();
        assert_eq!(fs::read_to_string(house.screenshots_for_people().join("page.png")).unwrap(), "picture");
        copy_screenshots(Path::new("/no/such/folder"), &house.screenshots_for_people()).unwrap();
        fs::remove_dir_all(root).unwrap();
    }
}
