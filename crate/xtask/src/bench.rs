//! `cargo xtask bench`: how fast the model answers and learns in the browser, beside the same model on other libraries;
//! `cargo xtask bench train`: how fast training is, measured by the native program; and `cargo xtask bench page`: how soon
//! the page itself can be talked with.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::command::{cargo, run_aloud};
use crate::house::House;
use crate::serve::Server;
use crate::{bench_page, chrome, npm, page};

/// Options of `cargo xtask bench`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    page: PageOptions,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Measure training speed with the native program.
    Train {
        /// Handed on to `nested-memory bench train`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Measure the page itself on the CPU: how soon it can be talked with, how long its thread is busy at a stretch.
    Page {
        /// Measure the optimised build.
        #[arg(long)]
        release: bool,
        /// Later visits, of which the median is taken.
        #[arg(long, default_value_t = 7)]
        visits: u32,
        /// Where page.json goes.
        #[arg(long)]
        output: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
struct PageOptions {
    /// Where to compute.
    #[arg(long, default_value = "cpu,webgpu")]
    devices: String,
    /// Who takes part beside ours: plain, jax, tfjs.
    #[arg(long, default_value = "ours,plain,jax,tfjs")]
    contestants: String,
    /// Runs of which the median is taken.
    #[arg(long, default_value_t = 5)]
    runs: u32,
    /// Tokens of an answer, at most 32.
    #[arg(long, default_value_t = 32)]
    most: u32,
    /// Tokens of the endless conversation; 0: none. 100000 takes some minutes on a processor, hours on a software adapter.
    #[arg(long, default_value_t = 2_000)]
    stream: u32,
    /// Tokens of one of its stretches.
    #[arg(long, default_value_t = 500)]
    stretch: u32,
    /// Where result.json, bars.svg and a picture of the page go.
    #[arg(long)]
    output: Option<PathBuf>,
}

/// Runs the benchmark; false if it failed.
pub(crate) fn run(house: &House, options: &Options) -> Result<bool> {
    match &options.what {
        Some(What::Train { arguments }) => train(house, arguments),
        Some(What::Page { release, visits, output }) => {
            measure_page(house, *release, *visits, output.as_ref())
        }
        None => measure(house, &options.page),
    }
}

fn train(house: &House, arguments: &[String]) -> Result<bool> {
    let mut cargo = cargo(house);
    cargo.args(["run", "--release", "--package", "nested-memory", "--", "bench", "train"]);
    cargo.args(arguments);
    run_aloud(cargo, |_| {})
}

/// Where results go.
fn folder(house: &House, output: Option<&PathBuf>) -> Result<PathBuf> {
    let output = output.cloned().unwrap_or_else(|| house.target().join("bench"));
    Ok(std::path::absolute(output)?)
}

fn measure_page(house: &House, release: bool, visits: u32, output: Option<&PathBuf>) -> Result<bool> {
    let mut steps = page::build_all(house, release, 1)?;
    npm::install(
        house,
        &house.browser_tests(),
        steps.begin("Installing the packages that drive the browser"),
    )?;
    let server = Server::bind(house.dist(), 0)?;
    server.spawn();
    let mut node = npm::node(&house.bench_tests())?;
    node.env("CHROME", chrome::find_or_install()?).env("NESTED_MEMORY_URL", server.address());
    node.arg("page.mjs").arg(folder(house, output)?).arg(visits.max(1).to_string());
    run_aloud(node, |_| {})
}

fn measure(house: &House, options: &PageOptions) -> Result<bool> {
    bench_page::build_all(house)?;
    let server = Server::bind(house.bench_dist(), 0)?;
    server.spawn();
    let mut node = npm::node(&house.bench_tests())?;
    bench_page::equip(&mut node, &server)?;
    let PageOptions { devices, contestants, runs, most, stream, stretch, .. } = options;
    node.arg("run.mjs").arg(folder(house, options.output.as_ref())?).arg(format!(
        "devices={devices}&contestants={contestants}&runs={runs}&most={most}&stream={stream}&stretch={stretch}"
    ));
    run_aloud(node, |_| {})
}
