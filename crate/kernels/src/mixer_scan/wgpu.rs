//! The WGSL twin: one dispatch for a whole chunk, forwards or backwards, one workgroup for each head of each
//! sequence. The shaders are in `/shaders`.

use super::Rule;
use super::backend::{MixerScanBackend, sizes};
use super::cpu::{HEAD_SIZES, Sizes, backward_rows, forward_rows};
use super::expression::{SHARE, TINY};
use crate::shader::{ACCESS, SIGMOID, info, number, output};
use burn::backend::TensorMetadata;
use burn::backend::wgpu::{
    CubeBackend, CubeTensor, KernelSource, SourceKernel, SourceTemplate, into_contiguous,
};
use burn::tensor::{DType, Shape};
use cubecl::prelude::{BufferIOAttr, KernelId};
use cubecl::server::KernelArguments;
use cubecl::{CubeCount, CubeDim};

const TOKEN: &str = include_str!("../../../../shaders/mixer_scan_token.wgsl");
const FORWARD: &str = include_str!("../../../../shaders/mixer_scan.wgsl");
const BACKWARD: &str = include_str!("../../../../shaders/mixer_scan_backward.wgsl");

/// How many tokens' records the backward keeps at a time; between stretches it keeps the gain only.
const STRETCH: usize = 32;

