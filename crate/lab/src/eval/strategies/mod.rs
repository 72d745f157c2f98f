//! The suite "strategies": the same conversation goes to several memories, and all are asked the same.
//!
//! One conversation tells four facts. When it is over, each is asked, and two things that were never told; then come ten
//! conversations about something else, and the four are asked again. Apart from that, on a copy from before those ten: the
//! wish that one of the four be forgotten, and all four asked once more, each only where the memory knew it before, so that
//! nobody is praised for forgetting what it never knew. Questions are asked on copies.

mod contest;
mod table;
mod whole;

use super::Hall;
use super::pool::each;
use contest::{Marks, examine};
use nested_memory_dialogue::strategy_trials;
use nested_memory_model::Base;
use nested_memory_model::strategy::{Context, FineTuning, Notebook, Pages, Recipe, Strategy, StrategyName};
use std::time::Instant;
use table::Row;
use whole::Whole;

pub(super) use table::Table;

/// The name of the row of those who train all parameters.
const WHOLE: &str = "fine-tuning, all parameters";

/// Lets the strategies take part in every case.
pub(super) fn table(hall: &Hall) -> anyhow::Result<Table> {
    let options = hall.options;
    let trials = strategy_trials(options.language.tongue(), options.seed, options.cases);
    let leaks = hall.leaks(trials.iter().map(|trial| &trial.ingredients))?;
    let begun = Instant::now();
    let base = &hall.talk.base;
    let mut rows = Vec::new();
    for (name, begin) in strategies(hall) {
        let marks = each(&name, trials.len(), options.threads, |i| {
            examine(&hall.talk, begin(base), &trials[i]).inspect(|marks| {
                if options.wrong {
                    marks.wrong.iter().for_each(|wrong| crate::say(&format!("{name}: {wrong}")));
                }
            })
        })?;
        rows.push(Row::new(name, &marks));
    }
    Ok(Table {
        suite: "strategies",
        language: options.language.name(),
        base: base.sha256.clone(),
        seed: options.seed,
        cases: trials.len(),
        rows: table::marked(rows),
        leaks,
        seconds: begun.elapsed().as_secs_f64(),
    })
}

/// How a strategy begins.
type Begin = Box<dyn Fn(&Base) -> Box<dyn Strategy> + Sync>;

/// Those who take part.
fn strategies(hall: &Hall) -> Vec<(String, Begin)> {
    let options = hall.options;
    let wanted = |name: StrategyName| {
        options.strategy.is_empty() || options.strategy.iter().any(|choice| choice.0 == name)
    };
    let window = options.window;
    let pages = Pages { notes: options.notes, ..Pages::default() };
    let recipe =
        options.sgd.map_or_else(Recipe::default, |recipe| Recipe { rate: recipe.rate, passes: recipe.steps });
    let mut all: Vec<(String, Begin)> = Vec::new();
    for name in StrategyName::ALL.into_iter().filter(|name| wanted(*name)) {
        let begin: Begin = match name {
            StrategyName::Context => Box::new(move |_| Box::new(Context::new(window))),
            StrategyName::Notebook => Box::new(move |_| Box::new(Notebook::new(pages))),
            StrategyName::FineTuning => Box::new(move |base| Box::new(FineTuning::new(base, recipe))),
            _ => Box::new(move |base| name.begin(base)),
        };
        all.push((name.as_str().to_owned(), begin));
    }
    if let Some(recipe) = options.fine_tune {
        all.push((WHOLE.to_owned(), Box::new(move |base| Box::new(Whole::new(base, recipe)))));
    }
    all
}

/// Sums something over cases.
fn sum(marks: &[Marks], of: impl Fn(&Marks) -> u64) -> u64 {
    marks.iter().map(of).sum()
}
