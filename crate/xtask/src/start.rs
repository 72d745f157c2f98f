//! `cargo xtask start`: from a fresh clone to the page in the browser, with one command.

use anyhow::Result;
use clap::Args;

use crate::house::House;
use crate::page;
use crate::serve::Server;

/// Options of `cargo xtask start`.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The port to serve at; the next free one if it is taken.
    #[arg(long, default_value_t = crate::serve::PORT)]
    port: u16,
    /// Only print the address.
    #[arg(long)]
    no_open: bool,
    /// Build the page at its smallest, which takes longer.
    #[arg(long)]
    release: bool,
}

/// Builds what is stale, serves the page, opens it, and stays until it is stopped.
pub(crate) fn run(house: &House, options: &Options) -> Result<()> {
    page::build_all(house, options.release, 0)?;
    let server = Server::bind(house.dist(), options.port)?;
    let address = server.address();
    println!("\nNested Memory is at {address}\nPress Ctrl+C to stop.");
    if !options.no_open
        && let Err(error) = opener::open_browser(&address)
    {
        println!("No browser could be opened from here ({error}): open that address yourself.");
    }
    server.run();
    Ok(())
}
