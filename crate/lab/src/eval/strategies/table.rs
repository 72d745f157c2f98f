//! What came of it, one row a strategy, the best of each column marked, whoever it is.

use super::contest::{Count, Marks};
use super::sum;
use crate::eval::leak::Leaks;
use crate::eval::score::Score;
use crate::say;
use serde::Serialize;

/// The columns, as the table calls them; all but the last three are shares.
const COLUMNS: [&str; 8] = [
    "conversation over",
    "ten later",
    "stranger declined",
    "forgotten",
    "neighbours kept",
    "read a question",
    "read besides",
    "bytes kept",
];

/// Everything of one strategy.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Row {
    strategy: String,
    ended: Score,
    ten_later: Score,
    stranger_declined: Score,
    forgotten_of_known: Score,
    neighbours_kept_of_known: Score,
    /// Tokens that a question has cost, in the mean.
    tokens_read_a_question: f64,
    /// Tokens that eleven conversations have cost without the questions, in the mean of the cases.
    tokens_read_besides: f64,
    /// Bytes kept after eleven conversations, in the mean of the cases.
    bytes_kept: f64,
    /// The columns in which nobody does better.
    best: Vec<&'static str>,
}

impl Row {
    /// Of what a strategy made of all cases.
    pub(super) fn new(strategy: String, marks: &[Marks]) -> Self {
        let share = |of: fn(&Marks) -> Count| {
            let right = marks.iter().map(|marks| of(marks).right).sum();
            Score::new(right, marks.iter().map(|marks| of(marks).asked).sum())
        };
        let mean = |of: fn(&Marks) -> u64, each: u64| sum(marks, of) as f64 / each.max(1) as f64;
        let cases = marks.len() as u64;
        Self {
            strategy,
            ended: share(|marks| marks.ended),
            ten_later: share(|marks| marks.later),
            stranger_declined: share(|marks| marks.strangers),
            forgotten_of_known: share(|marks| marks.forgotten),
            neighbours_kept_of_known: share(|marks| marks.kept),
            tokens_read_a_question: mean(|marks| marks.read_asked, sum(marks, |marks| marks.questions)),
            tokens_read_besides: mean(|marks| marks.read_heard, cases),
            bytes_kept: mean(|marks| marks.bytes, cases),
            best: Vec::new(),
        }
    }

    const fn shares(&self) -> [Score; 5] {
        [
            self.ended,
            self.ten_later,
            self.stranger_declined,
            self.forgotten_of_known,
            self.neighbours_kept_of_known,
        ]
    }

    const fn costs(&self) -> [f64; 3] {
        [self.tokens_read_a_question, self.tokens_read_besides, self.bytes_kept]
    }

    /// How well it does in each column, the more the better; nothing where it was never asked.
    fn merits(&self) -> [Option<f64>; COLUMNS.len()] {
        let shares = self.shares().map(|score| (score.questions > 0).then_some(score.share));
        let costs = self.costs().map(|cost| Some(-cost));
        std::array::from_fn(|i| shares.iter().chain(&costs).nth(i).copied().flatten())
    }
}

/// The rows with the best of each column marked: all of those that nobody outdoes.
pub(super) fn marked(mut rows: Vec<Row>) -> Vec<Row> {
    for (i, column) in COLUMNS.into_iter().enumerate() {
        let most = rows.iter().filter_map(|row| row.merits()[i]).fold(f64::NEG_INFINITY, f64::max);
        for row in &mut rows {
            if row.merits()[i].is_some_and(|merit| merit >= most) {
                row.best.push(column);
            }
        }
    }
    rows
}

/// What came of it.
#[derive(Debug, Clone, Serialize)]
pub(in crate::eval) struct Table {
    pub(super) suite: &'static str,
    pub(super) language: &'static str,
    pub(super) base: String,
    pub(super) seed: u64,
    pub(super) cases: usize,
    pub(super) rows: Vec<Row>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) leaks: Option<Leaks>,
    pub(super) seconds: f64,
}

impl Table {
    /// Prints it, as Markdown has tables.
    pub(in crate::eval) fn print(&self) {
        say(&format!(
            "{}, {}: base {}, {} cases, held out, {:.0} s; * is the best of a column",
            self.suite,
            self.language,
            &self.base[..12],
            self.cases,
            self.seconds
        ));
        if let Some(leaks) = &self.leaks {
            let (found, of) = (leaks.found.len(), leaks.of);
            say(&format!("leak check: {found} of {of} in {} episodes of training", leaks.episodes));
        }
        say(&format!("| strategy | {} |", COLUMNS.join(" | ")));
        say(&format!("|---|{}", "---|".repeat(COLUMNS.len())));
        for row in &self.rows {
            let shares = row.shares().map(|score| match score.questions {
                0 => "–".to_owned(),
                asked => format!(
                    "{:.2} [{:.2}, {:.2}] {}/{asked}",
                    score.share, score.low, score.high, score.right
                ),
            });
            let costs = row.costs().map(|cost| format!("{cost:.0}"));
            let cells = shares.iter().chain(&costs).zip(COLUMNS).map(|(cell, column)| {
                let star = if row.best.contains(&column) { "*" } else { "" };
                format!("{cell}{star}")
            });
            say(&format!("| {} | {} |", row.strategy, cells.collect::<Vec<_>>().join(" | ")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, Count, Marks, Row, marked};

    fn row(name: &str, right: usize, known: usize, bytes: u64) -> Row {
        let count = |right, asked| Count { right, asked };
        let marks = Marks {
            ended: count(right, 4),
            later: count(4 - right, 4),
            strangers: count(2, 2),
            forgotten: count(0, known),
            bytes,
            ..Marks::default()
        };
        Row::new(name.to_owned(), &[marks])
    }

    /// Whoever it is, and however many: nobody is the best where nobody was asked.
    #[test]
    fn the_best_of_each_column_is_marked_and_it_may_be_any_of_them() {
        let rows = marked(vec![row("a", 4, 0, 9), row("b", 1, 1, 5), row("c", 1, 0, 7)]);
        let best: Vec<Vec<&str>> = rows.into_iter().map(|row| row.best).collect();
        let [over, later, stranger, forgotten, _, question, besides, bytes] = COLUMNS;
        assert_eq!(best[0], [over, stranger, question, besides]);
        assert_eq!(best[1], [later, stranger, forgotten, question, besides, bytes]);
        assert_eq!(best[2], [later, stranger, question, besides]);
    }
}
