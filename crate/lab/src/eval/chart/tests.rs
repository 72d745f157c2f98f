//! What a picture promises.

use super::{bars, curve};
use crate::eval::report::Report;
use crate::eval::score::Score;
use std::collections::BTreeMap;

fn report() -> Report {
    let scores =
        ["one later", "told 2–3 before", "levels off, later"].map(|row| (row.to_owned(), Score::new(3, 4)));
    Report {
        suite: "retention".to_owned(),
        language: "en",
        base: "0".repeat(64),
        seed: 1,
        cases: 4,
        questions: 12,
        sleep: false,
        fine_tune: None,
        without: Vec::new(),
        uniform_writes: false,
        louder: Vec::new(),
        opening: None,
        any_order: false,
        scores: scores.into(),
        goals: BTreeMap::from([("one later".to_owned(), 0.98)]),
        ages: BTreeMap::from([(1, Score::new(3, 4)), (10, Score::new(2, 4))]),
        measures: Vec::new(),
        matrix: None,
        leaks: None,
        seconds: 1.0,
    }
}

#[test]
fn the_chart_names_every_group_and_the_suite() {
    let Ok(Some(picture)) = bars::picture(&[report()]) else { panic!("no picture") };
    for name in report().scores.keys().map(String::as_str).chain(["retention · en · 4 cases"]) {
        assert!(picture.contains(name), "{name} in {picture}");
    }
    assert!(picture.contains("prefers-color-scheme:dark"));
    // Groups and measures are separate: without groups there is nothing to draw.
    let none = Report { scores: BTreeMap::new(), ..report() };
    assert!(matches!(bars::picture(&[none]), Ok(None)));
}

#[test]
fn the_curve_has_a_point_for_every_age() {
    let Ok(Some(picture)) = curve::picture(&[report()]) else { panic!("no picture") };
    assert_eq!(picture.matches("<circle").count(), 2);
    let none = Report { ages: BTreeMap::new(), ..report() };
    assert!(matches!(curve::picture(&[none]), Ok(None)));
}
