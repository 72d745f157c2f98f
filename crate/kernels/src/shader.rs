//! What the WGSL twins have in common.

use crate::mixer_scan::{Rule, expression as scan};
use crate::model::{DECLINES, LEVELS, Sizes, TAPS};
use crate::row_map::{Map, expression as row_map};
use burn::backend::wgpu::{CubeTensor, KernelSource, SourceKernel, SourceTemplate};
use burn::tensor::{DType, Shape};
use cubecl::prelude::BufferIOAttr;
use cubecl::server::{KernelArguments, MetadataBindingInfo};
use cubecl::{CubeCount, CubeDim};

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

/// Lanes of a workgroup whose lanes have nothing to do with each other.
pub(crate) const APART: usize = 64;

/// Rows and columns that a lane has of a product.
pub(crate) const TILE: usize = 4;

/// Buffers by the names they have in a shader's text, and whether they are written.
pub(crate) type Buffers = [(&'static str, bool)];

/// A phase of an operation: its buffers, then its `Info`, declared in this order, and its texts.
pub(crate) fn phase(buffers: &Buffers, texts: &[&str]) -> String {
    let declare = |(place, (name, written)): (usize, &(&str, bool))| {
        let access = if *written { "read_write" } else { ACCESS };
        format!("@group(0) @binding({place}) var<storage, {access}> {name}: array<f32>;\n")
    };
    let mut text: String = buffers.iter().enumerate().map(declare).collect();
    text.push_str(&format!("@group(0) @binding({}) var<uniform> info: Info;\n", buffers.len()));
    texts.iter().for_each(|more| text.push_str(more));
    text
}

/// Runs a phase on so many `busy` lanes, in workgroups of `lanes`.
pub(crate) fn launch<'t>(
    kernel: impl KernelSource,
    [lanes, busy]: [usize; 2],
    buffers: &Buffers,
    tensor: impl Fn(&str) -> &'t CubeTensor,
    info: MetadataBindingInfo,
) {
    let mut arguments = KernelArguments::new();
    for (name, written) in buffers {
        let access = if *written { BufferIOAttr::ReadWrite } else { BufferIOAttr::ReadOnly };
        arguments = arguments.with_buffer_io(tensor(name).handle.clone().binding(), access);
    }
    let kernel = SourceKernel::new(kernel, CubeDim::new_1d(number(lanes)));
    let groups = CubeCount::Static(number(busy.div_ceil(lanes)), 1, 1);
    let client = &tensor(buffers[0].0).client;
    client.launch(Box::new(kernel), groups, arguments.with_info(info));
}

/// 1 / (1 + e⁻ˣ), for every shader that needs it.
pub(crate) const SIGMOID: &str = include_str!("../../../shaders/sigmoid.wgsl");
const SIZES: &str = include_str!("../../../shaders/sizes.wgsl");
const MODEL: &str = include_str!("../../../shaders/model.wgsl");

/// A shader that has a whole model before it: `model.wgsl`, then the shader's own text.
pub(crate) fn whole_model(s: &Sizes, text: &str) -> SourceTemplate {
    with_sizes(s, MODEL).add_template(text).register("lanes", s.lanes.to_string())
}

/// A shader that has the sizes of a model before it; they, the places of the model's parts and the formulas' constants are filled in.
pub(crate) fn with_sizes(s: &Sizes, text: &str) -> SourceTemplate {
    let source = SourceTemplate::new(SIZES).add_template(SIGMOID).add_template(text);
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