/// Rows of a token's record in the backward's scratch, as in `RECORD` of the shader.
const fn record_rows(size: usize) -> usize {
    size + 5
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Direction {
    Forward,
    Backward,
}

#[derive(Debug)]
struct Kernel {
    direction: Direction,
    rule: Rule,
    size: usize,
}

impl Kernel {
    /// Two lanes for each row of the gain.
    fn lanes(&self) -> CubeDim {
        CubeDim::new_1d(number(2 * self.size))
    }
}

impl KernelSource for Kernel {
    fn source(&self) -> SourceTemplate {
        let kernel = match self.direction {
            Direction::Forward => FORWARD,
            Direction::Backward => BACKWARD,
        };
        SourceTemplate::new(TOKEN)
            .add_template(SIGMOID)
            .add_template(kernel)
            .register("size", self.size.to_string())
            .register("lanes", self.lanes().0.x.to_string())
            .register("stretch", STRETCH.to_string())
            .register("self_modifying", (self.rule == Rule::SelfModifying).to_string())
            .register("tiny", format!("{TINY:e}"))
            .register("share", format!("{SHARE:e}"))
            .register("access", ACCESS)
    }

    fn id(&self) -> KernelId {
        let what = (self.direction, self.rule.code(), self.size);
        KernelId::new::<Self>().cube_dim(self.lanes().0).info(what)
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

/// The inputs as the shader wants them: contiguous, f32, of the shapes it will index without looking again.
fn check<const COUNT: usize>(tensors: [CubeTensor; COUNT], shapes: [Shape; COUNT]) -> [CubeTensor; COUNT] {
    for (tensor, shape) in tensors.iter().zip(shapes) {
        assert_eq!(tensor.shape(), shape, "mixer_scan: the shape of an input does not fit the others");
        assert_eq!(tensor.dtype(), DType::F32, "mixer_scan computes in f32 on this device");
    }
    tensors.map(into_contiguous)
}

fn shapes(s: &Sizes) -> [Shape; 5] {
    [
        Shape::new([s.batch, s.heads, s.tokens, s.size]),
        Shape::new([s.batch, s.heads, s.tokens, s.size]),
        Shape::new([s.heads, 2 * s.size + 2, s.size]),
        Shape::new([s.heads, 2]),
        Shape::new([s.batch, s.heads, s.size, s.size]),
    ]
}

/// Where in their buffers the maps, the biases and the gains at the start begin.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Places {
    pub(crate) maps: usize,
    pub(crate) bias: usize,
    pub(crate) state: usize,
}

/// Launches the shader over contiguous `inputs`, then the output of `rows` rows a head, then `more` inputs, then a scratch
/// of `scratch` numbers if there is one: the order of the shader's bindings.
fn launch(
    direction: Direction,
    s: &Sizes,
    (inputs, places): ([CubeTensor; 5], Places),
    rows: usize,
    more: Option<CubeTensor>,
    scratch: Option<usize>,
) -> CubeTensor {
    assert!(HEAD_SIZES.contains(&s.size), "mixer head size {} has no shader, {HEAD_SIZES:?} have", s.size);
    let output = output(&inputs[0], Shape::new([s.batch, s.heads, rows, s.size]));
    let client = output.client.clone();

    let mut arguments = KernelArguments::new();
    for input in inputs {
        arguments = arguments.with_buffer_io(input.handle.binding(), BufferIOAttr::ReadOnly);
    }
    arguments = arguments.with_buffer_io(output.handle.clone().binding(), BufferIOAttr::WriteOnly);
    if let Some(more) = more {
        arguments = arguments.with_buffer_io(more.handle.binding(), BufferIOAttr::ReadOnly);
    }
    if let Some(count) = scratch {
        let scratch = client.empty(count * size_of::<f32>());
        arguments = arguments.with_buffer_io(scratch.binding(), BufferIOAttr::WriteOnly);
    }
    let numbers = [s.tokens, s.heads, places.maps, places.bias, places.state, 0].map(number);
    let [tokens, heads, maps, bias, state, none] = numbers;
    let arguments = arguments.with_info(info([[tokens, heads], [maps, bias], [state, none]]));

    let kernel = Kernel { direction, rule: s.rule, size: s.size };
    let lanes = kernel.lanes();
    let groups = CubeCount::Static(number(s.heads), number(s.batch), 1);
    client.launch(Box::new(SourceKernel::new(kernel, lanes)), groups, arguments);
    output
}

/// The forward over contiguous inputs: packed as [`forward_rows`] says.
pub(crate) fn forward(s: &Sizes, inputs: [CubeTensor; 5], places: Places) -> CubeTensor {
    launch(Direction::Forward, s, (inputs, places), forward_rows(s.tokens, s.size), None, None)
}

/// The backward over contiguous inputs, given ∂L/∂packed: packed as [`backward_rows`] says.
pub(crate) fn backward(
    s: &Sizes,
    inputs: [CubeTensor; 5],
    gradient: CubeTensor,
    places: Places,
) -> CubeTensor {
    let kept = s.tokens.div_ceil(STRETCH) * s.size;
    let records = s.tokens.min(STRETCH) * record_rows(s.size);
    let scratch = s.batch * s.heads * (kept + records) * s.size;
    let rows = backward_rows(s.tokens, s.size);
    launch(Direction::Backward, s, (inputs, places), rows, Some(gradient), Some(scratch))
}

impl MixerScanBackend for CubeBackend {
    fn mixer_scan(
        input: CubeTensor,
        query: CubeTensor,
        maps: CubeTensor,
        bias: CubeTensor,
        state: CubeTensor,
        rule: usize,
    ) -> CubeTensor {
        let s = sizes(&input.shape(), rule);
        forward(&s, check([input, query, maps, bias, state], shapes(&s)), Places::default())
    }

    fn mixer_scan_backward(
        input: CubeTensor,
        query: CubeTensor,
        maps: CubeTensor,
        bias: CubeTensor,
        state: CubeTensor,
        gradient: CubeTensor,
        rule: usize,
    ) -> CubeTensor {
        let s = sizes(&input.shape(), rule);
        let inputs = check([input, query, maps, bias, state], shapes(&s));
        let gradient_shape = Shape::new([s.batch, s.heads, forward_rows(s.tokens, s.size), s.size]);
        let [gradient] = check([gradient], [gradient_shape]);
        backward(&s, inputs, gradient, Places::default())
    }
}
