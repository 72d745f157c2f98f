//! What versions promise: a snapshot comes back bit for bit from an older one and a delta, or not at all.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

mod common;

use common::Rig;
use nested_memory_model::file::{Entries, Precision};
use nested_memory_model::parameters::Parameters;
use nested_memory_model::{
    Base, Error, Levels, Memory, MixerKind, delta, end_conversation, observe, snapshot,
};
use pollster::block_on;
use proptest::prelude::*;

fn base() -> Base {
    let mut rig = Rig::new(MixerKind::SelfModifying, 4);
    let device = burn::tensor::Device::flex();
    let parameters = Parameters::init(&rig.config, &mut || rig.noise.normal(), &device);
    Base::new(rig.config, parameters, "ab".repeat(32))
}

fn saved(base: &Base, memory: &Memory) -> Vec<u8> {
    block_on(snapshot::save(base, memory, "a title", Some("7"))).unwrap()
}

fn heard(base: &Base, memory: Memory, tokens: &[u32]) -> Memory {
    block_on(observe(base, memory, tokens, Levels::On)).unwrap().0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever was said in between, conversations' ends included.
    #[test]
    fn the_newer_snapshot_comes_back_bit_for_bit(
        before in prop::collection::vec(0_u32..23, 1..20),
        between in prop::collection::vec(0_u32..23, 0..20),
        ended in any::<bool>(),
    ) {
        let base = base();
        let old = heard(&base, Memory::new(&base), &before);
        let mut new = heard(&base, old.clone(), &between);
        if ended {
            new = block_on(end_conversation(&base, new, Levels::On)).unwrap().0;
        }
        let (old, new) = (saved(&base, &old), saved(&base, &new));
        if let Some(delta) = delta::encode(&old, &new).unwrap() {
            prop_assert!(delta.len() < new.len());
            prop_assert_eq!(delta::decode(&old, &delta).unwrap(), new);
            prop_assert!(delta::is_delta(&delta).unwrap());
        }
    }
}

#[test]
fn a_turn_that_changes_little_is_small() {
    let base = base();
    let old = heard(&base, Memory::new(&base), &[1, 2, 3, 4, 5, 6]);
    let new = heard(&base, old.clone(), &[7]);
    let (old, new) = (saved(&base, &old), saved(&base, &new));
    let delta = delta::encode(&old, &new).unwrap().unwrap();
    assert!(delta.len() < new.len() / 2, "{} of {}", delta.len(), new.len());
    assert!(!delta::is_delta(&new).unwrap());
}

#[test]
fn a_delta_of_another_version_or_a_damaged_one_is_refused() {
    let base = base();
    let old = heard(&base, Memory::new(&base), &[1, 2, 3, 4, 5, 6]);
    let new = saved(&base, &heard(&base, old.clone(), &[7]));
    let old = saved(&base, &old);
    let delta = delta::encode(&old, &new).unwrap().unwrap();
    assert!(matches!(delta::decode(&new, &delta), Err(Error::Damaged { .. })));
    assert!(matches!(delta::decode(&old, &old), Err(Error::Damaged { .. })));
    for at in (0..delta.len()).step_by(37) {
        let mut other = delta.clone();
        other[at] ^= 1;
        // What was made of it, if anything, is what was meant.
        if let Ok(found) = delta::decode(&old, &other) {
            assert_eq!(
                snapshot::label(&found).unwrap(),
                snapshot::label(&new).unwrap(),
                "a flipped bit at {at}"
            );
        }
    }
}

/// Each of a thousand names would ask for as much as the largest tensor, or for another copy of it.
#[test]
fn a_delta_cannot_ask_for_much_more_than_the_older_snapshot_holds() {
    let base = base();
    let old = heard(&base, Memory::new(&base), &[1, 2, 3, 4, 5, 6]);
    let new = saved(&base, &heard(&base, old.clone(), &[7]));
    let old = saved(&base, &old);
    let delta = delta::encode(&old, &new).unwrap().unwrap();
    let refused = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut entries = Entries::from_bytes("version", &delta).unwrap();
        let text = entries.metadata.get_mut("delta").unwrap();
        let mut left = serde_json::from_str(text).unwrap();
        change(&mut left);
        *text = left.to_string();
        let bytes = entries.to_bytes("version", Precision::Single).unwrap();
        delta::decode(&old, &bytes).unwrap_err().to_string()
    };
    let zeros = refused(&|left| {
        let zero = left["zero"].as_object_mut().unwrap();
        zero.extend((0..1000).map(|i| (format!("a{i}"), serde_json::json!([10, 8]))));
    });
    assert!(zeros.contains("too large"), "{zeros}");
    let copies = refused(&|left| {
        let same = left["same"].as_array_mut().unwrap();
        same.extend(vec![same[0].clone(); 1000]);
    });
    assert!(copies.contains("twice"), "{copies}");
}
