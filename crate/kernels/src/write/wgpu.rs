//! The WGSL twin: a few dispatches in which every lane works for itself, so that no lane waits for another. The shaders are in
//! `/shaders`.

use super::backend::WriteBackend;
use super::{Manner, Parts};
use crate::inner_pass::Parts as Found;
use crate::model::{LEVELS, Sizes};
use crate::shader::{APART, Buffers, SIGMOID, TILE, info, launch, number, output, phase};
use burn::backend::TensorMetadata;
use burn::backend::wgpu::{CubeBackend, CubeTensor, KernelSource, SourceTemplate, into_contiguous};
use burn::tensor::{DType, Shape};
use cubecl::CubeDim;
use cubecl::prelude::KernelId;

const SHARED: &str = include_str!("../../../../shaders/write.wgsl");
const GATES: &str = include_str!("../../../../shaders/write_gates.wgsl");
const LEFT: &str = include_str!("../../../../shaders/write_left.wgsl");
const SHARE: &str = include_str!("../../../../shaders/write_share.wgsl");
const SUM: &str = include_str!("../../../../shaders/write_sum.wgsl");

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Phase {
    Gates,
    Left,
    Share,
    Sum,
}

impl Phase {
    const fn text(self) -> &'static str {
        match self {
            Self::Gates => GATES,
            Self::Left => LEFT,
            Self::Share => SHARE,
            Self::Sum => SUM,
        }
    }

    const fn buffers(self) -> &'static Buffers {
        match self {
            Self::Gates => {
                &[("found", false), ("text", false), ("ahead", false), ("work", true), ("written", true)]
            }
            Self::Left => {
                &[("found", false), ("text", false), ("shields", false), ("work", true), ("written", true)]
            }
            Self::Share => &[("found", false), ("work", true)],
            Self::Sum => &[("found", false), ("pending", false), ("work", true), ("written", true)],
        }
    }

    /// How many lanes have something to do.
    const fn lanes(self, s: &Sizes, tokens: usize) -> usize {
        match self {
            Self::Gates => s.plastic_levels() * tokens,
            Self::Left => s.lasting() * tokens.div_ceil(TILE) * s.units.div_ceil(TILE),
            Self::Share => s.lasting() * tokens,
            Self::Sum => s.plastic_levels() * s.units.div_ceil(TILE) * s.width.div_ceil(TILE),
        }
    }
}

#[derive(Debug)]
struct Kernel {
    phase: Phase,
    levels: usize,
    units: usize,
    width: usize,
}

impl KernelSource for Kernel {
    fn source(&self) -> SourceTemplate {
        SourceTemplate::new(phase(self.phase.buffers(), &[SIGMOID, SHARED, self.phase.text()]))
            .register("levels", self.levels.to_string())
            .register("levels_of_block", LEVELS.to_string())
            .register("units", self.units.to_string())
            .register("width", self.width.to_string())
            .register("lanes", APART.to_string())
    }

    fn id(&self) -> KernelId {
        let sizes = (self.phase, self.levels, self.units, self.width);
        KernelId::new::<Self>().cube_dim(*CubeDim::new_1d(number(APART))).info(sizes)
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

/// Everything that the phases read and write.
struct Writing {
    manner: Manner,
    tokens: usize,
    tensors: [CubeTensor; 5],
    work: CubeTensor,
    written: CubeTensor,
}

impl Writing {
    fn buffer(&self, name: &str) -> &CubeTensor {
        let [found, text, ahead, shields, pending] = &self.tensors;
        match name {
            "found" => found,
            "text" => text,
            "ahead" => ahead,
            "shields" => shields,
            "pending" => pending,
            "work" => &self.work,
            "written" => &self.written,
            other => unreachable!("no phase has a buffer {other}"),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "numbers of the formula, rounded once")]
    fn run(&self, phase: Phase) {
        let (m, s) = (&self.manner, &self.manner.sizes);
        let float = |x: f64| (x as f32).to_bits();
        let info = info([
            // Without a finished turn no token is one of its words.
            [number(self.tokens), m.turn.map_or(u32::MAX, number)],
            [u32::from(m.turn_gate), u32::from(m.look_ahead)],
            [u32::from(m.protection.is_some()), float(m.protection.map_or(1.0, f64::recip))],
            [float(m.longest.recip()), float(m.vigour)],
        ]);
        let kernel = Kernel { phase, levels: s.plastic_levels(), units: s.units, width: s.width };
        let lanes = [APART, phase.lanes(s, self.tokens)];
        launch(kernel, lanes, phase.buffers(), |name| self.buffer(name), info);
    }
}

impl WriteBackend for CubeBackend {
    fn write(
        found: CubeTensor,
        text: CubeTensor,
        ahead: CubeTensor,
        shields: CubeTensor,
        pending: CubeTensor,
        manner: Manner,
    ) -> CubeTensor {
        let (s, tokens) = (&manner.sizes, text.shape()[1]);
        let tensors = [found, text, ahead, shields, pending];
        let levels = s.plastic_levels();
        let expected = [
            Found::new(s, tokens).total,
            3 * tokens,
            if manner.look_ahead { levels * (s.units + 1) } else { 1 },
            if manner.protection.is_some() { s.lasting() * s.units * s.units } else { 1 },
            levels * s.units * s.width,
        ];
        for (tensor, count) in tensors.iter().zip(expected) {
            assert_eq!(tensor.shape().num_elements(), count, "write: an input does not fit the sizes");
            assert_eq!(tensor.dtype(), DType::F32, "writing computes in f32 on this device");
        }
        // Gates of all levels, then shares and what is left of the keys of those that last; `write.wgsl`.
        let work = (levels + s.lasting() * (1 + s.units)) * tokens;
        let tensors = tensors.map(into_contiguous);
        let room = |count: usize| output(&tensors[0], Shape::new([count]));
        let (work, written) = (room(work), room(Parts::new(&manner, tokens).total));
        let writing = Writing { manner, tokens, work, written, tensors };
        writing.run(Phase::Gates);
        if manner.shielded() > 0 {
            writing.run(Phase::Left);
            writing.run(Phase::Share);
        }
        writing.run(Phase::Sum);
        writing.written
    }
}
