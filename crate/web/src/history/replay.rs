//! Forgetting one turn: the memory is taken back to before it, and everything that came after is done again without it.
//!
//! What comes of it is, bit for bit, a memory that never heard the turn. Every version that did hear it goes with it.

use super::{History, VersionId};
use nested_memory_model::LevelName;
use std::collections::BTreeSet;

/// Something that is done again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// What the person said in this version is said.
    Say,
    /// The conversation ends.
    End,
    /// Memory sleeps over the conversation that has just ended.
    Sleep,
    /// A level is emptied.
    Reset(LevelName),
    /// A level is frozen, or thaws.
    Freeze(LevelName, bool),
    /// The version only names another one.
    Nothing,
}

/// How a turn is forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// The version to begin with; none: a memory that knows nothing.
    pub from: Option<VersionId>,
    /// What is done again, in order, and in which version it was done first.
    pub again: Vec<(VersionId, Again)>,
    /// The versions that have heard the turn.
    pub gone: BTreeSet<VersionId>,
}

impl Again {
    /// The reason of a version in which it was done; what only names another version is a rewind.
    #[must_use]
    pub fn reason(self) -> String {
        match self {
            Self::Say => "turn".to_owned(),
            Self::End => "conversation-ended".to_owned(),
            Self::Sleep => "sleep".to_owned(),
            Self::Reset(level) => format!("reset-{}", level.as_str()),
            Self::Freeze(level, frozen) => {
                format!("{}-{}", if frozen { "freeze" } else { "thaw" }, level.as_str())
            }
            Self::Nothing => "rewind".to_owned(),
        }
    }

    fn of(reason: &str) -> Option<Self> {
        let level = |prefix: &str| {
            let name = reason.strip_prefix(prefix)?;
            LevelName::ALL.into_iter().find(|level| level.as_str() == name)
        };
        match reason {
            "turn" => Some(Self::Say),
            "conversation-ended" => Some(Self::End),
            "sleep" => Some(Self::Sleep),
            "rewind" | "recovered" | super::FORGOT => Some(Self::Nothing),
            _ => level("reset-")
                .map(Self::Reset)
                .or_else(|| level("freeze-").map(|level| Self::Freeze(level, true)))
                .or_else(|| level("thaw-").map(|level| Self::Freeze(level, false))),
        }
    }
}

impl History {
    /// How to forget the turn that made a version; `None` if it is not in the memory of `head`, or if nothing is kept of
    /// the time before it.
    #[must_use]
    pub fn without(&self, turn: VersionId, head: VersionId) -> Option<Replay> {
        let path = self.path(head);
        let place = path.iter().position(|id| *id == turn)?;
        if self.get(turn)?.reason != "turn" {
            return None;
        }
        let earlier = &path[place + 1..];
        let reason = |id: &VersionId| self.get(*id).map(|version| version.reason.as_str());
        // Sleep is over the conversation that has just ended, so it is not begun with.
        let begins = |place: usize| {
            let sleeps = place.checked_sub(1).and_then(|next| reason(&earlier[next])) == Some("sleep");
            !sleeps && self.get(earlier[place]).is_some_and(super::Version::can_be_had)
        };
        let kept = (0..earlier.len()).find(|place| begins(*place));
        let from = match kept {
            Some(kept) => Some(earlier[kept]),
            // All the way back to the beginning, if that is what is there.
            None if path.last().is_some_and(|first| self.before(*first).is_none()) => None,
            None => return None,
        };
        let between = earlier[..kept.unwrap_or(earlier.len())].iter().rev().chain(path[..place].iter().rev());
        let again = between.map(|id| Some((*id, Again::of(&self.get(*id)?.reason)?)));
        let again = again.collect::<Option<Vec<_>>>()?;
        Some(Replay { from, again, gone: self.descendants(turn) })
    }

    /// A version and all that were made of it, in however many steps.
    fn descendants(&self, id: VersionId) -> BTreeSet<VersionId> {
        let mut all = BTreeSet::from([id]);
        // Whatever a version was made of is older.
        for id in self.versions.keys() {
            if self.before(*id).is_some_and(|before| all.contains(&before)) {
                all.insert(*id);
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_known_by_its_reason() {
        let levels = LevelName::ALL.into_iter();
        let changes = levels
            .flat_map(|level| [Again::Reset(level), Again::Freeze(level, true), Again::Freeze(level, false)]);
        for again in [Again::Say, Again::End, Again::Sleep, Again::Nothing].into_iter().chain(changes) {
            assert_eq!(Again::of(&again.reason()), Some(again));
        }
        assert_eq!(Again::of("import"), None);
    }
}
