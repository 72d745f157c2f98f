//! The phases of the WGSL twin: a shader each, one lane for each number of a token or for a few of them. The shaders are in `/shaders`.

use crate::model::Sizes;
use crate::shader::{APART, Buffers, number, phase, with_sizes};
use burn::backend::wgpu::{KernelSource, SourceTemplate};
use cubecl::CubeDim;
use cubecl::prelude::KernelId;

/// Lanes that share a token's row where each needs a sum over all of it.
pub(super) const SHARERS: usize = 32;

const SHARED: &str = include_str!("../../../../shaders/inner_pass.wgsl");

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Phase {
    Embed,
    Norm,
    NormBack,
    Product,
    ProductBack,
    Convolve,
    Ask,
    Heard,
    Gated,
    Key,
    Tell,
    Gelu,
    Mass,
    Surprise,
    Delta,
    Inwards,
    GatedBack,
    HeardBack,
    Leave,
}

/// A shader's text and the buffers that it has beside `work`.
type Shader = (&'static str, &'static Buffers);

/// A text behind what products share.
macro_rules! product {
    ($file:literal) => {
        concat!(include_str!("../../../../shaders/inner_pass_products.wgsl"), include_str!($file))
    };
}

impl Phase {
    /// All of its buffers.
    pub(super) fn buffers(self) -> Vec<(&'static str, bool)> {
        [("work", true)].iter().chain(self.shader().1).copied().collect()
    }

    const fn shader(self) -> Shader {
        match self {
            Self::Embed => (
                include_str!("../../../../shaders/inner_pass_embed.wgsl"),
                &[("base", false), ("text", false)],
            ),
            Self::Norm => (include_str!("../../../../shaders/inner_pass_norm.wgsl"), &[("base", false)]),
            Self::NormBack => {
                (include_str!("../../../../shaders/inner_pass_norm_back.wgsl"), &[("base", false)])
            }
            Self::Product => {
                (product!("../../../../shaders/inner_pass_product.wgsl"), &[("matrices", false)])
            }
            Self::ProductBack => {
                (product!("../../../../shaders/inner_pass_product_back.wgsl"), &[("matrices", false)])
            }
            Self::Convolve => (
                include_str!("../../../../shaders/inner_pass_convolve.wgsl"),
                &[("base", false), ("state", false), ("found", true)],
            ),
            Self::Ask => (
                include_str!("../../../../shaders/inner_pass_ask.wgsl"),
                &[("inputs", true), ("queries", true)],
            ),
            Self::Heard => (
                include_str!("../../../../shaders/inner_pass_heard.wgsl"),
                &[("base", false), ("scanned", false), ("found", true)],
            ),
            Self::Gated => (include_str!("../../../../shaders/inner_pass_gated.wgsl"), &[("inputs", false)]),
            Self::Key => {
                (include_str!("../../../../shaders/inner_pass_key.wgsl"), &[("base", false), ("found", true)])
            }
            Self::Tell => (include_str!("../../../../shaders/inner_pass_tell.wgsl"), &[("base", false)]),
            Self::Gelu => (include_str!("../../../../shaders/inner_pass_gelu.wgsl"), &[]),
            Self::Mass => (include_str!("../../../../shaders/inner_pass_mass.wgsl"), &[]),
            Self::Surprise => (
                include_str!("../../../../shaders/inner_pass_surprise.wgsl"),
                &[("text", false), ("found", true)],
            ),
            Self::Delta => (
                include_str!("../../../../shaders/inner_pass_delta.wgsl"),
                &[("text", false), ("found", true)],
            ),
            Self::Inwards => (include_str!("../../../../shaders/inner_pass_inwards.wgsl"), &[]),
            Self::GatedBack => (include_str!("../../../../shaders/inner_pass_gated_back.wgsl"), &[]),
            Self::HeardBack => (
                include_str!("../../../../shaders/inner_pass_heard_back.wgsl"),
                &[("base", false), ("d_read", true)],
            ),
            Self::Leave => (
                include_str!("../../../../shaders/inner_pass_leave.wgsl"),
                &[("base", false), ("scanned", false)],
            ),
        }
    }
}

/// A phase for a model of some size.
#[derive(Debug)]
pub(super) struct Kernel {
    pub(super) phase: Phase,
    pub(super) sizes: Sizes,
}

impl KernelSource for Kernel {
    fn source(&self) -> SourceTemplate {
        let own = self.phase.shader().0;
        with_sizes(&self.sizes, &phase(&self.phase.buffers(), &[SHARED, own]))
            .register("lanes", APART.to_string())
            .register("sharers", SHARERS.to_string())
    }

    fn id(&self) -> KernelId {
        KernelId::new::<Self>().cube_dim(*CubeDim::new_1d(number(APART))).info((self.phase, self.sizes))
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}
