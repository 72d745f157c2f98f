//! What freezing promises: a frozen level is bit for bit what it was, whatever is said, ended or slept over; the others
//! learn on, and everything thaws.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

mod common;

use common::protected_base as base;
use nested_memory_model::{
    Base, Event, Frozen, LevelName, Levels, Memory, end_conversation, observe, snapshot,
};
use pollster::block_on;
use proptest::prelude::*;

fn numbers(memory: &Memory, level: LevelName) -> Vec<u32> {
    let parts = memory.state.levels.iter().flat_map(|levels| {
        let level = &levels[level.index()];
        [Some(level.memory.clone()), Some(level.pending.clone()), level.shield.clone()]
    });
    let values = parts.flatten().flat_map(|part| part.into_data().try_to_vec::<f32>().unwrap());
    values.map(f32::to_bits).collect()
}

/// Says something and ends the conversation; which levels were updated on the way.
fn live(base: &Base, memory: Memory, said: &[u32]) -> (Memory, Vec<LevelName>) {
    let (memory, mut events) = block_on(observe(base, memory, said, Levels::On)).unwrap();
    let (memory, more) = block_on(end_conversation(base, memory, Levels::On)).unwrap();
    events.extend(more);
    let updated = events.into_iter().filter_map(|event| match event {
        Event::Update { level, .. } => Some(level),
        _ => None,
    });
    (memory, updated.collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_frozen_level_stays_what_it_was(
        before in prop::collection::vec(0_u32..23, 2..30),
        after in prop::collection::vec(0_u32..23, 2..60),
        place in 0_usize..3,
    ) {
        let base = base();
        let level = LevelName::ALL[place];
        let mut memory = block_on(observe(&base, Memory::new(&base), &before, Levels::On)).unwrap().0;
        memory.frozen = memory.frozen.with(level, true);
        let was = LevelName::ALL.map(|level| numbers(&memory, level));
        let (memory, updated) = live(&base, memory, &after);
        prop_assert!(!updated.contains(&level));
        for other in LevelName::ALL {
            let same = numbers(&memory, other) == was[other.index()];
            // A fast level that is not frozen may have been empty, and is wiped.
            prop_assert!(same == (other == level) || (other == LevelName::Fast && level != other));
        }
        let mut thawed = memory;
        thawed.frozen = Frozen::default();
        let (thawed, updated) = live(&base, thawed, &after);
        prop_assert!(updated.contains(&level));
        prop_assert!(numbers(&thawed, level) != was[place] || level == LevelName::Fast);
    }
}

#[test]
fn a_file_keeps_what_is_frozen() {
    let base = base();
    let mut memory = Memory::new(&base);
    memory.frozen = Frozen::default().with(LevelName::Mid, true).with(LevelName::Slow, true);
    let bytes = block_on(snapshot::save(&base, &memory, "", None)).unwrap();
    let (again, label) = snapshot::load(&base, &bytes).unwrap();
    assert_eq!((again.frozen, label.frozen), (memory.frozen, memory.frozen));
    let said = serde_json::to_value(label).unwrap();
    assert_eq!(said["frozen"], serde_json::json!(["mid", "slow"]));
}
