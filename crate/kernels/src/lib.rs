//! Fused operations of the HOPE model.
//!
//! Each operation is one folder with the same rooms: the CPU twin (`cpu`), the backend glue (`backend`), its
//! backward for the outer loop (`autodiff`), the WGSL twin (`wgpu`, shader in `/shaders`), and the plain Burn
//! expression (`expression`) that all of them are tested against, forwards and backwards.
//!
//! With the feature `plain`, which only the benchmark asks for, the expressions take the place of all others; that of
//! [`decode`], [`inner_pass`] and [`write`] is the model's own pass, layer by layer.
//!
//! | operation | what it fuses |
//! |---|---|
//! | [`decode`] | speaking: token after token through the whole model |
//! | [`inner_pass`] | learning: a chunk through the whole model and back |
//! | [`matrix_product`] | nothing: the product of matrices, without what Burn brings along for it |
//! | [`mixer_scan`] | the self-modifying recurrence over a whole sequence (hope.md §1.4-5) |
//! | [`row_map`] | activations, and rows brought to a certain length |
//! | [`shield`] | recursive least squares: keys taken out of a matrix |
//! | [`update`] | what is pending becomes part of the weights, and how far that moves them |
//! | [`write`] | what a passage leaves in all levels |

pub mod check;
pub mod decode;
#[cfg(feature = "wgpu")]
pub mod heat_map;
pub mod inner_pass;
pub mod matrix_product;
pub mod mixer_scan;
pub mod model;
mod products;
pub mod real;
pub mod row_map;
pub mod shield;
pub mod update;
pub mod write;

/// Whether there are no operations but whole ones: the page has no use for the plain pass, layer by layer, and does not load it.
pub const WHOLE_ONLY: bool = cfg!(all(target_family = "wasm", not(feature = "plain")));

#[cfg(feature = "wgpu")]
mod shader;
