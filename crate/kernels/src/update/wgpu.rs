//! The WGSL twin: the change with sums of squares of its parts, then the sum of those. No lane waits for another. The shaders
//! are in `/shaders`.

use super::LENGTHS;
use super::backend::UpdateBackend;
use crate::shader::{APART, Buffers, info, launch, number, output, phase};
use burn::backend::TensorMetadata;
use burn::backend::wgpu::{CubeBackend, CubeTensor, KernelSource, SourceTemplate, into_contiguous};
use burn::tensor::{DType, Shape};
use cubecl::CubeDim;
use cubecl::prelude::KernelId;

const SHARED: &str = include_str!("../../../../shaders/update.wgsl");
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
            Self::Change => include_str!("../../../../shaders/update_change.wgsl"),
            Self::Sums => include_str!("../../../../shaders/update_lengths.wgsl"),
        }
    }

    const fn buffers(self) -> &'static Buffers {
        match self {
            Self::Change => {
                &[("memory", false), ("pending", false), ("rates", false), ("sums", true), ("after", true)]
            }
            Self::Sums => &[("sums", false), ("after", true)],
        }
    }
}

#[derive(Debug)]
struct Kernel(Phase);

impl KernelSource for Kernel {
    fn source(&self) -> SourceTemplate {
        SourceTemplate::new(phase(self.0.buffers(), &[SHARED, self.0.text()]))
            .register("lanes", APART.to_string())
            .register("each", EACH.to_string())
    }

    fn id(&self) -> KernelId {
        KernelId::new::<Self>().cube_dim(*CubeDim::new_1d(number(APART))).info(self.0)
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
        let sums = output(&memory, Shape::new([levels * parts * LENGTHS]));
        let [memory, pending, rates] = [memory, pending, rates].map(into_contiguous);
        let tensor = |name: &str| match name {
            "memory" => &memory,
            "pending" => &pending,
            "rates" => &rates,
            "sums" => &sums,
            "after" => &after,
            other => unreachable!("no phase has a buffer {other}"),
        };
        for (phase, busy) in [(Phase::Change, levels * parts), (Phase::Sums, levels * LENGTHS)] {
            let info = info([[number(levels), number(size)]]);
            launch(Kernel(phase), [APART, busy], phase.buffers(), tensor, info);
        }
        after
    }
}
