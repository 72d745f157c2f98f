//! What is promised of base files.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

mod common;

use common::Rig;
use nested_memory_model::base::{self, Base, New};
use nested_memory_model::chunk::logits;
use nested_memory_model::file::Precision;
use nested_memory_model::parameters::Parameters;
use nested_memory_model::state::State;
use nested_memory_model::{Config, Error, MixerKind};

const KEPT: &str = "embedding";
const GONE: &str = "block.1.level.slow.up";

/// A base of an earlier version lacks what was invented since: training goes on with the base's numbers and begins the
/// rest afresh, and talking to it is refused.
#[test]
fn what_a_base_lacks_begins_afresh_in_training_only() {
    let rig = Rig::new(MixerKind::SelfModifying, 3);
    let mut entries = base::to_entries(&rig.config, &rig.parameters).unwrap();
    assert!(entries.tensors.remove(GONE).is_some());
    let bytes = entries.to_bytes("base", Precision::Single).unwrap();

    let refused = Base::from_bytes(&bytes, &rig.device).unwrap_err();
    assert!(refused.to_string().contains(GONE), "{refused}");

    let (config, parameters) = base::to_train_on(&bytes, New::default(), &mut || 0.25, &rig.device).unwrap();
    // Doubt is fitted to a base that has been trained.
    assert_eq!(config, Config { declines: None, recognition: None, succession: None, ..rig.config.clone() });
    assert!(parameters.doubt.is_none());
    let again = base::to_entries(&config, &parameters).unwrap();
    assert_eq!(again.tensors[KEPT], entries.tensors[KEPT]);
    let fresh = Parameters::init(&config, &mut || 0.25, &rig.device);
    let fresh = base::to_entries(&config, &fresh).unwrap();
    assert_eq!(again.tensors[GONE], fresh.tensors[GONE]);
    assert_ne!(again.tensors[KEPT], fresh.tensors[KEPT]);
}

/// A base may forget how to remember in its first blocks; what is left is what it was.
#[test]
fn a_base_goes_on_with_fewer_blocks_that_remember() {
    let rig = Rig::new(MixerKind::SelfModifying, 3);
    let bytes = base::to_bytes(&rig.config, &rig.parameters, Precision::Single).unwrap();
    let fixed = |fixed_blocks| New { fixed_blocks, ..New::default() };
    let (config, parameters) = base::to_train_on(&bytes, fixed(1), &mut || 0.25, &rig.device).unwrap();
    assert_eq!((config.fixed_blocks, parameters.plastic.len()), (1, 1));
    let before = base::to_entries(&rig.config, &rig.parameters).unwrap().tensors;
    let after = base::to_entries(&config, &parameters).unwrap().tensors;
    assert!(after.len() < before.len() && after.iter().all(|(name, entry)| before[name] == *entry));
    assert!(base::to_train_on(&bytes, fixed(2), &mut || 0.25, &rig.device).is_err(), "none is left");
}

/// A base that begins to be told how familiar a key is says what it said: it makes nothing of it yet.
#[test]
fn a_base_that_is_told_something_new_goes_on_as_it_was() {
    let mut rig = Rig::new(MixerKind::GatedDelta, 3);
    rig.config.protection = Some(1.0);
    let bytes = base::to_bytes(&rig.config, &rig.parameters, Precision::Single).unwrap();
    let new = New { familiarity: true, ..New::default() };
    let (config, parameters) = base::to_train_on(&bytes, new, &mut || 0.25, &rig.device).unwrap();
    assert!(config.familiarity && parameters.plastic[0][1].familiarity.is_some());
    assert!(parameters.plastic[0][0].familiarity.is_none(), "the fast level has no shield");
    let tokens = rig.tokens(1, 3);
    let before = Base::from_bytes(&bytes, &rig.device).unwrap();
    let bytes = base::to_bytes(&config, &parameters, Precision::Single).unwrap();
    let after = Base::from_bytes(&bytes, &rig.device).unwrap();
    let says = |base: &Base| {
        let state = State::new(&base.config, 1, &rig.device, base.parameters.embedding.dtype());
        logits(&base.config, &base.parameters, &state, tokens.clone()).to_data()
    };
    assert_eq!(says(&before), says(&after));
}

#[test]
fn numbers_are_counted_without_making_them() {
    let rig = Rig::new(MixerKind::SelfModifying, 3);
    let larger = Config { units: 14, blocks: 3, fixed_blocks: 2, ..Config::recipe(40) };
    for config in [rig.config.clone(), larger] {
        let made = Parameters::init(&config, &mut || 0.25, &rig.device);
        assert_eq!(Parameters::count_of(&config), made.count() as u64);
    }
}

/// A small file whose words ask for a terabyte is refused before anything is made for it.
#[test]
fn a_file_cannot_ask_for_more_numbers_than_it_holds() {
    let rig = Rig::new(MixerKind::SelfModifying, 3);
    let mut entries = base::to_entries(&rig.config, &rig.parameters).unwrap();
    let huge = Config {
        vocabulary: 65_536,
        width: 4096,
        heads: 128,
        units: 8192,
        blocks: 64,
        recognition: None,
        succession: None,
        ..rig.config
    };
    huge.check().unwrap();
    entries.metadata.insert("config".to_owned(), serde_json::to_string(&huge).unwrap());
    let bytes = entries.to_bytes("base", Precision::Single).unwrap();
    assert!(matches!(Base::from_bytes(&bytes, &rig.device), Err(Error::Foreign { .. })));
    let endless = Config { width: 1 << 40, heads: 1 << 38, ..huge };
    assert!(matches!(endless.check(), Err(Error::Config { .. })));
}
