//! What a snapshot file promises: the same numbers back, and nothing foreign, damaged or hostile accepted.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

mod common;

use common::{Rig, values};
use nested_memory_model::file::{Entries, Precision};
use nested_memory_model::hint::PLACES;
use nested_memory_model::leaning::ALONE;
use nested_memory_model::{
    Base, Error, Hint, Leaning, Levels, Memory, MixerKind, Recollection, Topic, end_conversation, observe,
    snapshot,
};
use pollster::block_on;
use proptest::prelude::*;

fn base() -> (Base, Rig) {
    let mut rig = Rig::new(MixerKind::SelfModifying, 4);
    let device = burn::tensor::Device::flex();
    let parameters =
        nested_memory_model::parameters::Parameters::init(&rig.config, &mut || rig.noise.normal(), &device);
    let leaning = Leaning {
        hint: Hint::new(-1.0, &[0.0; PLACES]),
        above: vec![9],
        tell: vec![8],
        others: String::new(),
        topics: vec![Topic::new(vec![8], &[([ALONE, 4], 5.0)]), Topic::new(vec![7], &[])],
    };
    rig.config.recollections = vec![Recollection {
        list: leaning.hint.clone(),
        all: leaning.hint.clone(),
        opening: vec![16],
        familiar: 0.0,
        strange: 0.0,
        blank: 0.0,
        between: vec![20],
        stop: 22,
        promise: vec![17],
        unknown: vec![18],
        inquiries: Vec::new(),
        leaning: Some(leaning),
    }];
    (Base::new(rig.config.clone(), parameters, "ab".repeat(32)), rig)
}

fn busy(base: &Base, rig: &mut Rig, tokens: usize) -> Memory {
    let text = |rig: &mut Rig, n: usize| -> Vec<u32> {
        (0..n).map(|_| rig.noise.below(rig.config.vocabulary) as u32).collect()
    };
    let memory = block_on(observe(base, Memory::new(base), &text(rig, 15), Levels::On)).unwrap().0;
    let memory = block_on(end_conversation(base, memory, Levels::On)).unwrap().0;
    block_on(observe(base, memory, &text(rig, tokens), Levels::On)).unwrap().0
}

fn numbers(memory: &Memory) -> Vec<Vec<f64>> {
    let mut all = Vec::new();
    for mixer in &memory.state.mixers {
        all.extend([values(mixer.gain.clone()), values(mixer.tail.clone())]);
    }
    for level in memory.state.levels.iter().flatten() {
        all.extend([values(level.memory.clone()), values(level.pending.clone())]);
    }
    all.push(memory.succession.values().into_iter().map(f64::from).collect());
    for words in [memory.acquaintance.values(), memory.dwelling.tokens(), memory.dwelling.topics()] {
        all.push(words.iter().copied().map(f64::from).collect());
    }
    all
}

fn saved(base: &Base, memory: &Memory) -> Vec<u8> {
    block_on(snapshot::save(base, memory, "a title", Some("parent"))).unwrap()
}

#[test]
fn a_memory_comes_back_bit_for_bit_and_learns_on_as_if_it_had_never_left() {
    let (base, mut rig) = base();
    for tokens in [0, 1, 7, 12] {
        let memory = busy(&base, &mut rig, tokens);
        let bytes = saved(&base, &memory);
        let (back, label) = snapshot::load(&base, &bytes).unwrap();
        assert_eq!(
            (numbers(&memory), &memory.pending, memory.clock),
            (numbers(&back), &back.pending, back.clock)
        );
        assert_eq!((label.title.as_str(), label.parent.as_deref()), ("a title", Some("parent")));
        assert_eq!(bytes, saved(&base, &back), "the same memory gives the same bytes");
        let more = [1, 2, 3, 4, 5, 6, 7];
        let on = |m: Memory| block_on(observe(&base, m, &more, Levels::On)).unwrap();
        let ((a, events), (b, events_back)) = (on(memory), on(back));
        assert_eq!(numbers(&a), numbers(&b));
        assert_eq!(events, events_back);
    }
}

/// Names and shapes are what Python and later versions rely on.
#[test]
fn the_format_is_the_documented_one() {
    let (base, mut rig) = base();
    let bytes = saved(&base, &busy(&base, &mut rig, 3));
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let mut names: Vec<String> =
        file.iter().map(|(name, view)| format!("{name} {:?}", view.shape())).collect();
    names.sort();
    let pending = ["pending.tokens [3]", "pending.lessons [3]"];
    let words = ["acquaintance [23]", "succession [4096]", "dwelling.tokens [23]", "dwelling.topics [2]"];
    let mut expected: Vec<String> = pending.into_iter().chain(words).map(str::to_owned).collect();
    for b in 0..2 {
        for level in ["fast", "mid", "slow"] {
            expected.push(format!("block.{b}.level.{level}.memory [10, 8]"));
            expected.push(format!("block.{b}.level.{level}.pending [10, 8]"));
            if level != "fast" {
                expected.push(format!("block.{b}.level.{level}.shield [10, 10]"));
            }
        }
        expected.push(format!("block.{b}.mixer.state [2, 4, 4]"));
        expected.push(format!("block.{b}.mixer.tail [3, 16]"));
    }
    expected.sort();
    assert_eq!(names, expected);
}

fn refused(base: &Base, entries: &Entries) -> Error {
    snapshot::load(base, &entries.to_bytes("snapshot", Precision::Single).unwrap()).unwrap_err()
}

