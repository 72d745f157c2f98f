//! The page and the package for other people's pages: `www` built by Vite into `www/dist` and `www/dist-widget`.

use std::path::Path;

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
    let mut steps = Steps::new(wasm_steps + 3 + steps_after);
    wasm::build(house, &mut steps, release)?;
    npm::install(house, &house.www(), steps.begin("Installing the page's packages"))?;
    build(house, steps.begin("Building the page"))?;
    build_widget(house, steps.begin("Building the package"))?;
    Ok(steps)
}

/// Builds `www` into `www/dist`, unless it was last built from the same sources.
pub(crate) fn build(house: &House, step: Step) -> Result<()> {
    build_into(house, &house.dist(), "build", "page", "index.html", step)
}

/// Builds the package `nested-memory` into `www/dist-widget`, unless it was last built from the same sources.
pub(crate) fn build_widget(house: &House, step: Step) -> Result<()> {
    build_into(house, &house.widget_dist(), "build:widget", "widget", "nested-memory.js", step)
}

fn build_into(house: &House, folder: &Path, script: &str, stamp: &str, sign: &str, step: Step) -> Result<()> {
    let stamp = Stamp::new(&house.memory(), stamp);
    let inputs = Digest::of_paths(house.root(), &[house.www()])?;
    let outputs = || Digest::of_paths(folder, &[folder.to_path_buf()]);
    if stamp.is_fresh(&inputs, &outputs()?) {
        step.end("unchanged");
        return Ok(());
    }
    run_behind(npm::script(&house.www(), script)?, &step)?;
    if !folder.join(sign).is_file() {
        bail!("`npm run {script}` succeeded but left no {}.", folder.join(sign).display());
    }
    stamp.write(&inputs, &outputs()?)?;
    step.end("done");
    Ok(())
}
