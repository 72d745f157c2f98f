//! Levels that do not change: they are read as always, and neither written, updated nor wiped until they thaw.

use crate::config::{LEVELS, LevelName};
use crate::state::State;
use serde::{Deserialize, Serialize};

/// Which levels are frozen; none at first. In files a list of their names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<LevelName>", into = "Vec<LevelName>")]
pub struct Frozen([bool; LEVELS]);

impl Frozen {
    /// Whether a level is frozen.
    #[must_use]
    pub const fn has(self, level: LevelName) -> bool {
        self.0[level.index()]
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0 == [false; LEVELS]
    }

    /// The same with one level frozen, or not.
    #[must_use]
    pub const fn with(mut self, level: LevelName, frozen: bool) -> Self {
        self.0[level.index()] = frozen;
        self
    }

    /// What must be put back after a change; nothing if nothing is frozen, so that tensors need not be copied.
    pub(crate) fn keep(self, state: &State) -> Option<State> {
        (!self.is_empty()).then(|| state.clone())
    }

    /// The changed state with its frozen levels as they were.
    pub(crate) fn put_back(self, mut changed: State, kept: Option<State>) -> State {
        for (levels, kept) in changed.levels.iter_mut().zip(kept.into_iter().flat_map(|kept| kept.levels)) {
            for (level, (kept, frozen)) in levels.iter_mut().zip(kept.into_iter().zip(self.0)) {
                if frozen {
                    *level = kept;
                }
            }
        }
        changed
    }
}

impl From<Vec<LevelName>> for Frozen {
    fn from(names: Vec<LevelName>) -> Self {
        names.into_iter().fold(Self::default(), |frozen, name| frozen.with(name, true))
    }
}

impl From<Frozen> for Vec<LevelName> {
    fn from(frozen: Frozen) -> Self {
        LevelName::ALL.into_iter().filter(|name| frozen.has(*name)).collect()
    }
}
