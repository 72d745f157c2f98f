//! The bench page: `www/bench.html` built by Vite into `www/dist-bench`, with two builds of our own module beside it,
//! one as the page ships it (but for a door) and one of plain Burn operations. Nothing of it goes into `www/dist`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::command::run_behind;
use crate::files::copy_all;
use crate::house::House;
use crate::progress::Steps;
use crate::serve::Server;
use crate::wasm::{self, Variant};
use crate::{chrome, npm};

/// Our modules by the names of their folders.
const VARIANTS: [(&str, Variant); 2] = [
    ("fused", Variant { what: "the model, with a door for the benchmark,", features: "webgpu,bench" }),
    ("plain", Variant { what: "the model of plain operations", features: "webgpu,bench,plain" }),
];

/// Builds everything that the bench page needs, from Rust to `www/dist-bench`.
pub(crate) fn build_all(house: &House) -> Result<()> {
    npm::check_node()?;
    let mut steps = Steps::new(VARIANTS.len() + 3);
    for (name, variant) in &VARIANTS {
        wasm::build_variant(house, &mut steps, variant, &bound(house, name), None)?;
    }
    npm::install(house, &house.www(), steps.begin("Installing the page's packages"))?;
    let step = steps.begin("Building the bench page");
    run_behind(npm::script(&house.www(), "build:bench")?, &step)?;
    let dist = house.bench_dist();
    if !dist.join("bench.html").is_file() {
        bail!(
            "`npm run build:bench` succeeded but left no www/dist-bench/bench.html: look at www/vite.bench.config.ts."
        );
    }
    for (name, _) in &VARIANTS {
        copy_all(&bound(house, name), &dist.join("runtime").join(name))?;
    }
    step.end("done");
    npm::install(house, &house.browser_tests(), steps.begin("Installing the packages that drive the browser"))
}

/// Tells a program of node's where the page and the browser are.
pub(crate) fn equip(node: &mut Command, server: &Server) -> Result<()> {
    let chrome = chrome::find_or_install()?;
    println!("The browser is {}", chrome.display());
    node.env("CHROME", chrome).env("NESTED_MEMORY_BENCH_URL", format!("{}bench.html", server.address()));
    Ok(())
}

/// Where a variant's module is kept between builds of the page.
fn bound(house: &House, name: &str) -> PathBuf {
    house.memory().join("bench").join(name)
}