#[test]
fn what_is_foreign_newer_or_hostile_is_refused_with_its_reason() {
    let (base, mut rig) = base();
    let bytes = saved(&base, &busy(&base, &mut rig, 3));
    let entries = Entries::from_bytes("snapshot", &bytes).unwrap();
    let relabelled = |from: &str, to: &str| {
        let mut entries = entries.clone();
        let label = entries.metadata.get_mut("label").unwrap();
        assert!(label.contains(from));
        *label = label.replace(from, to);
        refused(&base, &entries)
    };
    assert!(matches!(relabelled(r#""format":1"#, r#""format":2"#), Error::Newer { found: 2, known: 1, .. }));
    assert!(matches!(relabelled(&base.sha256, &"cd".repeat(32)), Error::OtherBase { .. }));
    // The next turn would count on from there.
    for clock in ["9007199254740993", "18446744073709551615"] {
        let late = relabelled(r#""conversations":1"#, &format!(r#""conversations":{clock}"#));
        assert!(matches!(late, Error::Foreign { .. }), "{late}");
    }
    let changed = |change: &dyn Fn(&mut Entries)| {
        let mut entries = entries.clone();
        change(&mut entries);
        refused(&base, &entries)
    };
    let name = "block.0.level.slow.memory";
    let value = |entries: &mut Entries, x: f32| entries.tensors.get_mut(name).unwrap().values[0] = x;
    assert!(matches!(changed(&|e| value(e, f32::NAN)), Error::Damaged { .. }));
    assert!(matches!(changed(&|e| value(e, f32::INFINITY)), Error::Damaged { .. }));
    assert!(matches!(changed(&|e| value(e, 1e30)), Error::Foreign { .. }));
    assert!(matches!(changed(&|e| drop(e.tensors.remove(name))), Error::Foreign { .. }));
    assert!(matches!(
        changed(&|e| e.tensors.get_mut(name).unwrap().shape = vec![8, 10]),
        Error::Foreign { .. }
    ));
    assert!(matches!(changed(&|e| drop(e.metadata.remove("kind"))), Error::Foreign { .. }));
    assert!(matches!(
        changed(&|e| drop(e.metadata.insert("kind".into(), "base".into()))),
        Error::Foreign { .. }
    ));
    let token = |e: &mut Entries, x: f32| e.tensors.get_mut("pending.tokens").unwrap().values[0] = x;
    for id in [-1.0, 0.5, 23.0, 1e9] {
        assert!(matches!(changed(&|e| token(e, id)), Error::Foreign { .. }), "{id}");
    }
    let words = |e: &mut Entries, values: Vec<f32>| {
        let entry = e.tensors.get_mut("acquaintance").unwrap();
        (entry.shape, entry.values) = (vec![values.len()], values);
    };
    for values in [vec![0.5; 22], vec![0.5; 24], vec![1.5; 23], vec![-0.1; 23]] {
        assert!(matches!(changed(&|e| words(e, values.clone())), Error::Foreign { .. }), "{values:?}");
    }
    assert!(matches!(changed(&|e| drop(e.tensors.remove("acquaintance"))), Error::Foreign { .. }));
    let bits = |e: &mut Entries, x: f32| e.tensors.get_mut("succession").unwrap().values[7] = x;
    for x in [-1.0, 0.5, 65_536.0] {
        assert!(matches!(changed(&|e| bits(e, x)), Error::Foreign { .. }), "{x}");
    }
    assert!(matches!(changed(&|e| drop(e.tensors.remove("succession"))), Error::Foreign { .. }));
    for (name, x) in [("dwelling.tokens", -1.0), ("dwelling.topics", 1e7)] {
        let count = |e: &mut Entries| e.tensors.get_mut(name).unwrap().values[1] = x;
        assert!(matches!(changed(&count), Error::Foreign { .. }), "{name}");
        assert!(matches!(changed(&|e| drop(e.tensors.remove(name))), Error::Foreign { .. }), "{name}");
    }
    for (name, shape) in [
        ("acquaintance", vec![1, 23]),
        ("dwelling.topics", vec![2, 1]),
        ("succession", vec![64, 64]),
        ("pending.lessons", vec![3, 1]),
    ] {
        assert!(matches!(
            changed(&|e| e.tensors.get_mut(name).unwrap().shape = shape.clone()),
            Error::Foreign { .. }
        ));
    }
    // A shield that no keys could have left would let a file say where everything is written from now on.
    let shield = |e: &mut Entries, at: usize, x: f32| {
        e.tensors.get_mut("block.0.level.slow.shield").unwrap().values[at] = x;
    };
    for (at, x) in [(0, 5.0), (0, -0.5), (1, 0.75), (10, -1.5)] {
        assert!(matches!(changed(&|e| shield(e, at, x)), Error::Foreign { .. }), "{at} {x}");
    }
    let extra = |e: &mut Entries| {
        let entry = e.tensors.get(name).unwrap().clone();
        e.tensors.insert("embedding".into(), entry);
    };
    assert!(matches!(changed(&extra), Error::Foreign { .. }));
    for junk in [&b""[..], b"{}", b"PK\x03\x04", &[255; 64]] {
        assert!(matches!(snapshot::load(&base, junk), Err(Error::Damaged { .. })));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Numbers are covered by the checksum; what else may change unnoticed is text in the label, which is never trusted.
    #[test]
    fn one_flipped_bit_or_a_cut_never_changes_a_number_unnoticed(place in 0.0_f64..1.0, bit in 0_u8..8, cut in any::<bool>()) {
        let (base, mut rig) = base();
        let memory = busy(&base, &mut rig, 5);
        let mut bytes = saved(&base, &memory);
        let at = ((bytes.len() - 1) as f64 * place) as usize;
        if cut { bytes.truncate(at) } else { bytes[at] ^= 1 << bit }
        if let Ok((back, _)) = snapshot::load(&base, &bytes) {
            prop_assert!(!cut);
            prop_assert_eq!(numbers(&memory), numbers(&back));
            prop_assert_eq!(memory.pending, back.pending);
        }
    }
}
