//! What the WGSL twins have in common.

use crate::mixer_scan::{Rule, expression as scan};
use crate::model::{DECLINES, LEVELS, Sizes, TAPS};
use crate::row_map::{Map, expression as row_map};
use burn::backend::wgpu::{CubeTensor, SourceTemplate};
use burn::tensor::{DType, Shape};
use cubecl::server::MetadataBindingInfo;

/// What may be done with the buffers that are only read. In the browser a buffer holds one tensor; two inputs may
/// still be the same tensor, and WebGPU forbids one buffer in two writable bindings. Elsewhere tensors share
/// buffers, and a buffer may not be read-only and writable in one dispatch.
pub(crate) const ACCESS: &str = if cfg!(target_family = "wasm") { "read" } else { "read_write" };

/// Room for what a shader gives: f32, contiguous, beside `like`.
pub(crate) fn output(like: &CubeTensor, shape: Shape) -> CubeTensor {
    let (client, device) = (like.client.clone(), like.device.clone());
    let buffer = client.empty(shape.num_elements() * size_of::<f32>());
    CubeTensor::new_contiguous(client, device, shape, buffer, DType::F32)
}

/// `Info` of a shader: numbers of 32 bits, an even count of them.
pub(crate) fn info<const PAIRS: usize>(numbers: [[u32; 2]; PAIRS]) -> MetadataBindingInfo {
    // The first of a pair is the lower half.
    let pair = |[low, high]: [u32; 2]| (u64::from(high) << 32) | u64::from(low);
    MetadataBindingInfo::custom(numbers.map(pair).to_vec())
}

/// A count for a shader.
pub(crate) fn number(count: usize) -> u32 {
    u32::try_from(count).expect("a shader counts in 32 bits")
}

const MODEL: &str = include_str!("../../../shaders/model.wgsl");

/// A shader that has a whole model before it: `model.wgsl`, then the shader's own text.
pub(crate) fn whole_model(s: &Sizes, text: &str) -> SourceTemplate {
    filled(s, SourceTemplate::new(MODEL).add_template(text)).register("lanes", s.lanes.to_string())
}

/// A shader with the sizes of a model, the places of its parts and the formulas' constants filled in.
pub(crate) fn filled(s: &Sizes, source: SourceTemplate) -> SourceTemplate {
    let at = s.layout();
    let counts = [
        ("width", s.width),
        ("heads", s.heads),
        ("blocks", s.blocks),
        ("fixed", s.fixed),
        ("units", s.units),
        ("hidden", s.hidden),
        ("vocabulary", s.vocabulary),
        ("levels_count", LEVELS),
        ("taps", TAPS),
        ("norm", at.norm),
        ("first_block", at.blocks),
        ("block", at.block),
        ("input", at.input),
        ("convolution", at.convolution),
        ("gate", at.gate),
        ("skip", at.skip),
        ("output", at.output),
        ("maps", at.maps),
        ("reader", at.reader),
        ("bias", at.bias),
        ("first_level", at.levels),
        ("level", at.level),
        ("up", at.up),
        ("down", at.down),
        ("plastic", at.plastic),
        ("plastic_level", at.plastic_level),
        ("base_count", at.total),
        ("memory_count", s.memory()),
        ("write", at.write),
        ("close", at.close),
        ("familiarity", at.familiarity),
        ("doubt", at.doubt),
        ("doubts", s.doubts()),
        ("declines", DECLINES),
        ("shields", s.first_shield()),
    ];
    counts
        .into_iter()
        .fold(source, |source, (name, count)| source.register(name, count.to_string()))
        .register("self_modifying", (s.rule() == Rule::SelfModifying).to_string())
        .register("told", s.familiarity.to_string())
        .register("doubting", s.doubt.to_string())
        .register("cubed", (s.key == Map::Sharp).to_string())
        .register("tiny", format!("{:e}", scan::TINY))
        .register("share", format!("{:e}", scan::SHARE))
        .register("epsilon", format!("{:e}", row_map::EPSILON))
        .register("a", format!("{:e}", row_map::A))
        .register("b", format!("{:e}", row_map::B))
        .register("access", ACCESS)
}
