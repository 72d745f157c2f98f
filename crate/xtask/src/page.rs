//! The page: `www` built by Vite into `www/dist`.

use anyhow::{Result, bail};

use crate::command::run_behind;
use crate::house::House;
use crate::npm;
use crate::progress::{Step, Steps};
use crate::stamp::{Digest, Stamp};
use crate::wasm;

/// Builds everything a browser needs, from Rust to `www/dist`, each step only if something changed.
pub(crate) fn build_all(house: &House, release: bool, steps_after: usize) -> Result<Steps> {
    // First what fails at once, then what takes minutes.
    npm::check_node()?;
    let wasm_steps = if release { wasm::STEPS_OF_RELEASE } else { wasm::STEPS };
    let mut steps = Steps::new(wasm_steps + 2 + steps_after);
    wasm::build(house, &mut steps, release)?;
    npm::install(house, &house.www(), steps.begin("Installing the page's packages"))?;
    build(house, steps.begin("Building the page"))?;
    Ok(steps)
}

/// Builds `www` into `www/dist`, unless it was last built from the same sources.
pub(crate) fn build(house: &House, step: Step) -> Result<()> {
    let stamp = Stamp::new(&house.memory(), "page");
    let inputs = Digest::of_paths(house.root(), &[house.www()])?;
    if stamp.is_fresh(&inputs, &outputs(house)?) {
        step.end("unchanged");
        return Ok(());
    }
    run_behind(npm::script(&house.www(), "build")?, &step)?;
    if !house.dist().join("index.html").is_file() {
        bail!("`npm run build` succeeded but left no www/dist/index.html: look at www/vite.config.ts.");
    }
    stamp.write(&inputs, &outputs(house)?)?;
    step.end("done");
    Ok(())
}

fn outputs(house: &House) -> Result<Digest> {
    Digest::of_paths(&house.dist(), &[house.dist()])
}
