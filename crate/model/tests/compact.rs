//! What compact snapshots promise: they are smaller, and come back bit for bit or not at all.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

mod common;

use common::protected_base as base;
use nested_memory_model::{Base, Levels, Memory, compact, end_conversation, observe, snapshot};
use pollster::block_on;
use proptest::prelude::*;

fn saved(base: &Base, memory: &Memory) -> Vec<u8> {
    block_on(snapshot::save(base, memory, "a title", Some("7"))).unwrap()
}

fn heard(base: &Base, memory: Memory, tokens: &[u32]) -> Memory {
    block_on(observe(base, memory, tokens, Levels::On)).unwrap().0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever was said, conversations' ends included.
    #[test]
    fn a_compact_snapshot_comes_back_bit_for_bit(
        said in prop::collection::vec(0_u32..23, 0..40),
        ended in any::<bool>(),
    ) {
        let base = base();
        let mut memory = heard(&base, Memory::new(&base), &said);
        if ended {
            memory = block_on(end_conversation(&base, memory, Levels::On)).unwrap().0;
        }
        let whole = saved(&base, &memory);
        let small = compact::compact(&whole).unwrap();
        prop_assert!(small.len() < whole.len() * 4 / 5, "{} of {}", small.len(), whole.len());
        prop_assert_eq!(compact::expand(small).unwrap(), whole.clone());
        prop_assert_eq!(compact::expand(whole.clone()).unwrap(), whole, "what is not compact stays");
    }
}

#[test]
fn a_damaged_one_gives_what_it_was_made_of_or_nothing() {
    let base = base();
    let whole = saved(&base, &heard(&base, Memory::new(&base), &[1, 2, 3, 4, 5, 6]));
    let small = compact::compact(&whole).unwrap();
    for at in (0..small.len()).step_by(37) {
        let mut other = small.clone();
        other[at] ^= 1;
        // Where the mark of it itself was hit, the rest is refused by whoever loads it.
        if let Ok(found) = compact::expand(other.clone()) {
            assert!(found == whole || snapshot::load(&base, &found).is_err(), "a flipped bit at {at}");
        }
        assert!(compact::expand(other[..at].to_vec()).is_ok_and(|cut| snapshot::load(&base, &cut).is_err()));
    }
}

#[test]
fn what_is_no_snapshot_is_not_touched() {
    assert!(compact::compact(b"nothing").is_err());
    assert_eq!(compact::expand(b"nothing".to_vec()).unwrap(), b"nothing");
}
