//! Snapshots of every format that ever was, as they were written then. They must load for ever, and mean the same.
//!
//! `golden/base.safetensors` is a tiny base, `golden/snapshot-1.safetensors` a memory of it in format 1: in the middle of its
//! second conversation, so that nothing in it is empty. Nobody writes over these files; a new format adds one
//! (`cargo run -p nested-memory-model --example golden`).

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

mod common;

use burn::tensor::Device;
use common::golden::learned;
use common::values;
use nested_memory_model::{Base, Levels, Listener, next_logits, snapshot};
use pollster::block_on;
use std::path::Path;

fn golden(name: &str) -> Vec<u8> {
    std::fs::read(Path::new("tests/golden").join(name)).unwrap()
}

fn base() -> Base {
    Base::from_bytes(&golden("base.safetensors"), &Device::flex()).unwrap()
}

#[test]
fn a_snapshot_of_every_format_loads_for_ever() {
    let base = base();
    for format in 1..=snapshot::FORMAT {
        let (memory, label) =
            snapshot::load(&base, &golden(&format!("snapshot-{format}.safetensors"))).unwrap();
        assert_eq!(
            (label.format, label.title.as_str(), label.parent.as_deref()),
            (format, "golden", Some("41"))
        );
        let now = learned(&base);
        assert_eq!((memory.clock, &memory.pending, &memory.lessons), (now.clock, &now.pending, &now.lessons));
        assert_eq!(memory.listener, Listener { speaking: now.listener.speaking });
        // The numbers are those that are learned from the same tokens today, up to the rounding of another processor.
        for (then, now) in memory.state.levels.iter().flatten().zip(now.state.levels.iter().flatten()) {
            close(&values(then.memory.clone()), &values(now.memory.clone()));
            close(&values(then.pending.clone()), &values(now.pending.clone()));
        }
        for (then, now) in memory.state.mixers.iter().zip(&now.state.mixers) {
            close(&values(then.gain.clone()), &values(now.gain.clone()));
        }
        assert!(
            block_on(next_logits(&base, &memory, Levels::On)).unwrap().is_some(),
            "it can be talked with"
        );
    }
}

fn close(then: &[f64], now: &[f64]) {
    assert_eq!(then.len(), now.len());
    for (a, b) in then.iter().zip(now) {
        assert!((a - b).abs() <= 1e-4 * (1.0 + a.abs()), "{a} {b}");
    }
}
