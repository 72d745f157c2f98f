//! `cargo xtask bench`: how fast training is on this machine, measured by the native program.

use anyhow::Result;
use clap::Args;

use crate::command::{cargo, run_aloud};
use crate::house::House;

/// Options of `cargo xtask bench`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Handed on to `nested-memory bench train`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Runs the benchmark; false if it failed.
pub(crate) fn run(house: &House, options: &Options) -> Result<bool> {
    let mut cargo = cargo(house);
    cargo.args(["run", "--release", "--package", "nested-memory", "--", "bench", "train"]);
    cargo.args(&options.arguments);
    run_aloud(cargo, |_| {})
}
