//! HOPE on Burn: blocks of a self-modifying Titans mixer and a Continuum Memory System of three levels, whose
//! plastic weights belong to one user and go on changing after training.
//!
//! State is a value: [`observe`](crate::observe) takes a base and a memory and gives a memory and what happened.
//! The crate knows nothing of browsers, files, clocks or randomness. See `docs/ARCHITECTURE.md`.

pub mod acquaintance;
#[cfg(not(target_arch = "wasm32"))]
pub mod address;
pub mod base;
pub mod chunk;
pub mod compact;
pub mod compare;
pub mod config;
pub mod doubt;
mod error;
mod event;
pub mod file;
mod forgetting;
mod frozen;
mod head;
pub mod hint;
pub mod leaning;
pub mod learn;
pub mod ledger;
mod level;
pub mod listener;
pub mod memory;
mod mixer;
mod norm;
pub mod observe;
#[cfg(not(target_arch = "wasm32"))]
pub mod outer;
mod packed;
pub mod parameters;
pub mod reading;
mod recollect;
mod shield;
pub mod sleep;
pub mod snapshot;
mod speak;
pub mod state;
pub mod strategy;
pub mod succession;
mod table;
mod tensors;

pub use acquaintance::{Acquaintance, Recognition};
pub use base::Base;
pub use config::{Config, LEVELS, LevelName, MixerKind};
pub use error::Error;
pub use event::Event;
pub use frozen::Frozen;
pub use hint::Hint;
pub use leaning::{Dwelling, Leaning, Topic};
pub use listener::{Listener, Marks};
pub use memory::{Clock, Memory};

pub use nested_memory_kernels::decode::Sampling;
pub use observe::{Levels, end_conversation, next_logits, observe};
pub use recollect::{Inquiry, Recollection};
pub use speak::{Spoken, Words, speak, speak_step_by_step};
