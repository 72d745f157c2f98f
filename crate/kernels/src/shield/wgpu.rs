//! The WGSL twin: [`BLOCK`] keys at a time in five dispatches. The shaders are in `/shaders`.

use super::backend::ShieldBackend;
use crate::shader::{ACCESS, info, number, output};
use burn::backend::TensorMetadata;
use burn::backend::wgpu::{
    CubeBackend, CubeTensor, KernelSource, SourceKernel, SourceTemplate, into_contiguous,
};
use burn::tensor::{DType, Shape};
use cubecl::prelude::{BufferIOAttr, KernelId};
use cubecl::server::KernelArguments;
use cubecl::{CubeCount, CubeDim};

const SHARED: &str = include_str!("../../../../shaders/shield.wgsl");
/// Lanes of a workgroup, where they have nothing to do with each other.
const LANES: usize = 64;
/// Keys that go through at once, as on the CPU.
const BLOCK: usize = 32;
/// Rows and columns that a lane of a product has, as in the shaders.
const TILE: usize = 4;

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

    /// The buffers by the names they have in the texts, and whether they are written.
    const fn buffers(self) -> &'static [(&'static str, bool)] {
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
            Self::Products => (LANES, BLOCK / TILE * tiles),
            Self::Gram => (LANES, BLOCK * BLOCK),
            Self::Factorise => (BLOCK, BLOCK),
            Self::Substitute => (LANES, units),
            Self::TakeOut => (LANES, tiles * tiles),
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
        let buffers = self.phase.buffers();
        let declare = |(place, (name, written)): (usize, &(&str, bool))| {
            let access = if *written { "read_write" } else { ACCESS };
            format!("@group(0) @binding({place}) var<storage, {access}> {name}: array<f32>;\n")
        };
        let mut text: String = buffers.iter().enumerate().map(declare).collect();
        text.push_str(&format!("@group(0) @binding({}) var<uniform> info: Info;\n", buffers.len()));
        text.push_str(SHARED);
        text.push_str(self.phase.text());
        SourceTemplate::new(text)
            .register("units", self.units.to_string())
            .register("lanes", LANES.to_string())
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
        let mut arguments = KernelArguments::new();
        for (name, written) in phase.buffers() {
            let tensor = match *name {
                "shield" => shield,
                "keys" => keys,
                "work" => work,
                _ => &after,
            };
            let access = if *written { BufferIOAttr::ReadWrite } else { BufferIOAttr::ReadOnly };
            arguments = arguments.with_buffer_io(tensor.handle.clone().binding(), access);
        }
        let left = BLOCK.min(count - first);
        let arguments =
            arguments.with_info(info([[number(batch), number(count)], [number(first), number(left)]]));
        let (lanes, busy) = phase.lanes(units);
        let kernel = SourceKernel::new(Kernel { phase, units }, CubeDim::new_1d(number(lanes)));
        let groups = CubeCount::Static(number((batch * busy).div_ceil(lanes)), 1, 1);
        after.client.launch(Box::new(kernel), groups, arguments);
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
