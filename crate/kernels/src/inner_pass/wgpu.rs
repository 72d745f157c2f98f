//! The WGSL twin: phases of one workgroup for each token, and the mixer's scan between them. The shaders are in `/shaders`.

use super::Parts;
use super::backend::InnerPassBackend;
use crate::mixer_scan::cpu::{self as scan, forward_rows};
use crate::mixer_scan::wgpu::{Places, backward, forward};
use crate::model::{LEVELS, Sizes};
use crate::shader::{ACCESS, info, number, output, whole_model};
use burn::backend::TensorMetadata;
use burn::backend::wgpu::{
    CubeBackend, CubeTensor, KernelSource, SourceKernel, SourceTemplate, into_contiguous,
};
use burn::tensor::{DType, Shape};
use cubecl::prelude::{BufferIOAttr, KernelId};
use cubecl::server::KernelArguments;
use cubecl::{CubeCount, CubeDim};

const SHARED: &str = include_str!("../../../../shaders/inner_pass.wgsl");
const BEGIN: &str = include_str!("../../../../shaders/inner_pass_begin.wgsl");
const ASK: &str = include_str!("../../../../shaders/inner_pass_ask.wgsl");
const FORWARD: &str = include_str!("../../../../shaders/inner_pass_forward.wgsl");
const FAMILIARITY: &str = include_str!("../../../../shaders/familiarity.wgsl");
const MIDDLE: &str = include_str!("../../../../shaders/inner_pass_middle.wgsl");
const BACKWARD: &str = include_str!("../../../../shaders/inner_pass_backward.wgsl");
const TURN: &str = include_str!("../../../../shaders/inner_pass_turn.wgsl");
const BACK: &str = include_str!("../../../../shaders/inner_pass_back.wgsl");

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Phase {
    Begin,
    Ask,
    Middle,
    Turn,
    Back,
}

impl Phase {
    /// The texts behind `inner_pass.wgsl`.
    const fn texts(self) -> &'static [&'static str] {
        match self {
            Self::Begin => &[BEGIN],
            Self::Ask => &[ASK],
            Self::Middle => &[FORWARD, FAMILIARITY, MIDDLE],
            Self::Turn => &[FORWARD, FAMILIARITY, BACKWARD, TURN],
            Self::Back => &[BACKWARD, BACK],
        }
    }

    /// The buffers by the names they have in the texts, and whether they are written.
    const fn buffers(self) -> &'static [(&'static str, bool)] {
        match self {
            Self::Begin => &[("base", false), ("text", false), ("work", true)],
            Self::Ask => &[
                ("base", false),
                ("state", false),
                ("work", true),
                ("inputs", true),
                ("queries", true),
                ("found", true),
            ],
            Self::Middle => &[
                ("base", false),
                ("memory", false),
                ("inputs", false),
                ("scanned", false),
                ("work", true),
                ("found", true),
            ],
            Self::Turn => &[
                ("base", false),
                ("memory", false),
                ("text", false),
                ("inputs", false),
                ("scanned", false),
                ("work", true),
                ("found", true),
                ("d_read", true),
            ],
            Self::Back => &[
                ("base", false),
                ("memory", false),
                ("text", false),
                ("scanned", false),
                ("work", true),
                ("found", true),
                ("d_read", true),
            ],
        }
    }
}

#[derive(Debug)]
struct Kernel {
    phase: Phase,
    sizes: Sizes,
}

impl KernelSource for Kernel {
    fn source(&self) -> SourceTemplate {
        let buffers = self.phase.buffers();
        let declare = |(place, (name, written)): (usize, &(&str, bool))| {
            let access = if *written { "read_write" } else { ACCESS };
            // Of what does not depend on the text the shader knows the size, which makes each look cheaper.
            let count = match *name {
                "base" => ", {{ base_count }}",
                "memory" => ", {{ memory_count }}",
                _ => "",
            };
            format!("@group(0) @binding({place}) var<storage, {access}> {name}: array<f32{count}>;\n")
        };
        let mut text: String = buffers.iter().enumerate().map(declare).collect();
        text.push_str(&format!("@group(0) @binding({}) var<uniform> info: Info;\n", buffers.len()));
        text.push_str(SHARED);
        self.phase.texts().iter().for_each(|more| text.push_str(more));
        whole_model(&self.sizes, &text)
    }

