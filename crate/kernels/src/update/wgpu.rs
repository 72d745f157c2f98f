//! The WGSL twin: the change with sums of squares of its parts, then the sum of those. No lane waits for another. The shaders
//! are in `/shaders`.

use super::LENGTHS;
use super::backend::UpdateBackend;
use crate::shader::{ACCESS, info, number, output};
use burn::backend::TensorMetadata;
use burn::backend::wgpu::{
    CubeBackend, CubeTensor, KernelSource, SourceKernel, SourceTemplate, into_contiguous,
};
use burn::tensor::{DType, Shape};
use cubecl::prelude::{BufferIOAttr, KernelId};
use cubecl::server::KernelArguments;
use cubecl::{CubeCount, CubeDim};

const CHANGE: &str = include_str!("../../../../shaders/update.wgsl");
const SUMS: &str = include_str!("../../../../shaders/update_lengths.wgsl");

/// Lanes of a workgroup: they have nothing to do with each other.
const LANES: usize = 64;
/// Numbers of a level that one lane changes, this many apart from the next lane's.
const EACH: usize = 32;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Phase {
    Change,
    Sums,
}

impl Phase {
    const fn text(self) -> &'static str {
        match self {
            Self::Change => CHANGE,
            Self::Sums => SUMS,
        }
    }
}

#[derive(Debug)]
struct Kernel(Phase);

impl KernelSource for Kernel {
    fn source(&self) -> SourceTemplate {
        SourceTemplate::new(self.0.text())
            .register("lanes", LANES.to_string())
            .register("each", EACH.to_string())
            .register("access", ACCESS)
    }

    fn id(&self) -> KernelId {
        KernelId::new::<Self>().cube_dim(*CubeDim::new_1d(number(LANES))).info(self.0)
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

impl UpdateBackend for CubeBackend {
    fn update(memory: CubeTensor, pending: CubeTensor, rates: CubeTensor) -> CubeTensor {
        let levels = memory.shape()[0];
        let size = memory.shape().num_elements() / levels.max(1);
        assert_eq!(memory.shape(), pending.shape(), "update: what is pending has another shape");
        assert_eq!(rates.shape().num_elements(), levels, "update: a rate for each level");
        for tensor in [&memory, &pending, &rates] {
            assert_eq!(tensor.dtype(), DType::F32, "updates are computed in f32 on this device");
        }
        let parts = size.div_ceil(EACH);
        let after = output(&memory, Shape::new([levels * (size + LENGTHS)]));
        let partial = output(&memory, Shape::new([levels * parts * LENGTHS]));
        let client = after.client.clone();
        let info = || info([[number(levels), number(size)]]);
        let launch = |phase: Phase, arguments: KernelArguments, lanes: usize| {
            let kernel = SourceKernel::new(Kernel(phase), CubeDim::new_1d(number(LANES)));
            let groups = CubeCount::Static(number(lanes.div_ceil(LANES)), 1, 1);
            client.launch(Box::new(kernel), groups, arguments.with_info(info()));
        };
        let mut arguments = KernelArguments::new();
        for input in [memory, pending, rates] {
            let buffer = into_contiguous(input).handle.binding();
            arguments = arguments.with_buffer_io(buffer, BufferIOAttr::ReadOnly);
        }
        for written in [&partial, &after] {
            let buffer = written.handle.clone().binding();
            arguments = arguments.with_buffer_io(buffer, BufferIOAttr::ReadWrite);
        }
        launch(Phase::Change, arguments, levels * parts);
        let arguments = KernelArguments::new()
            .with_buffer_io(partial.handle.binding(), BufferIOAttr::ReadOnly)
            .with_buffer_io(after.handle.clone().binding(), BufferIOAttr::ReadWrite);
        launch(Phase::Sums, arguments, levels * LENGTHS);
        after
    }
}
