//! The WGSL twin: one dispatch, one workgroup for each row. The shader is in `/shaders`.

use super::Map;
use super::backend::RowMapBackend;
use super::expression::{A, B, EPSILON, TINY};
use crate::shader::{ACCESS, info, number, output};
use burn::backend::TensorMetadata;
use burn::backend::wgpu::{
    CubeBackend, CubeTensor, KernelSource, SourceKernel, SourceTemplate, into_contiguous,
};
use burn::tensor::DType;
use cubecl::prelude::{BufferIOAttr, KernelId};
use cubecl::server::KernelArguments;
use cubecl::{CubeCount, CubeDim};

const SHADER: &str = include_str!("../../../../shaders/row_map.wgsl");
/// Lanes of a workgroup.
const LANES: usize = 64;
/// Workgroups in one dimension of a dispatch, as WebGPU allows at least.
const MOST: usize = 65_535;

#[derive(Debug)]
struct Kernel {
    map: Map,
    backward: bool,
}

impl KernelSource for Kernel {
    fn source(&self) -> SourceTemplate {
        // Nothing is read that is not bound: the forward has no gradient.
        let gradient = format!("@group(0) @binding(1) var<storage, {ACCESS}> gradient: array<f32>;");
        SourceTemplate::new(SHADER)
            .register("map", self.map.code().to_string())
            .register("lanes", LANES.to_string())
            .register("a", format!("{A:e}"))
            .register("b", format!("{B:e}"))
            .register("tiny", format!("{TINY:e}"))
            .register("epsilon", format!("{EPSILON:e}"))
            .register("access", ACCESS)
            .register("gradient", if self.backward { gradient } else { String::new() })
            .register("output", if self.backward { "2" } else { "1" })
            .register("info", if self.backward { "3" } else { "2" })
            .register("backward", self.backward.to_string())
            .register("incoming", if self.backward { "gradient[at]" } else { "0.0" })
    }

    fn id(&self) -> KernelId {
        KernelId::new::<Self>().cube_dim(CubeDim::new_1d(number(LANES)).0).info((self.map, self.backward))
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

fn launch(map: Map, x: CubeTensor, dy: Option<CubeTensor>) -> CubeTensor {
    let shape = x.shape();
    assert_eq!(x.dtype(), DType::F32, "row_map computes in f32 on this device");
    if let Some(dy) = &dy {
        assert_eq!(dy.shape(), shape, "row_map: the gradient's shape is not that of the rows");
        assert_eq!(dy.dtype(), DType::F32, "row_map computes in f32 on this device");
    }
    let n = shape[shape.num_dims() - 1];
    let rows = shape.num_elements() / n.max(1);
    let output = output(&x, shape);
    let client = output.client.clone();

    let kernel = Kernel { map, backward: dy.is_some() };
    let mut arguments = KernelArguments::new();
    for input in std::iter::once(x).chain(dy) {
        arguments = arguments.with_buffer_io(into_contiguous(input).handle.binding(), BufferIOAttr::ReadOnly);
    }
    arguments = arguments.with_buffer_io(output.handle.clone().binding(), BufferIOAttr::WriteOnly);
    let arguments = arguments.with_info(info([[number(rows), number(n)]]));
    let groups = CubeCount::Static(number(rows.min(MOST)), number(rows.div_ceil(MOST).max(1)), 1);
    client.launch(Box::new(SourceKernel::new(kernel, CubeDim::new_1d(number(LANES)))), groups, arguments);
    output
}

impl RowMapBackend for CubeBackend {
    fn row_map(x: CubeTensor, map: usize) -> CubeTensor {
        launch(Map::from_code(map), x, None)
    }

    fn row_map_backward(x: CubeTensor, dy: CubeTensor, map: usize) -> CubeTensor {
        launch(Map::from_code(map), x, Some(dy))
    }
}
