//! Fine-tuning of all parameters, by automatic differentiation: what the page cannot do.

use crate::fine_tune::{Recipe, fine_tune};
use nested_memory_model::sleep::Exchange;
use nested_memory_model::strategy::{Changed, Kept, Kind, Ready, Strategy, Work};
use nested_memory_model::{Base, Error, Frozen, LevelName, Memory};

/// The bytes of a parameter.
const PARAMETER: usize = 4;

/// A base that was trained on every conversation so far, and the one that is going on.
#[derive(Debug, Clone)]
pub(super) struct Whole {
    recipe: Recipe,
    base: Base,
    memory: Memory,
    day: Vec<Exchange>,
    trained: bool,
}

impl Whole {
    pub(super) fn new(base: &Base, recipe: Recipe) -> Self {
        Self { recipe, base: base.clone(), memory: deaf(base), day: Vec::new(), trained: false }
    }
}

/// A memory that knows nothing and learns nothing.
fn deaf(base: &Base) -> Memory {
    let frozen = LevelName::ALL.into_iter().fold(Frozen::default(), |frozen, name| frozen.with(name, true));
    Memory { frozen, ..Memory::new(base) }
}

impl Strategy for Whole {
    fn copy(&self) -> Box<dyn Strategy> {
        Box::new(self.clone())
    }

    fn base<'a>(&'a self, _: &'a Base) -> &'a Base {
        &self.base
    }

    fn ready(&self, _: &Base, _: &[u32]) -> Ready {
        Ready { memory: self.memory.clone(), before: Vec::new() }
    }

    fn heard(&mut self, _: &Base, exchange: Exchange, after: Memory) {
        self.memory = after;
        self.day.push(exchange);
    }

    fn end<'a>(&'a mut self, _: &'a Base) -> Work<'a, u64> {
        Box::pin(async {
            let tokens: usize = self.day.iter().map(|turn| turn.said.len() + turn.answered.len()).sum();
            let failed = |error: anyhow::Error| Error::Device { reason: error.to_string() };
            self.base = fine_tune(self.base.clone(), &self.day, self.recipe).map_err(failed)?;
            self.memory = deaf(&self.base);
            self.trained |= tokens > 0;
            self.day.clear();
            Ok((tokens * self.recipe.steps) as u64)
        })
    }

    fn kept(&self, base: &Base) -> Kept {
        let all = nested_memory_model::parameters::Parameters::count_of(&base.config);
        let all = if self.trained { usize::try_from(all).unwrap_or(usize::MAX) } else { 0 };
        Kept { changed: Changed { kind: Kind::Weights, amount: all }, bytes: PARAMETER * all }
    }
}