    fn id(&self) -> KernelId {
        let lanes = CubeDim::new_1d(number(self.sizes.lanes));
        KernelId::new::<Self>().cube_dim(*lanes).info((self.phase, self.sizes))
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

/// Numbers that the phases leave for each other: those of each token and block, and the logits; `inner_pass.wgsl`.
const fn work(s: &Sizes, tokens: usize) -> usize {
    let of_block = 7 * s.width + LEVELS * (s.width + s.units + s.hidden) + 3 * s.width;
    tokens * (s.blocks * of_block + s.vocabulary)
}

/// Everything that the phases read and write.
struct Pass {
    sizes: Sizes,
    tokens: usize,
    base: CubeTensor,
    memory: CubeTensor,
    state: CubeTensor,
    text: CubeTensor,
    work: CubeTensor,
    inputs: CubeTensor,
    queries: CubeTensor,
    scanned: CubeTensor,
    found: CubeTensor,
    d_read: CubeTensor,
}

impl Pass {
    fn buffer(&self, name: &str) -> &CubeTensor {
        match name {
            "base" => &self.base,
            "memory" => &self.memory,
            "state" => &self.state,
            "text" => &self.text,
            "work" => &self.work,
            "inputs" => &self.inputs,
            "queries" => &self.queries,
            "scanned" => &self.scanned,
            "found" => &self.found,
            "d_read" => &self.d_read,
            other => unreachable!("no phase has a buffer {other}"),
        }
    }

    fn run(&self, phase: Phase, block: usize) {
        let mut arguments = KernelArguments::new();
        for (name, written) in phase.buffers() {
            let access = if *written { BufferIOAttr::ReadWrite } else { BufferIOAttr::ReadOnly };
            arguments = arguments.with_buffer_io(self.buffer(name).handle.clone().binding(), access);
        }
        let arguments = arguments.with_info(info([[number(self.tokens), number(block)]]));
        let lanes = CubeDim::new_1d(number(self.sizes.lanes));
        let kernel = SourceKernel::new(Kernel { phase, sizes: self.sizes }, lanes);
        let groups = CubeCount::Static(number(self.tokens), 1, 1);
        self.found.client.launch(Box::new(kernel), groups, arguments);
    }

    /// What the scan of a block is given; its maps and biases lie in the base.
    fn scan(&self, block: usize) -> (scan::Sizes, [CubeTensor; 5], Places) {
        let (s, at) = (&self.sizes, self.sizes.layout());
        let from = at.blocks + block * at.block;
        let sizes = scan::Sizes {
            rule: s.rule(),
            batch: 1,
            heads: s.heads,
            tokens: self.tokens,
            size: s.head_size(),
        };
        let [inputs, queries] = [&self.inputs, &self.queries].map(Clone::clone);
        let [maps, bias, state] = [&self.base, &self.base, &self.state].map(Clone::clone);
        let places = Places { maps: from + at.maps, bias: from + at.bias, state: block * s.mixer_state() };
        (sizes, [inputs, queries, maps, bias, state], places)
    }
}

impl InnerPassBackend for CubeBackend {
    fn inner_pass(
        base: CubeTensor,
        memory: CubeTensor,
        state: CubeTensor,
        text: CubeTensor,
        sizes: Sizes,
    ) -> CubeTensor {
        assert!(sizes.fit(), "inner pass: one workgroup cannot hold a token of {sizes:?}");
        let tokens = text.shape()[1];
        let counts = [sizes.layout().total, sizes.memory(), sizes.state()];
        for (tensor, count) in [&base, &memory, &state, &text].into_iter().zip(counts) {
            assert_eq!(tensor.shape().num_elements(), count, "inner pass: an input does not fit the sizes");
            assert_eq!(tensor.dtype(), DType::F32, "inner pass computes in f32 on this device");
        }
        let [base, memory, state, text] = [base, memory, state, text].map(into_contiguous);
        let room = |count: usize| output(&base, Shape::new([count]));
        let mut pass = Pass {
            sizes,
            tokens,
            work: room(work(&sizes, tokens)),
            inputs: room(tokens * sizes.width),
            queries: room(tokens * sizes.width),
            scanned: room(1),
            found: room(Parts::new(&sizes, tokens).total),
            d_read: room(sizes.heads * forward_rows(tokens, sizes.head_size()) * sizes.head_size()),
            base,
            memory,
            state,
            text,
        };
        // The backward needs what its block's scan was given.
        let mut scans = Vec::with_capacity(sizes.blocks);
        pass.run(Phase::Begin, 0);
        for block in 0..sizes.blocks {
            if block > 0 {
                [pass.inputs, pass.queries] = [(); 2].map(|()| output(&pass.base, pass.inputs.shape()));
            }
            pass.run(Phase::Ask, block);
            let (s, inputs, places) = pass.scan(block);
            pass.scanned = forward(&s, inputs.clone(), places);
            scans.push((s, inputs, places));
            pass.run(if block + 1 < sizes.blocks { Phase::Middle } else { Phase::Turn }, block);
        }
        for block in (sizes.fixed..sizes.blocks - 1).rev() {
            let Some((s, inputs, places)) = scans.pop() else { break };
            pass.scanned = backward(&s, inputs, pass.d_read.clone(), places);
            pass.run(Phase::Back, block);
        }
        pass.found
    }
}
