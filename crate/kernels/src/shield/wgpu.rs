//! The WGSL twin: one dispatch for all keys, one workgroup for each matrix. The shader is in `/shaders`.

use super::backend::ShieldBackend;
use crate::shader::{ACCESS, info, number, output};
use burn::backend::TensorMetadata;
use burn::backend::wgpu::{
    CubeBackend, CubeTensor, KernelSource, SourceKernel, SourceTemplate, into_contiguous,
};
use burn::tensor::DType;
use cubecl::prelude::{BufferIOAttr, KernelId};
use cubecl::server::KernelArguments;
use cubecl::{CubeCount, CubeDim};

const SHADER: &str = include_str!("../../../../shaders/shield.wgsl");
/// Lanes of a workgroup, as many as WebGPU allows at least.
const LANES: usize = 256;
/// Keys that go through at once, as on the CPU.
const BLOCK: usize = 32;

#[derive(Debug)]
struct Kernel {
    units: usize,
}

impl KernelSource for Kernel {
    fn source(&self) -> SourceTemplate {
        SourceTemplate::new(SHADER)
            .register("units", self.units.to_string())
            .register("lanes", LANES.to_string())
            .register("block", BLOCK.to_string())
            .register("access", ACCESS)
    }

    fn id(&self) -> KernelId {
        KernelId::new::<Self>().cube_dim(*CubeDim::new_1d(number(LANES))).info(self.units)
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

impl ShieldBackend for CubeBackend {
    fn absorb(shield: CubeTensor, keys: CubeTensor) -> CubeTensor {
        let (shape, count) = (shield.shape(), keys.shape()[1]);
        let (batch, units) = (shape[0], shape[2]);
        assert_eq!(shield.dtype(), DType::F32, "absorb computes in f32 on this device");
        assert_eq!(keys.dtype(), DType::F32, "absorb computes in f32 on this device");
        let output = output(&shield, shape);
        let client = output.client.clone();
        let mut arguments = KernelArguments::new();
        for input in [shield, keys] {
            let buffer = into_contiguous(input).handle.binding();
            arguments = arguments.with_buffer_io(buffer, BufferIOAttr::ReadOnly);
        }
        arguments = arguments.with_buffer_io(output.handle.clone().binding(), BufferIOAttr::ReadWrite);
        let directions = client.empty(batch * BLOCK * units * size_of::<f32>());
        arguments = arguments.with_buffer_io(directions.binding(), BufferIOAttr::ReadWrite);
        let arguments = arguments.with_info(info([[number(batch), number(count)]]));
        let kernel = SourceKernel::new(Kernel { units }, CubeDim::new_1d(number(LANES)));
        client.launch(Box::new(kernel), CubeCount::Static(number(batch), 1, 1), arguments);
        output
    }
}
