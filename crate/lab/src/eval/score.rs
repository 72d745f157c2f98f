//! What is counted of an answer, and shares with their intervals.

use nested_memory_dialogue::{Expect, Group, Question, declined, gives_old, names_all, score};
use serde::Serialize;
use std::collections::BTreeMap;

/// z of a 95 % interval.
pub(super) const Z: f64 = 1.959_964;

/// Right answers out of questions, with a 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Score {
    pub(super) right: usize,
    pub(super) questions: usize,
    pub(super) share: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Score {
    /// The Wilson score interval.
    pub(super) fn new(right: usize, questions: usize) -> Self {
        let (n, z) = (questions.max(1) as f64, Z);
        let p = right as f64 / n;
        let centre = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
        let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        Self { right, questions, share: p, low: (centre - half).max(0.0), high: (centre + half).min(1.0) }
    }
}

/// A reply and what it is counted under.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    /// Rows of the report, and whether it counts as a hit there.
    pub(super) rows: Vec<(String, bool)>,
    pub(super) right: bool,
    /// Conversations that had ended when it was asked.
    pub(super) conversation: usize,
    pub(super) age: Option<usize>,
    pub(super) note: String,
}

impl Answer {
    /// Judges a reply.
    pub(super) fn new(question: &Question, reply: &str, conversation: usize) -> Self {
        let right = score(reply, &question.expect);
        let mut rows = vec![(name(question.group).to_owned(), right)];
        match question.group {
            Group::UnknownRelation | Group::UnknownSubject | Group::UnknownBoth => {
                rows.push((name(Group::Unknown).to_owned(), right));
            }
            Group::Known => rows.push(("known wrongly declined".to_owned(), declined(reply))),
            Group::Corrected | Group::CorrectedTwice | Group::ToldAnew => {
                rows.push(("old value given".to_owned(), gives_old(reply, &question.expect)));
            }
            Group::List | Group::Profile => {
                if let Expect::All { values, .. } = &question.expect {
                    rows.push((format!("{}, all named", name(question.group)), names_all(reply, values)));
                }
            }
            _ => {}
        }
        let note = format!("{}: {} → {reply} (expected {:?})", rows[0].0, question.text, question.expect);
        Self { rows, right, conversation, age: question.age, note }
    }
}

/// Counts hits by row, or by whatever else they are grouped by.
pub(super) fn scores<K: Ord>(hits: impl Iterator<Item = (K, bool)>) -> BTreeMap<K, Score> {
    let mut counts: BTreeMap<K, (usize, usize)> = BTreeMap::new();
    for (key, hit) in hits {
        let count = counts.entry(key).or_default();
        count.0 += usize::from(hit);
        count.1 += 1;
    }
    counts.into_iter().map(|(key, (right, asked))| (key, Score::new(right, asked))).collect()
}

/// A group in a report.
pub(super) const fn name(group: Group) -> &'static str {
    match group {
        Group::Same => "same conversation",
        Group::OneLater => "one later",
        Group::TwoLater => "two later",
        Group::FourLater => "four later",
        Group::TenLater => "ten later",
        Group::TwentyLater => "twenty later",
        Group::ThirtyLater => "thirty later",
        Group::Forgotten => "forgotten",
        Group::Kept => "kept",
        Group::Unknown => "unknown",
        Group::UnknownRelation => "unknown relation",
        Group::UnknownSubject => "unknown subject",
        Group::UnknownBoth => "unknown subject and relation",
        Group::Known => "known",
        Group::Corrected => "corrected",
        Group::CorrectedTwice => "corrected twice",
        Group::ToldAnew => "told anew",
        Group::TwoStep => "two-step",
        Group::Inverse => "inverse",
        Group::Interest => "interest",
        Group::Habit => "habits",
        Group::List => "lists",
        Group::UnknownList => "lists never begun",
        Group::Profile => "profile",
        Group::AgeOne => "told 1 before",
        Group::AgeTwo => "told 2–3 before",
        Group::AgeFour => "told 4–7 before",
        Group::AgeEight => "told 8+ before",
        Group::Matrix => "all of the matrix",
    }
}

/// Whether the goal of a row is not to be exceeded.
pub(super) fn is_ceiling(row: &str) -> bool {
    row.starts_with("levels off")
        || row.ends_with("C no memory")
        || ["old value given", "known wrongly declined", "change of loss, per cent"].contains(&row)
}

/// The place of a row in tables and charts: by age, then as it comes.
pub(super) fn rank(row: &str) -> usize {
    let order = [
        "same conversation",
        "one later",
        "two later",
        "four later",
        "ten later",
        "twenty later",
        "thirty later",
        "told",
        "corrected",
        "corrected twice",
        "old value given",
        "forgotten",
        "kept",
        "unknown",
        "unknown relation",
        "unknown subject",
        "unknown subject and relation",
        "known",
        "known wrongly declined",
    ];
    order.iter().position(|name| *name == row).unwrap_or(order.len())
}

#[cfg(test)]
mod tests {
    use super::Score;

    /// The textbook example of the Wilson interval, and its ends.
    #[test]
    fn the_interval_is_wilsons() {
        let near = |a: f64, b: f64| (a - b).abs() < 5e-4;
        let Score { low, high, share, .. } = Score::new(45, 50);
        assert!(near(share, 0.9) && near(low, 0.7864) && near(high, 0.9565), "{low} {high}");
        let none = Score::new(0, 10);
        assert!(none.low == 0.0 && near(none.high, 0.2775), "{none:?}");
        let all = Score::new(10, 10);
        assert!(near(all.high, 1.0) && near(all.low, 0.7225), "{all:?}");
        assert!(Score::new(0, 0).high <= 1.0);
    }
}
