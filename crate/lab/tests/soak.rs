//! What is promised of a memory that hears much: nothing grows but the list of its versions, and what was pinned is found
//! again.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

mod common;

use common::program;
use serde_json::Value;

#[test]
fn two_hundred_turns_keep_what_was_pinned_and_leave_the_memory_as_large_as_it_was() {
    let output =
        program().args(["soak", "--turns", "200", "--sleep-every", "10", "--json"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let [before, pinned] = ["known_before", "known_pinned"].map(|name| found[name].as_u64().unwrap());
    assert!(before >= 7, "{before} of 10 are known before");
    assert_eq!(pinned, before, "going back to a pinned version");
    let points = found["points"].as_array().unwrap();
    assert_eq!(points.len(), 10);
    for point in points {
        assert!(point["kept_snapshots"].as_u64().unwrap() <= 64 << 20, "{point}");
    }
    let sizes: Vec<u64> = points.iter().map(|point| point["snapshot"].as_u64().unwrap()).collect();
    let (least, most) = (sizes.iter().min().unwrap(), sizes.iter().max().unwrap());
    assert!(most - least < 4096, "only text that waits may make a difference: {sizes:?}");
    let last = points.last().unwrap();
    assert!(last["pruned"].as_u64().unwrap() > 100, "{last}");
    if let Some(growth) = found["growth"].as_i64() {
        assert!(growth < 32 << 20, "{growth}");
    }
}
