//! How large the built page is: raw, and as servers send it.

use std::path::Path;

use anyhow::{Context, Result};

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

/// Prints a table of a folder's files, the largest first, and their sum.
pub(crate) fn print(folder: &Path) -> Result<()> {
    let mut node = npm::node(folder)?;
    node.args(["--eval", MEASURE]);
    let mut sizes = read(&output_of(node)?).context("Node's list of sizes cannot be read.")?;
    sizes.sort_by(|a, b| b.raw.cmp(&a.raw).then_with(|| a.path.cmp(&b.path)));
    sizes.push(sum(&sizes));
    println!("{:>10} {:>10} {:>10}", "raw", "gzip", "brotli");
    for Size { raw, gzip, brotli, path } in &sizes {
        println!("{:>10} {:>10} {:>10}  {path}", readable(*raw), readable(*gzip), readable(*brotli));
    }
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
    fn sizes_are_said_in_the_unit_that_fits() {
        assert_eq!(readable(999), "999 B");
        assert_eq!(readable(1_500), "1.5 kB");
        assert_eq!(readable(2_345_000), "2.35 MB");
    }
}
