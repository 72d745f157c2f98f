//! The suites: their cases and what is to be reached in them.

use nested_memory_dialogue::{
    Case, Tongue, Trial, capacity_cases, compound_cases, edit_cases, everyday_cases, families_cases,
    families_trials, forget_cases, interest_cases, matrix_cases, recall_cases, recall_trials,
    retention_cases, two_step_cases, two_step_trials, unknown_cases,
};

/// A suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Suite {
    Everyday,
    Compound,
    Recall,
    Retention,
    Forget,
    Edit,
    Unknown,
    TwoStep,
    Interest,
    Families,
    Capacity,
    Locality,
    Matrix,
}

impl Suite {
    /// In the order of reports.
    pub(super) const ALL: [Self; 13] = [
        Self::Everyday,
        Self::Compound,
        Self::Recall,
        Self::Retention,
        Self::Capacity,
        Self::Edit,
        Self::Unknown,
        Self::Forget,
        Self::TwoStep,
        Self::Interest,
        Self::Families,
        Self::Locality,
        Self::Matrix,
    ];

    /// As written on the command line and in reports.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Everyday => "everyday",
            Self::Compound => "compound",
            Self::Recall => "recall",
            Self::Retention => "retention",
            Self::Forget => "forget",
            Self::Edit => "edit",
            Self::Unknown => "unknown",
            Self::TwoStep => "two-step",
            Self::Interest => "interest",
            Self::Families => "families",
            Self::Capacity => "capacity",
            Self::Locality => "locality",
            Self::Matrix => "matrix",
        }
    }

    /// In a line.
    pub(super) const fn what(self) -> &'static str {
        match self {
            Self::Everyday => {
                "Told and asked in the plainest words, which training has: people and values are new"
            }
            Self::Compound => "Two facts told in one sentence",
            Self::Recall => {
                "Same conversation, one later, two later, unknown, corrected; and with the levels off"
            }
            Self::Retention => "Sixty facts in thirty conversations, asked 1 to 30 conversations later",
            Self::Forget => "A fact that is to be forgotten, and its neighbours",
            Self::Edit => "Facts corrected once or twice",
            Self::Unknown => "What was never told, among what was",
            Self::TwoStep => "Told of a name, asked by its bearer; and \"Who is Rex?\"",
            Self::Interest => "What a person comes back to without saying that they like it",
            Self::Families => "Habits, lists, all that a person told of themselves",
            Self::Capacity => "Sixty facts in twelve conversations, all asked at the end",
            Self::Locality => "The loss of unrelated talk before and after thirty conversations",
            Self::Matrix => "What is known of every conversation after every later one",
        }
    }

    /// Whether its cases are also run with the levels off; the others leave that to the protocol.
    pub(super) const fn runs_bare(self) -> bool {
        matches!(self, Self::Recall | Self::Retention | Self::Forget)
    }

    /// Its cases; locality has none.
    pub(super) fn cases(self, tongue: Tongue, seed: u64, count: usize) -> Vec<Case> {
        let make = match self {
            Self::Everyday => everyday_cases,
            Self::Compound => compound_cases,
            Self::Recall => recall_cases,
            Self::Retention => retention_cases,
            Self::Forget => forget_cases,
            Self::Edit => edit_cases,
            Self::Unknown => unknown_cases,
            Self::TwoStep => two_step_cases,
            Self::Interest => interest_cases,
            Self::Families => families_cases,
            Self::Capacity => capacity_cases,
            Self::Matrix => matrix_cases,
            Self::Locality => return Vec::new(),
        };
        make(tongue, seed, count)
    }

    /// What the protocol asks, if it has the suite.
    pub(super) fn trials(self, tongue: Tongue, seed: u64, count: usize) -> Option<Vec<Trial>> {
        let make = match self {
            Self::Recall => recall_trials,
            Self::TwoStep => two_step_trials,
            Self::Families => families_trials,
            _ => return None,
        };
        Some(make(tongue, seed, count))
    }

    /// What is to be reached; see [`super::score::is_ceiling`].
    pub(super) const fn goals(self) -> &'static [(&'static str, f64)] {
        match self {
            Self::Recall => &[
                ("same conversation", 0.90),
                ("one later", 0.98),
                ("two later", 0.85),
                ("unknown", 0.97),
                ("corrected", 0.95),
                ("levels off, later", 0.02),
            ],
            Self::Retention => &[
                ("one later", 0.98),
                ("ten later", 0.95),
                ("thirty later", 0.90),
                ("levels off, later", 0.02),
            ],
            Self::Forget => &[("forgotten", 0.95), ("kept", 0.98), ("levels off, later", 0.02)],
            Self::Edit => {
                &[("corrected", 0.95), ("corrected twice", 0.95), ("old value given", 0.02), ("kept", 0.98)]
            }
            Self::Unknown => &[("unknown", 0.97), ("known wrongly declined", 0.03)],
            Self::TwoStep => &[("two-step", 0.80), ("inverse", 0.80)],
            Self::Interest => &[("interest", 0.90)],
            Self::Everyday | Self::Compound => {
                &[("same conversation", 0.98), ("one later", 0.98), ("unknown", 0.97)]
            }
            Self::Families | Self::Matrix => &[],
            Self::Capacity => &[
                ("told 1 before", 0.85),
                ("told 2–3 before", 0.85),
                ("told 4–7 before", 0.85),
                ("told 8+ before", 0.85),
            ],
            Self::Locality => &[("change of loss, per cent", 2.0)],
        }
    }
}
