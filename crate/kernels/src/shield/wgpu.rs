//! The WGSL twin: [`BLOCK`] keys at a time in five dispatches. The shaders are in `/shaders`.

use super::backend::ShieldBackend;
use crate::shader::{APART, Buffers, TILE, info, launch, number, output, phase};
use burn::backend::TensorMetadata;
use burn::backend::wgpu::{CubeBackend, CubeTensor, KernelSource, SourceTemplate, into_contiguous};
use burn::tensor::{DType, Shape};
use cubecl::CubeDim;
use cubecl::prelude::KernelId;

const SHARED: &str = include_str!("../../../../shaders/shield.wgsl");
/// Keys that go through at once, as on the CPU.
const BLOCK: usize = 32;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Phase {
    Products,
    Gram,
    Factorise,
    Substitute,
    TakeOut,
}

impl Phase {
    const ALL: [Self; 5] = [Self::Products, Self::Gram, Self::Factorise, Self::Substitute, Self::TakeOut];

    const fn text(self) -> &'static str {
        match self {
            Self::Products => include_str!("../../../../shaders/shield_products.wgsl"),
            Self::Gram => include_str!("../../../../shaders/shield_gram.wgsl"),
            Self::Factorise => include_str!("../../../../shaders/shield_factorise.wgsl"),
            Self::Substitute => include_str!("../../../../shaders/shield_substitute.wgsl"),
            Self::TakeOut => include_str!("../../../../shaders/shield_take_out.wgsl"),
        }
    }

    const fn buffers(self) -> &'static Buffers {
        match self {
            Self::Products => &[("shield", false), ("keys", false), ("work", true)],
            Self::Gram => &[("keys", false), ("work", true)],
            Self::Factorise | Self::Substitute => &[("work", true)],
            Self::TakeOut => &[("shield", false), ("work", true), ("after", true)],
        }
    }

    /// Lanes of a workgroup, and how many of them have something to do for a matrix.
    const fn lanes(self, units: usize) -> (usize, usize) {
        let tiles = units.div_ceil(TILE);
        match self {
            Self::Products => (APART, BLOCK / TILE * tiles),
            Self::Gram => (APART, BLOCK * BLOCK),
            Self::Factorise => (BLOCK, BLOCK),
            Self::Substitute => (APART, units),
            Self::TakeOut => (APART, tiles * tiles),
        }
    }
}

#[derive(Debug)]
struct Kernel {
    phase: Phase,
    units: usize,
}

impl KernelSource for Kernel {
    fn source(&self) -> SourceTemplate {
        SourceTemplate::new(phase(self.phase.buffers(), &[SHARED, self.phase.text()]))
            .register("units", self.units.to_string())
            .register("lanes", APART.to_string())
            .register("block", BLOCK.to_string())
    }

    fn id(&self) -> KernelId {
        let lanes = CubeDim::new_1d(number(self.phase.lanes(self.units).0));
        KernelId::new::<Self>().cube_dim(*lanes).info((self.phase, self.units))
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

/// Takes the keys from `first` on out, at most [`BLOCK`] of them.
fn take_out(shield: &CubeTensor, keys: &CubeTensor, work: &CubeTensor, first: usize) -> CubeTensor {
    let (batch, units, count) = (shield.shape()[0], shield.shape()[2], keys.shape()[1]);
    let after = output(shield, shield.shape());
    for phase in Phase::ALL {
        let tensor = |name: &str| match name {
            "shield" => shield,
            "keys" => keys,
            "work" => work,
            "after" => &after,
            other => unreachable!("no phase has a buffer {other}"),
        };
        let left = BLOCK.min(count - first);
        let info = info([[number(batch), number(count)], [number(first), number(left)]]);
        let (lanes, busy) = phase.lanes(units);
        launch(Kernel { phase, units }, [lanes, batch * busy], phase.buffers(), tensor, info);
    }
    after
}

impl ShieldBackend for CubeBackend {
    fn absorb(shield: CubeTensor, keys: CubeTensor) -> CubeTensor {
        let (batch, units, count) = (shield.shape()[0], shield.shape()[2], keys.shape()[1]);
        assert_eq!(shield.dtype(), DType::F32, "absorb computes in f32 on this device");
        assert_eq!(keys.dtype(), DType::F32, "absorb computes in f32 on this device");
        let [shield, keys] = [shield, keys].map(into_contiguous);
        let work = output(&shield, Shape::new([batch * BLOCK * (units + BLOCK)]));
        (0..count).step_by(BLOCK).fold(shield, |shield, first| take_out(&shield, &keys, &work, first))
    }
}
