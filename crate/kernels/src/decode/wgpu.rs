//! The WGSL twin: one dispatch of one workgroup for a whole answer. The shader is in `/shaders`.

use super::Task;
use super::backend::DecodeBackend;
use crate::mixer_scan::{Rule, expression as scan};
use crate::model::{LANES, LEVELS, Sizes, TAPS};
use crate::row_map::expression as row_map;
use crate::shader::{ACCESS, number, output};
use burn::backend::TensorMetadata;
use burn::backend::wgpu::{
    CubeBackend, CubeTensor, KernelSource, SourceKernel, SourceTemplate, into_contiguous,
};
use burn::tensor::{DType, Shape};
use cubecl::prelude::{BufferIOAttr, KernelId};
use cubecl::server::{KernelArguments, MetadataBindingInfo};
use cubecl::{CubeCount, CubeDim};

const SHADER: &str = include_str!("../../../../shaders/decode.wgsl");

#[derive(Debug)]
struct Kernel {
    sizes: Sizes,
}

impl KernelSource for Kernel {
    fn source(&self) -> SourceTemplate {
        let (s, at) = (&self.sizes, self.sizes.layout());
        let counts = [
            ("width", s.width),
            ("heads", s.heads),
            ("blocks", s.blocks),
            ("units", s.units),
            ("hidden", s.hidden),
            ("vocabulary", s.vocabulary),
            ("lanes", LANES),
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
            ("key", at.key),
            ("up", at.up),
            ("down", at.down),
        ];
        counts
            .into_iter()
            .fold(SourceTemplate::new(SHADER), |source, (name, count)| {
                source.register(name, count.to_string())
            })
            .register("self_modifying", (s.rule() == Rule::SelfModifying).to_string())
            .register("tiny", format!("{:e}", scan::TINY))
            .register("share", format!("{:e}", scan::SHARE))
            .register("epsilon", format!("{:e}", row_map::EPSILON))
            .register("a", format!("{:e}", row_map::A))
            .register("b", format!("{:e}", row_map::B))
            .register("access", ACCESS)
    }

    fn id(&self) -> KernelId {
        KernelId::new::<Self>().cube_dim(*CubeDim::new_1d(number(LANES))).info(self.sizes)
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

/// `Info` of the shader: numbers of 32 bits, two to each of these.
fn info(task: &Task, prompt: usize) -> MetadataBindingInfo {
    let [a, b, c, d] = task.forbidden;
    let state = number(2 * task.most);
    let numbers = [number(prompt), number(task.most), task.end, state, a, b, c, d];
    let (pairs, _) = numbers.as_chunks::<2>();
    MetadataBindingInfo::custom(
        pairs.iter().map(|[low, high]| (u64::from(*high) << 32) | u64::from(*low)).collect(),
    )
}

impl DecodeBackend for CubeBackend {
    fn decode(
        base: CubeTensor,
        memory: CubeTensor,
        state: CubeTensor,
        prompt: CubeTensor,
        task: Task,
    ) -> CubeTensor {
        let sizes = task.sizes;
        assert!(sizes.fit(), "decode: one workgroup cannot hold a model of {sizes:?}");
        let tensors = [base, memory, state, prompt];
        let expected = [sizes.layout().total, sizes.memory(), sizes.state()];
        for (tensor, count) in tensors.iter().zip(expected) {
            assert_eq!(tensor.shape().num_elements(), count, "decode: an input does not fit the sizes");
        }
        let prompt = tensors[3].shape().num_elements();
        let output = output(&tensors[0], Shape::new([2 * task.most + sizes.state()]));
        let client = output.client.clone();
        let mut arguments = KernelArguments::new();
        for input in tensors {
            assert_eq!(input.dtype(), DType::F32, "decode computes in f32 on this device");
            let buffer = into_contiguous(input).handle.binding();
            arguments = arguments.with_buffer_io(buffer, BufferIOAttr::ReadOnly);
        }
        arguments = arguments.with_buffer_io(output.handle.clone().binding(), BufferIOAttr::ReadWrite);
        let arguments = arguments.with_info(info(&task, prompt));
        let kernel = SourceKernel::new(Kernel { sizes }, CubeDim::new_1d(number(LANES)));
        client.launch(Box::new(kernel), CubeCount::Static(1, 1, 1), arguments);
        output
    }
}
