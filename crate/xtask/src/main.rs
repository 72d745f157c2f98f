//! `cargo xtask`: the project's own commands.
//!
//! | command | what it does |
//! |---|---|
//! | `start` | sets everything up, builds, serves the page and opens it |
//! | `test` | runs every check in order; the last line is `N passed, N failed` |
//! | `build` | builds the page into `www/dist`, with `--release` at its smallest |
//! | `serve` | serves `www/dist` as it is |
//! | `bench` | measures the model in the browser beside other libraries; `bench train` measures training natively |
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line program speaks on stdout and stderr"
)]

mod bench;
mod bench_page;
mod build;
mod chrome;
mod command;
mod deny;
mod files;
mod groups;
mod house;
mod npm;
mod page;
mod progress;
mod python;
mod serve;
mod size;
mod snip;
mod stamp;
mod start;
mod tally;
mod test;
mod wasm;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::house::House;

/// The project's own commands.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Set everything up, build, serve the page on this machine and open it in the browser.
    Start(start::Options),
    /// Run every check in order: format, lints, native tests, the page's tests, the browser tests.
    Test(test::Options),
    /// Build the page into www/dist.
    Build(build::Options),
    /// Serve www/dist as it is, building nothing.
    Serve(serve::Options),
    /// Measure answering and learning in the browser, beside other libraries; `bench train`: training, natively.
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = House::find().and_then(|house| match arguments.command {
        Command::Start(options) => start::run(&house, &options).map(|()| true),
        Command::Test(options) => test::run(&house, &options),
        Command::Build(options) => build::run(&house, &options).map(|()| true),
        Command::Serve(options) => serve::run(&house, &options).map(|()| true),
        Command::Bench(options) => bench::run(&house, &options),
    });
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}
