//! The runtime of the page: one dedicated worker that owns the model, the device, one memory and its storage.
//!
//! The page's thread sends requests and hears notices (`protocol`); `worker` takes requests one at a time and hands
//! them to `runtime`. What needs no browser stands in modules that also compile and are tested natively:
//!
//! | module | what it knows |
//! |---|---|
//! | [`protocol`] | every message between page and worker |
//! | [`error`] | what can go wrong, what was kept, what to do |
//! | [`input`] | making a person's text safe to take in |
//! | [`adapter`] | which device is worth taking |
//! | [`session`] | one memory and a conversation with it, as a value |
//! | `bench` | the same work again and again, with the times it took; only with the feature of that name |
//! | [`contest`] | strategies of memory side by side, apart from the person's |
//! | [`day`] | what was said since the conversation began, for sleep |
//! | [`stream`] | to which turn each token belongs |
//! | [`history`] | the memory's versions: which came from which, which may go |
//! | [`look`] | the memory's weights, read back for the page |
//! | [`echo`] | what the page has heard already when a sentence is said again |
//!
//! No mathematics is done here: that is the model's.

#![recursion_limit = "256"]

pub mod adapter;
#[cfg(any(test, feature = "bench"))]
pub mod bench;
pub mod contest;
pub mod day;
pub mod echo;
pub mod error;
pub mod history;
pub mod input;
pub mod look;
pub mod protocol;
pub mod session;
pub mod stream;

#[cfg(target_arch = "wasm32")]
mod base;
#[cfg(target_arch = "wasm32")]
mod device;
#[cfg(target_arch = "wasm32")]
mod follow;
#[cfg(target_arch = "wasm32")]
mod js;
#[cfg(target_arch = "wasm32")]
mod keeper;
#[cfg(target_arch = "wasm32")]
mod lock;
#[cfg(target_arch = "wasm32")]
mod panels;
#[cfg(target_arch = "wasm32")]
mod panic;
#[cfg(target_arch = "wasm32")]
mod port;
#[cfg(target_arch = "wasm32")]
mod runtime;
#[cfg(target_arch = "wasm32")]
mod store;
#[cfg(target_arch = "wasm32")]
pub mod worker;
