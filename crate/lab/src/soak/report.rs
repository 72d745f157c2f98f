//! What a soak has found, for people and for programs.

use crate::process;
use crate::say;
use serde::Serialize;

/// The state after some turns. Sizes in bytes.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Point {
    pub(super) turns: usize,
    pub(super) tokens: u64,
    pub(super) conversations: u64,
    pub(super) seconds: f64,
    /// None where the system does not tell.
    pub(super) process: Option<process::Size>,
    pub(super) snapshot: usize,
    pub(super) versions: usize,
    pub(super) kept_snapshots: usize,
    pub(super) pruned: usize,
    /// ‖D‖ of the lasting levels together.
    pub(super) length: f32,
}

/// Everything.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) base: String,
    pub(super) seed: u64,
    /// Every so many conversations end with sleep; 0: none.
    pub(super) sleep_every: usize,
    /// The pinned facts.
    pub(super) facts: usize,
    /// Those known before the turns, after them, and after going back to the pinned version.
    pub(super) known_before: usize,
    pub(super) known_after: usize,
    pub(super) known_pinned: usize,
    /// Resident bytes gained between the first point and the last, without what the shelf gained: it may not be full yet.
    pub(super) growth: Option<i64>,
    pub(super) points: Vec<Point>,
}

impl Report {
    /// The growth from the point after the first tenth to the last.
    pub(super) fn growth(points: &[Point]) -> Option<i64> {
        let resident = |point: &Point| {
            let all = i64::try_from(point.process?.resident).ok()?;
            Some(all - i64::try_from(point.kept_snapshots).ok()?)
        };
        Some(resident(points.last()?)? - resident(points.first()?)?)
    }

    /// Prints a table.
    pub(super) fn print(&self) {
        say("   turns    tokens  conv.  seconds  resident    peak  snapshot  versions  kept  pruned   ‖D‖");
        for point in &self.points {
            let (resident, peak) = point.process.map_or((0, 0), |size| (size.resident, size.peak));
            say(&format!(
                "{:>8} {:>9} {:>6} {:>8.0} {:>6} MiB {:>3} MiB {:>5} KiB {:>9} {:>5} {:>7} {:>5.2}",
                point.turns,
                point.tokens,
                point.conversations,
                point.seconds,
                resident >> 20,
                peak >> 20,
                point.snapshot >> 10,
                point.versions,
                point.kept_snapshots >> 20,
                point.pruned,
                point.length,
            ));
        }
        say(&format!(
            "facts known of {}: {} before, {} after, {} in the pinned version",
            self.facts, self.known_before, self.known_after, self.known_pinned
        ));
        if let Some(growth) = self.growth {
            say(&format!(
                "resident memory from the first point to the last, versions aside: {:+} KiB",
                growth / 1024
            ));
        }
    }
}
