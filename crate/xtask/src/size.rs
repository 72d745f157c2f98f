//! How large the built page is: raw, and as servers send it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::command::output_of;
use crate::npm;

/// Prints one line for each file of a folder. Node compresses: it is there anyway, and compiles nothing.
const MEASURE: &str = r"
const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { brotliCompressSync, gzipSync } = require('node:zlib');
for (const entry of readdirSync('.', { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())) {
  const path = join(entry.parentPath ?? entry.path, entry.name);
  const bytes = readFileSync(path);
  console.log([bytes.length, gzipSync(bytes).length, brotliCompressSync(bytes).length, path].join('\t'));
}";

/// One file's sizes in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Size {
    raw: u64,
    gzip: u64,
    brotli: u64,
    path: String,
}

/// What a first visit may load, compressed: all scripts and styles, and one module. The goal is 1.8 MB for both; what
/// drives a GPU does not fit into it yet, and must not grow.
const BUDGETS: [(&str, u64); 2] = [("without a GPU", 1_130_000), ("with a GPU", 2_080_000)];
/// What the base may weigh, as it is.
const BASE_BUDGET: u64 = 4_000_000;

/// What somebody loads who opens the page and no other: what it names, what its worker consists of, and what keeps it for
/// times without a network. Lessons, the widget and dialogues that few people open come when they are asked for.
const ALWAYS: [&str; 3] = ["/worker-", "/keep-", "service-worker.js"];
/// What there are two of, of which a visitor loads one: the module, and what binds it.
const ONE_OF_TWO: [&str; 2] = [".wasm", "/nested_memory_web-"];

/// What visitors load: of the two runtimes those without a GPU load the smaller.
fn visits(sizes: &[Size], index: &str) -> Result<Vec<(&'static str, u64, u64)>> {
    let one_of_two = |size: &Size| ONE_OF_TWO.iter().position(|name| size.path.contains(name));
    let mut runtimes = [Vec::new(), Vec::new()];
    let mut rest = 0;
    for size in sizes {
        let name = size.path.rsplit('/').next().unwrap_or_default();
        if let Some(which) = one_of_two(size) {
            runtimes[which].push(size.brotli);
        } else if [".js", ".css"].iter().any(|ending| name.ends_with(ending)) {
            let always = ALWAYS.iter().any(|part| size.path.contains(part));
            rest += if always || index.contains(name) { size.brotli } else { 0 };
        } else if name == "index.html" {
            rest += size.brotli;
        }
    }
    runtimes.iter_mut().for_each(|two| two.sort_unstable());
    let [modules, bindings] = runtimes;
    ensure!(modules.len() == BUDGETS.len(), "the page has {} modules and should have two.", modules.len());
    ensure!(bindings.len() == BUDGETS.len(), "the page has {} bindings and should have two.", bindings.len());
    let runtimes = modules.iter().zip(bindings).map(|(module, binding)| module + binding);
    let visit = |((who, budget), runtime): ((&'static str, u64), u64)| (who, rest + runtime, budget);
    Ok(BUDGETS.into_iter().zip(runtimes).map(visit).collect())
}

/// Prints a table of a folder's files, the largest first, and their sum; a `small` page also keeps to its budgets.
pub(crate) fn print(folder: &Path, small: bool) -> Result<()> {
    let mut node = npm::node(folder)?;
    node.args(["--eval", MEASURE]);
    let mut sizes = read(&output_of(node)?).context("Node's list of sizes cannot be read.")?;
    sizes.sort_by(|a, b| b.raw.cmp(&a.raw).then_with(|| a.path.cmp(&b.path)));
    let index = fs::read_to_string(folder.join("index.html")).context("The page cannot be read.")?;
    let visits = visits(&sizes, &index)?;
    let base: u64 =
        sizes.iter().filter(|size| size.path.ends_with(".safetensors")).map(|size| size.raw).sum();
    sizes.push(sum(&sizes));
    println!("{:>10} {:>10} {:>10}", "raw", "gzip", "brotli");
    for Size { raw, gzip, brotli, path } in &sizes {
        println!("{:>10} {:>10} {:>10}  {path}", readable(*raw), readable(*gzip), readable(*brotli));
    }
    println!();
    for (who, bytes, budget) in &visits {
        println!("A first visit {who} loads {} of scripts and modules, and the base.", readable(*bytes));
        ensure!(
            !small || bytes <= budget,
            "That is more than the budget of {}; see crate/xtask/src/size.rs.",
            readable(*budget)
        );
    }
    ensure!(base <= BASE_BUDGET, "The base weighs {}, more than {}.", readable(base), readable(BASE_BUDGET));
    Ok(())
}

fn read(lines: &str) -> Option<Vec<Size>> {
    lines.lines().map(read_line).collect()
}

fn read_line(line: &str) -> Option<Size> {
    let mut fields = line.split('\t');
    let mut number = || fields.next()?.parse().ok();
    let (raw, gzip, brotli) = (number()?, number()?, number()?);
    Some(Size { raw, gzip, brotli, path: fields.next()?.replace('\\', "/") })
}

fn sum(sizes: &[Size]) -> Size {
    Size {
        raw: sizes.iter().map(|size| size.raw).sum(),
        gzip: sizes.iter().map(|size| size.gzip).sum(),
        brotli: sizes.iter().map(|size| size.brotli).sum(),
        path: "in all".to_owned(),
    }
}

fn readable(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.2} MB", bytes as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_added() {
        let sizes = read("100\t50\t40\tindex.html\n2000000\t900\t800\tbase\\x.wasm\n").unwrap();
        assert_eq!(sizes[1].path, "base/x.wasm");
        assert_eq!(sum(&sizes), Size { raw: 2_000_100, gzip: 950, brotli: 840, path: "in all".to_owned() });
        assert_eq!(read("100\tfifty\t40\tindex.html"), None);
    }

    #[test]
    fn a_visit_is_what_the_page_names_and_one_of_the_runtimes() {
        let files = [
            ("assets/a.wasm", 300),
            ("assets/b.wasm", 100),
            ("assets/nested_memory_web-1.js", 4),
            ("assets/nested_memory_web-2.js", 9),
            ("assets/index-1.js", 5),
            ("assets/worker-1.js", 20),
            ("assets/lesson-1.js", 1_000),
            ("index.html", 2),
            ("lesson.html", 3),
            ("base.safetensors", 70),
        ];
        let size = |(path, brotli): (&str, u64)| Size { raw: 0, gzip: 0, brotli, path: path.to_owned() };
        let mut sizes: Vec<Size> = files.map(size).into();
        let index = "<script src=\"./assets/index-1.js\"></script>";
        let loaded: Vec<u64> =
            visits(&sizes, index).unwrap().into_iter().map(|(_, bytes, _)| bytes).collect();
        assert_eq!(loaded, [131, 336]);
        sizes.remove(0);
        assert!(visits(&sizes, index).is_err());
    }

    #[test]
    fn sizes_are_said_in_the_unit_that_fits() {
        assert_eq!(readable(999), "999 B");
        assert_eq!(readable(1_500), "1.5 kB");
        assert_eq!(readable(2_345_000), "2.35 MB");
    }
}
