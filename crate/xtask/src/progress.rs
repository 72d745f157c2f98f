//! What the person at the terminal sees while a step runs: its number, what it is doing, how far it is.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

const TICK: Duration = Duration::from_millis(120);

/// The steps of one command, numbered from one.
#[derive(Debug)]
pub(crate) struct Steps {
    total: usize,
    begun: usize,
}

impl Steps {
    /// So many steps are to come.
    pub(crate) fn new(total: usize) -> Self {
        Self { total, begun: 0 }
    }

    /// Begins the next step, called `what` ("Building the model for the browser").
    pub(crate) fn begin(&mut self, what: &str) -> Step {
        self.begun += 1;
        // The number of a step that is alone tells nothing.
        Step::begin(if self.total > 1 {
            format!("[{}/{}] {what}", self.begun, self.total)
        } else {
            what.to_owned()
        })
    }
}

/// One step under way. Without a terminal it prints its beginning and its end, and nothing in between.
#[derive(Debug)]
pub(crate) struct Step {
    bar: ProgressBar,
    label: String,
    begun: Instant,
}

impl Step {
    fn begin(label: String) -> Self {
        let bar = ProgressBar::new_spinner().with_style(spinner()).with_prefix(label.clone());
        if bar.is_hidden() {
            println!("{label} …");
        } else {
            bar.enable_steady_tick(TICK);
        }
        Self { bar, label, begun: Instant::now() }
    }

    /// What the step is doing now, in one line.
    pub(crate) fn note(&self, line: &str) {
        self.bar.set_message(line.trim().to_owned());
    }

    /// How far the step is.
    pub(crate) fn advance(&self, done: u64, of: u64) {
        if self.bar.length() != Some(of) {
            self.bar.set_style(counter());
            self.bar.set_length(of);
        }
        self.bar.set_position(done);
    }

    /// The step is over; `outcome` says how ("done", "unchanged").
    pub(crate) fn end(self, outcome: &str) {
        self.bar.finish_and_clear();
        println!("{}: {outcome} ({})", self.label, duration(self.begun.elapsed()));
    }

    /// The step went wrong; the error that follows says how.
    pub(crate) fn abandon(&self) {
        self.bar.finish_and_clear();
        println!("{}: failed after {}", self.label, duration(self.begun.elapsed()));
    }
}

/// A duration as a person says it: `0.4 s`, `12 s`, `3 min 05 s`.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds >= 60 {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    } else if seconds >= 10 {
        format!("{seconds} s")
    } else {
        format!("{:.1} s", time.as_secs_f32())
    }
}

fn spinner() -> ProgressStyle {
    style("{spinner} {prefix}  {wide_msg:.dim}")
}

fn counter() -> ProgressStyle {
    style("{spinner} {prefix}  {bar:24} {pos}/{len}  {wide_msg:.dim}")
}

fn style(template: &str) -> ProgressStyle {
    // A template that does not parse costs looks, not the work.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duration_is_said_in_the_unit_that_fits() {
        assert_eq!(duration(Duration::from_millis(430)), "0.4 s");
        assert_eq!(duration(Duration::from_secs(12)), "12 s");
        assert_eq!(duration(Duration::from_secs(185)), "3 min 05 s");
    }

    #[test]
    fn templates_parse() {
        for template in ["{spinner} {prefix}  {wide_msg:.dim}", "{bar:24} {pos}/{len}"] {
            assert!(ProgressStyle::with_template(template).is_ok());
        }
    }
}
