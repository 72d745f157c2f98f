use super::*;
use nested_memory_model::LevelName;
use proptest::prelude::*;

fn version(parent: Option<VersionId>, reason: &str) -> Version {
    Version {
        key: "default".to_owned(),
        parent,
        time: 1.0,
        reason: reason.to_owned(),
        counts: Counts::default(),
        of: None,
        name: None,
        pinned: false,
        norms: None,
        size: 10,
        line: None,
        forgotten: false,
        damaged: false,
        bytes: Vec::new(),
    }
}

#[test]
fn what_was_done_before_one_went_back_is_not_in_memory() {
    let back = Version { of: Some(1), ..version(Some(3), "rewind") };
    let history = History::new([
        (1, version(None, "turn")),
        (2, version(Some(1), "turn")),
        (3, version(Some(2), "turn")),
        (4, back),
        (5, version(Some(4), "turn")),
    ]);
    assert_eq!(history.lineage(5).into_iter().collect::<Vec<_>>(), [1, 4, 5]);
    assert_eq!(history.lineage(3).into_iter().collect::<Vec<_>>(), [1, 2, 3]);
    let remembered: Vec<bool> = history.told(Some(5)).iter().map(|version| version.remembered).collect();
    assert_eq!(remembered, [true, true, false, false, true]);
}

#[test]
fn nothing_from_before_an_import_is_in_memory() {
    let history = History::new([(1, version(None, "turn")), (2, version(Some(1), "import"))]);
    assert_eq!(history.lineage(2).into_iter().collect::<Vec<_>>(), [2]);
}

#[test]
fn a_version_of_the_first_layout_is_read_with_its_snapshot() {
    let old = serde_json::json!({
        "key": "default", "parent": null, "time": 5.0, "reason": "turn",
        "counts": { "tokens": 3, "conversations": 0, "pending": 1 }, "bytes": [1, 2, 3],
    });
    let version: Version = serde_json::from_value(old).unwrap();
    assert_eq!(version.bytes, [1, 2, 3]);
    let history = History::new([(7, version)]);
    let found = history.get(7).unwrap();
    assert_eq!((found.size, found.bytes.len(), found.pinned), (3, 0, false));
}

#[test]
fn each_line_of_the_ledger_follows_the_one_before() {
    let mut history = History::default();
    for (id, reason) in [(3, "turn"), (8, "conversation-ended"), (9, "sleep")] {
        let deed = Deed { reason, of: None, time: f64::from(id), base: "b", memory: "m" };
        let line = history.next_line(deed, None, ["hello", "hi"].into_iter());
        history.put(id, Version { line: Some(line), ..version(None, reason) });
    }
    let lines = history.ledger();
    assert_eq!(ledger::verify(&lines), Ok(()));
    assert_eq!(lines.iter().map(|line| line.version).collect::<Vec<_>>(), [1, 2, 3]);
}

proptest! {
    /// As far as that is possible without touching what must stay, the snapshots fit.
    #[test]
    fn pruning_keeps_pins_and_the_newest_and_fits_the_budget(
        kinds in prop::collection::vec((any::<bool>(), any::<bool>()), 0..60),
        budget in 0_usize..500,
    ) {
        let versions = kinds.iter().enumerate().map(|(i, (pinned, end))| {
            let reason = if *end { "sleep" } else { "turn" };
            (i as VersionId + 1, Version { pinned: *pinned, ..version(None, reason) })
        });
        let mut history = History::new(versions);
        let all = history.versions.len();
        let surplus = history.surplus(10, budget);
        for id in &surplus {
            prop_assert!(!history.get(*id).unwrap().pinned);
            prop_assert!(*id as usize + RECENT <= all + 1, "{id} is one of the newest");
        }
        for id in surplus {
            let version = history.get(id).unwrap().clone();
            history.put(id, Version { size: 0, ..version });
        }
        let left: usize = history.versions.values().map(|version| version.size).sum();
        prop_assert!(left + 10 <= budget || history.surplus(10, 0).is_empty());
        prop_assert!(history.surplus(10, budget).is_empty());
    }

    /// Ends of conversations go after everything else that may go.
    #[test]
    fn ends_of_conversations_go_last(ends in prop::collection::vec(any::<bool>(), 10..40), budget in 0_usize..400) {
        let versions = ends.iter().enumerate().map(|(i, end)| {
            (i as VersionId, version(None, if *end { "conversation-ended" } else { "turn" }))
        });
        let history = History::new(versions);
        let surplus = history.surplus(10, budget);
        if surplus.iter().any(|id| ends[*id as usize]) {
            let old = ends.len() - (RECENT - 1);
            prop_assert!((0..old).filter(|i| !ends[*i]).all(|i| surplus.contains(&(i as VersionId))));
        }
    }
}

/// A history in which versions come one after the other: their reasons, and where they went back to.
fn told(versions: &[(&str, Option<VersionId>)]) -> History {
    History::new(versions.iter().zip(1..).map(|((reason, of), id)| {
        let parent = (id > 1).then(|| id - 1);
        (id, Version { of: *of, ..version(parent, reason) })
    }))
}

#[test]
fn a_turn_is_forgotten_by_doing_again_what_came_after_it() {
    let history = told(&[
        ("turn", None),
        ("turn", None),
        ("turn", None),
        ("rewind", Some(2)),
        ("turn", None),
        ("conversation-ended", None),
        ("sleep", None),
        ("reset-mid", None),
    ]);
    let replay = history.without(2, 8).unwrap();
    assert_eq!(replay.from, Some(1));
    let again = [
        (4, Again::Nothing),
        (5, Again::Say),
        (6, Again::End),
        (7, Again::Sleep),
        (8, Again::Reset(LevelName::Mid)),
    ];
    assert_eq!(replay.again, again);
    assert_eq!(replay.gone.into_iter().collect::<Vec<_>>(), [2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(history.without(3, 8), None, "what is not in memory cannot be forgotten");
    assert_eq!(history.without(6, 8), None, "nor what is no turn");
    assert_eq!(history.without(5, 8).unwrap().from, Some(4));
}

#[test]
fn forgetting_begins_where_something_is_kept() {
    let mut history = told(&[("turn", None), ("turn", None), ("turn", None), ("turn", None)]);
    for id in [1, 2] {
        history.change(id, |version| Version { size: 0, ..version });
    }
    let replay = history.without(3, 4).unwrap();
    assert_eq!(replay.from, None, "from the very beginning");
    assert_eq!(replay.again, [(1, Again::Say), (2, Again::Say), (4, Again::Say)]);
    history.change(1, |version| Version { reason: "import".to_owned(), ..version });
    assert_eq!(history.without(3, 4), None, "an imported memory that is not kept cannot be made again");
    history.change(2, |version| Version { size: 1, ..version });
    assert_eq!(history.without(3, 4).unwrap().from, Some(2));
}

#[test]
fn a_damaged_version_is_passed_over_and_never_thrown_away() {
    let mut history = told(&[("turn", None), ("turn", None), ("turn", None)]);
    history.change(2, |version| Version { damaged: true, ..version });
    assert_eq!(history.last_good(3), [1]);
    assert_eq!(history.without(3, 3).unwrap().from, Some(1));
    assert!(!history.surplus(1000, 0).contains(&2));
}
