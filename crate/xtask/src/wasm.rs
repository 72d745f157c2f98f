//! The wasm module: `crate/web` compiled for the browser, bound to JavaScript, and made small for a release.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::command::{cargo, output_of, program, run_behind};
use crate::house::House;
use crate::npm;
use crate::progress::{Step, Steps};
use crate::snip::{NEVER, snip};
use crate::stamp::{Digest, Stamp};

/// The target triple of everything that runs in the page.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
const PACKAGE: &str = "nested-memory-web";
const PROFILE: &str = "wasm";
const MODULE: &str = "nested_memory_web";
/// Steps that [`build`] begins.
pub(crate) const STEPS: usize = PAGE.len();
/// Steps that [`build`] begins for a release.
pub(crate) const STEPS_OF_RELEASE: usize = 1 + STEPS;

/// What the browsers have, by name. `--all-features` would have wasm-opt write what Chromium refuses to read.
const FEATURES: [&str; 8] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

/// One way to build `crate/web`. All ways leave their module in the same place, and cargo links it anew whenever another way
/// was the last; so whether there is anything to do is told from the sources.
pub(crate) struct Variant {
    /// For people.
    pub(crate) what: &'static str,
    /// The features of `crate/web`.
    pub(crate) features: &'static str,
}

/// What the page ships, by the names of their folders: what drives a GPU is three quarters of a module, and most visitors
/// of a page without a GPU would load it for nothing.
const PAGE: [(&str, Variant); 2] = [
    ("gpu", Variant { what: "the model for WebGPU", features: "webgpu" }),
    ("cpu", Variant { what: "the model for the CPU", features: "" }),
];

/// Compiles and binds what the page ships; with `release`, also shrinks.
pub(crate) fn build(house: &House, steps: &mut Steps, release: bool) -> Result<()> {
    let tools = if release { Some(install_tools(house, steps)?) } else { None };
    for (name, variant) in &PAGE {
        build_variant(house, steps, variant, &house.generated().join(name), tools.as_deref())?;
    }
    Ok(())
}

/// Compiles and binds a variant into `folder`, and shrinks it if there are `tools`, unless that was last done from the same
/// sources.
pub(crate) fn build_variant(
    house: &House,
    steps: &mut Steps,
    variant: &Variant,
    folder: &Path,
    tools: Option<&Path>,
) -> Result<()> {
    let module = house.target().join(TARGET).join(PROFILE).join(format!("{MODULE}.wasm"));
    let patience = if module.is_file() { "" } else { " (the first time takes ten minutes or so)" };
    let step = steps.begin(&format!("Building {}{patience}", variant.what));
    let stamp = Stamp::new(&house.memory(), &format!("wasm-{}", variant.features.replace(',', "-")));
    let sources = Digest::of_paths(house.root(), &sources(house))?;
    let recipe = format!("{sources} {} {FEATURES:?} {NEVER:?}", tools.is_some());
    let inputs = Digest::of_bytes(recipe.as_bytes());
    if stamp.is_fresh(&inputs, &outputs(folder)?) {
        step.end("unchanged");
        return Ok(());
    }
    ensure_target(house, &step)?;
    compile(house, variant, &module, &step)?;
    bind(&module, folder, tools.is_some())?;
    // The names of functions make a panic's stack readable; a release is better off small.
    snip(&folder.join(format!("{MODULE}_bg.wasm")), tools.is_none())?;
    if let Some(tools) = tools {
        shrink(tools, &folder.join(format!("{MODULE}_bg.wasm")), &step)?;
    }
    stamp.write(&inputs, &outputs(folder)?)?;
    step.end("done");
    Ok(())
}

/// What a module is compiled from.
fn sources(house: &House) -> Vec<PathBuf> {
    let root = house.root();
    let crates = ["dialogue", "kernels", "model", "web"].map(|name| root.join("crate").join(name));
    let others = ["shaders", "Cargo.lock", "Cargo.toml", "rust-toolchain.toml"].map(|name| root.join(name));
    crates.into_iter().chain(others).chain([root.join(".cargo").join("config.toml")]).collect()
}

/// Installs Rust's standard library for the browser, should it be missing.
pub(crate) fn ensure_target(house: &House, step: &Step) -> Result<()> {
    let mut rustc = program("rustc", "Install Rust from https://rustup.rs, then run this again.")?;
    rustc.current_dir(house.root()).args(["--print", "target-libdir", "--target", TARGET]);
    let library = output_of(rustc)?;
    if Path::new(library.trim()).is_dir() {
        return Ok(());
    }
    let advice = format!(
        "Rust here has no standard library for {TARGET}, and without rustup it cannot be added from here. \
         Install rustup from https://rustup.rs, or that target from where your Rust came from."
    );
    let mut rustup = program("rustup", &advice)?;
    rustup.current_dir(house.root()).args(["target", "add", TARGET]);
    run_behind(rustup, step).with_context(|| {
        format!("`rustup target add {TARGET}` needs the network once: check it and run this again")
    })
}

fn compile(house: &House, variant: &Variant, module: &Path, step: &Step) -> Result<()> {
    let mut cargo = cargo(house);
    cargo.args(["build", "--locked", "--profile", PROFILE, "--package", PACKAGE, "--target", TARGET]);
    cargo.args(["--features", variant.features]);
    cargo.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "100");
    run_behind(cargo, step)?;
    if !module.is_file() {
        bail!(
            "Cargo built crate/web but left no {}: its Cargo.toml should say crate-type = [\"cdylib\", \"rlib\"].",
            module.display()
        );
    }
    Ok(())
}

fn outputs(generated: &Path) -> Result<Digest> {
    Digest::of_paths(generated, &[generated.to_path_buf()])
}

/// Does what the wasm-bindgen program does, without there being one to install.
fn bind(module: &Path, folder: &Path, release: bool) -> Result<()> {
    let bound = Bindgen::new()
        .input_path(module)
        .out_name(MODULE)
        .web(true)
        .and_then(|bindgen| {
            bindgen.typescript(true).remove_producers_section(release);
            bindgen.generate(folder)
        })
        .map_err(|error| anyhow::anyhow!("{error:#}"));
    bound.context(
        "wasm-bindgen refused the module. If it speaks of a schema version, the version of wasm-bindgen-cli-support in \
         crate/xtask/Cargo.toml and of wasm-bindgen in Cargo.lock differ: make them the same",
    )
}

fn install_tools(house: &House, steps: &mut Steps) -> Result<PathBuf> {
    npm::check_node()?;
    let tools = house.root().join("crate").join("xtask").join("tools");
    npm::install(house, &tools, steps.begin("Installing wasm-opt"))?;
    Ok(tools)
}

fn shrink(tools: &Path, module: &Path, step: &Step) -> Result<()> {
    step.note("wasm-opt takes some minutes");
    let smaller = module.with_extension("small");
    let mut optimizer = npm::node(tools)?;
    optimizer.arg(tools.join("node_modules").join("binaryen").join("bin").join("wasm-opt"));
    optimizer.args(FEATURES).arg("-Oz").arg(module).arg("-o").arg(&smaller);
    run_behind(optimizer, step)?;
    fs::rename(&smaller, module).with_context(|| format!("{} cannot be replaced.", module.display()))
}
