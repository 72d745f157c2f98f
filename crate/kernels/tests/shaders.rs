//! Every shader of the project, put together and filled in as for a small model, is WGSL that a browser takes: no reserved word, no
//! wrong type, every function after what it calls. That they compute the right thing is `check`'s, on a device.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

use std::collections::BTreeMap;
use std::path::PathBuf;

/// Texts that stand before or behind another, and are none by themselves.
const PARTS: [&str; 12] = [
    "sizes",
    "sigmoid",
    "model",
    "familiarity",
    "choice",
    "succession",
    "inner_pass",
    "inner_pass_products",
    "write",
    "shield",
    "update",
    "mixer_scan_token",
];

fn folder() -> PathBuf {
    // Tests run in their crate; what a compiler noted may be another checkout's that shares the build.
    PathBuf::from("../../shaders")
}

/// The texts by name.
fn texts() -> BTreeMap<String, String> {
    let files = std::fs::read_dir(folder()).unwrap().map(|file| file.unwrap().path());
    let named = files.map(|path| {
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(&path).unwrap())
    });
    named.collect()
}

/// What a blank is filled with: a small even size, unless it is another kind of thing.
fn filling(blank: &str) -> &str {
    match blank {
        "access" => "read",
        "self_modifying" | "told" | "doubting" | "cubed" | "backward" => "true",
        "a" | "b" | "tiny" | "share" | "epsilon" => "1e-3",
        "lanes" => "64",
        "block" | "sharers" => "32",
        "gradient" => "@group(0) @binding(1) var<storage, read> gradient: array<f32>;",
        "incoming" => "gradient[at]",
        "output" => "2",
        "info" => "3",
        "levels_count" | "levels" | "levels_of_block" | "declines" => "3",
        "base_count" | "memory_count" => "999999",
        _ => "8",
    }
}

fn filled(text: &str) -> String {
    let mut whole = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{ ") {
        let (blank, after) = after.split_once(" }}").unwrap();
        whole.push_str(before);
        whole.push_str(filling(blank));
        rest = after;
    }
    whole + rest
}

/// A shader with what belongs to it, and the buffers that its phases are given.
fn whole(name: &str, texts: &BTreeMap<String, String>) -> String {
    let with = |parts: &[&str]| parts.iter().map(|part| texts[*part].as_str()).collect::<String>();
    let own = &texts[name];
    let (shared, buffers): (&[&str], &[&str]) = match name {
        "decode" => {
            let parts = ["sizes", "sigmoid", "model", "decode", "familiarity", "succession", "choice"];
            return filled(&with(&parts));
        }
        "mixer_scan" | "mixer_scan_backward" => {
            return filled(&(with(&["sigmoid", "mixer_scan_token"]) + own));
        }
        _ if name.starts_with("inner_pass_") => (
            if name.starts_with("inner_pass_product") {
                &["sizes", "sigmoid", "inner_pass", "inner_pass_products"]
            } else {
                &["sizes", "sigmoid", "inner_pass"]
            },
            &["work", "base", "matrices", "text", "state", "scanned", "inputs", "queries", "found", "d_read"],
        ),
        _ if name.starts_with("write_") => {
            (&["sigmoid", "write"], &["found", "text", "ahead", "shields", "pending", "work", "written"])
        }
        _ if name.starts_with("shield_") => (&["shield"], &["shield", "keys", "work", "after"]),
        _ if name.starts_with("update_") => (&["update"], &["memory", "pending", "rates", "sums", "after"]),
        "row_sums" => (&[], &["rows", "sums"]),
        "matrix_product" => (&[], &["left", "right", "product"]),
        _ => return filled(own),
    };
    let used = buffers.iter().filter(|buffer| (with(shared) + own).contains(&format!("{buffer}[")));
    let mut text: String = used
        .enumerate()
        .map(|(place, buffer)| {
            format!("@group(0) @binding({place}) var<storage, read_write> {buffer}: array<f32>;\n")
        })
        .collect();
    text.push_str("@group(0) @binding(20) var<uniform> info: Info;\n");
    filled(&(text + &with(shared) + own))
}

#[test]
fn every_shader_is_wgsl() {
    let texts = texts();
    let mut count = 0;
    for name in texts.keys().filter(|name| !PARTS.contains(&name.as_str())) {
        let text = whole(name, &texts);
        let module = naga::front::wgsl::parse_str(&text)
            .unwrap_or_else(|error| panic!("{name}: {}", error.emit_to_string(&text)));
        let mut validator = naga::valid::Validator::new(
            naga::valid::ValidationFlags::all(),
            naga::valid::Capabilities::empty(),
        );
        validator.validate(&module).unwrap_or_else(|error| panic!("{name}: {}", error.emit_to_string(&text)));
        assert!(!module.entry_points.is_empty(), "{name} has nothing to begin with");
        count += 1;
    }
    assert!(count > 30, "only {count} shaders were found");
}

#[test]
fn a_reserved_word_is_found() {
    let text = "@compute @workgroup_size(1) fn main() { var from = 1.0; from += 1.0; }";
    assert!(naga::front::wgsl::parse_str(text).is_err());
}
