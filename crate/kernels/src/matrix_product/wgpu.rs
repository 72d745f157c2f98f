//! The WGSL twins: one dispatch, in which a lane has four rows and four columns of a product, or sums a row. The shaders are in
//! `/shaders`.

use super::backend::MatrixProductBackend;
use crate::shader::{APART, Buffers, TILE, info, launch, number, output, phase};
use burn::backend::TensorMetadata;
use burn::backend::wgpu::{CubeBackend, CubeTensor, KernelSource, SourceTemplate, into_contiguous};
use burn::tensor::{DType, Shape};
use cubecl::CubeDim;
use cubecl::prelude::KernelId;

const PRODUCT: &str = include_str!("../../../../shaders/matrix_product.wgsl");
const SUMS: &str = include_str!("../../../../shaders/row_sums.wgsl");
const OF_PRODUCT: &Buffers = &[("left", false), ("right", false), ("product", true)];
const OF_SUMS: &Buffers = &[("rows", false), ("sums", true)];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kernel {
    Product,
    Sums,
}

impl KernelSource for Kernel {
    fn source(&self) -> SourceTemplate {
        let text = match self {
            Self::Product => phase(OF_PRODUCT, &[PRODUCT]),
            Self::Sums => phase(OF_SUMS, &[SUMS]),
        };
        SourceTemplate::new(text).register("lanes", APART.to_string())
    }

    fn id(&self) -> KernelId {
        KernelId::new::<Self>().cube_dim(*CubeDim::new_1d(number(APART))).info(*self)
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

/// How many matrices the leading dimensions are; they are the last ones of `all`, or nothing but ones before those.
fn matrices(leading: &[usize], all: &[usize]) -> usize {
    let first = leading.iter().zip(all).take_while(|(own, whole)| **own == 1 && **whole > 1).count();
    assert_eq!(leading[first..], all[first..], "product: only whole blocks of matrices are repeated");
    leading.iter().product()
}

impl MatrixProductBackend for CubeBackend {
    fn matrix_product(a: CubeTensor, b: CubeTensor) -> CubeTensor {
        let [left, right] = [&a, &b].map(|tensor| tensor.shape().to_vec());
        for tensor in [&a, &b] {
            assert_eq!(tensor.dtype(), DType::F32, "products are computed in f32 on this device");
        }
        let lead = left.len() - 2;
        let (rows, inner, columns) = (left[lead], left[lead + 1], right[lead + 1]);
        assert_eq!(inner, right[lead], "product: the matrices do not meet");
        let mut shape: Vec<usize> = left.iter().zip(&right).map(|(a, b)| *a.max(b)).collect();
        (shape[lead], shape[lead + 1]) = (rows, columns);
        let counts = [&left, &right].map(|own| matrices(&own[..lead], &shape[..lead]));
        let batch: usize = shape[..lead].iter().product();
        let product = output(&a, Shape::from(shape));
        let [left, right] = [a, b].map(into_contiguous);
        let tensor = |name: &str| match name {
            "left" => &left,
            "right" => &right,
            "product" => &product,
            other => unreachable!("no product has a buffer {other}"),
        };
        let info = info([
            [number(batch), number(rows)],
            [number(inner), number(columns)],
            [number(counts[0]), number(counts[1])],
        ]);
        let busy = batch * rows.div_ceil(TILE) * columns.div_ceil(TILE);
        launch(Kernel::Product, [APART, busy], OF_PRODUCT, tensor, info);
        product
    }

    fn row_sums(x: CubeTensor) -> CubeTensor {
        assert_eq!(x.dtype(), DType::F32, "sums are computed in f32 on this device");
        let mut shape = x.shape().to_vec();
        let each = shape.pop().unwrap_or(1);
        let count: usize = shape.iter().product();
        shape.push(1);
        let sums = output(&x, Shape::from(shape));
        let rows = into_contiguous(x);
        let tensor = |name: &str| if name == "rows" { &rows } else { &sums };
        launch(Kernel::Sums, [APART, count], OF_SUMS, tensor, info([[number(count), number(each)]]));
        sums
    }
}
