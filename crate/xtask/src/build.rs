//! `cargo xtask build`: the page as it is put on a server.

use anyhow::Result;
use clap::Args;

use crate::house::House;
use crate::{page, size};

/// Options of `cargo xtask build`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Make the page as small as it gets, which takes some minutes more.
    #[arg(long)]
    release: bool,
}

/// Builds `www/dist` and prints what it weighs.
pub(crate) fn run(house: &House, options: &Options) -> Result<()> {
    page::build_all(house, options.release, 0)?;
    size::print(&house.dist(), options.release)?;
    println!("\nThe page is in {}", house.dist().display());
    Ok(())
}
