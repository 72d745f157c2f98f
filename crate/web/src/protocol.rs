//! The messages between the page and the worker. The other side is `www/src/protocol.ts`: change both together.
//!
//! | part | what crosses |
//! |---|---|
//! | `request` | what the page asks |
//! | `notice` | what happens meanwhile |
//! | `answer` | how a request ends |
//!
//! Numbers in messages are JavaScript's: whole ones are exact up to 2⁵³.

mod answer;
mod contest;
mod notice;
mod questions;
mod request;
mod versions;

pub use answer::{
    Answer, BaseInfo, Device, DeviceKind, Failure, Opened, Outcome, Probed, ProbedAnswer, ReasonCode,
    Remembered, Reply, SelfCheck, Slept, SnapshotSummary, Storage, Summary, Turn,
};
pub use contest::Standing;
pub use notice::{ByLevel, Dwelt, Notice, Role, Said, SaidToken, Stage, WrittenToken};
pub use questions::{Checked, Question, broken};
pub use request::{Body, DeviceChoice, Draw, Request};
pub use versions::{Compared, ComparedAnswer, ComparedLevel, LedgerCheck, Rewound, VersionInfo};

/// The number that the page gave to a request.
pub type Id = u32;

#[cfg(test)]
mod tests;
