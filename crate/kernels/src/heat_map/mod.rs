//! A level's weights as a picture, drawn on the device that holds them: nothing is read back. A render pass, not a
//! dispatch, so it needs the device itself; on a CPU the page draws the same picture from the same numbers
//! (`www/src/components/heat-map.ts`), and a test in the browser compares the pixels of both.
//!
//! ```text
//! full = 4 · max over blocks rms(D)     lit = 4 · rms(D − D before)
//! weights: palette[127 + round(127 · clamp(D / full, −1, 1))]      glow: min(1, |D − D before| / lit) of the glow's colour
//! ```
//!
//! Four times the root mean square is where 99 % of a level's weights lie below, of every memory that was looked at.

mod painter;

use crate::matrix_product::total;
use burn::tensor::Tensor;

pub use painter::{Canvas, Painter, Picture};

/// √(Σ x² / n): `[1]`.
#[must_use]
pub fn root_mean_square(x: Tensor<2>) -> Tensor<1> {
    let count = x.dims().iter().product::<usize>();
    (total(x.square()) / count as f64).sqrt()
}

/// Colours on each side of zero.
pub const STEPS: usize = 127;
/// Where the colour of what is no number stands in a palette.
pub const BROKEN: usize = 2 * STEPS + 1;
/// Where the colour of what has just changed stands.
pub const GLOW: usize = BROKEN + 1;
/// The colours of a palette, each R, G, B, A from the lowest byte on.
pub const COLOURS: usize = GLOW + 1;
/// How many root mean squares have the full colour.
pub const FULL: f32 = 4.0;
