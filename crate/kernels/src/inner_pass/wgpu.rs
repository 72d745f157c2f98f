//! The WGSL twin: the CPU twin's steps, each a dispatch over all tokens at once, and the mixer's scan between them. No lane waits for
//! another within a phase, which is what an emulated adapter is slow at, and a number of the base is asked for once for four
//! tokens.

use super::Parts;
use super::backend::InnerPassBackend;
use super::phase::{Kernel, Phase, SHARERS};
use super::work::Work;
use crate::mixer_scan::cpu::{self as scan, forward_rows};
use crate::mixer_scan::wgpu::{Places, backward, forward};
use crate::model::{LEVELS, Layout, Sizes, TAPS};
use crate::shader::{APART, TILE, info, launch, number, output};
use burn::backend::TensorMetadata;
use burn::backend::wgpu::{CubeBackend, CubeTensor, into_contiguous};
use burn::tensor::{DType, Shape};

/// Stands where there are no rows; as NONE in the shaders.
const NONE: usize = u32::MAX as usize;
/// Pairs of numbers that no phase's `Info` has more of.
const PAIRS: usize = 5;

/// Some rows times a matrix.
#[derive(Debug, Clone, Copy)]
struct Product {
    rows: usize,
    inner: usize,
    outer: usize,
    matrix: usize,
    /// Rows that are added, or [`NONE`].
    start: usize,
    out: usize,
}

impl Product {
    const fn new(rows: usize, inner: usize, outer: usize, matrix: usize, start: usize, out: usize) -> Self {
        Self { rows, inner, outer, matrix, start, out }
    }
}

/// Everything that the phases read and write.
struct Pass {
    sizes: Sizes,
    at: Layout,
    parts: Parts,
    places: Work,
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
            "work" => &self.work,
            "base" => &self.base,
            "state" => &self.state,
            "text" => &self.text,
            "inputs" => &self.inputs,
            "queries" => &self.queries,
            "scanned" => &self.scanned,
            "found" => &self.found,
            "d_read" => &self.d_read,
            other => unreachable!("no phase has a buffer {other}"),
        }
    }

    /// Runs a phase on so many lanes. `numbers`: the rest of its `Info`, behind the count of tokens.
    fn run(&self, phase: Phase, lanes: usize, numbers: &[usize]) {
        self.run_with(phase, lanes, numbers, &self.base);
    }

    fn run_with(&self, phase: Phase, lanes: usize, numbers: &[usize], matrices: &CubeTensor) {
        let mut words = [[0; 2]; PAIRS];
        let flat = words.as_flattened_mut();
        flat[0] = number(self.tokens);
        flat[1..=numbers.len()].iter_mut().zip(numbers).for_each(|(word, own)| *word = number(*own));
        let tensor = |name: &str| if name == "matrices" { matrices } else { self.buffer(name) };
        let kernel = Kernel { phase, sizes: self.sizes };
        launch(kernel, [APART, lanes], &phase.buffers(), tensor, info(words));
    }

    /// [t, i] · [i, o]
    fn product(&self, matrices: &CubeTensor, product: Product) {
        self.run_product(Phase::Product, matrices, product);
    }

    /// [t, i] · [o, i]ᵀ
    fn product_back(&self, matrices: &CubeTensor, product: Product) {
        self.run_product(Phase::ProductBack, matrices, product);
    }

    fn run_product(&self, phase: Phase, matrices: &CubeTensor, p: Product) {
        let lanes = self.tokens.div_ceil(TILE) * p.outer.div_ceil(TILE);
        self.run_with(phase, lanes, &[p.inner, p.outer, p.rows, p.matrix, p.start, p.out], matrices);
    }

    /// One lane for each number of each token's row of so many.
    const fn each(&self, width: usize) -> usize {
        self.tokens * width
    }

    fn norm(&self, x: usize, gain: usize) {
        self.run(Phase::Norm, self.each(SHARERS), &[x, gain, self.places.scratch.z]);
    }

    /// ∂x behind a norm, added to what there is of it at `start`, from ∂z.
    fn norm_back(&self, x: usize, gain: usize, start: usize) {
        let c = &self.places.scratch;
        self.run(Phase::NormBack, self.each(SHARERS), &[x, gain, c.dz, start, c.dx]);
    }

    fn block_at(&self, block: usize) -> usize {
        self.at.blocks + block * self.at.block
    }

    /// What the scan of a block is given; its maps and biases lie in the base.
    fn scan(&self, block: usize) -> (scan::Sizes, [CubeTensor; 5], Places) {
        let (s, from) = (&self.sizes, self.block_at(block));
        let sizes = scan::Sizes {
            rule: s.rule(),
            batch: 1,
            heads: s.heads,
            tokens: self.tokens,
            size: s.head_size(),
        };
        let [inputs, queries] = [&self.inputs, &self.queries].map(Clone::clone);
        let [maps, bias, state] = [&self.base, &self.base, &self.state].map(Clone::clone);
        let places =
            Places { maps: from + self.at.maps, bias: from + self.at.bias, state: block * s.mixer_state() };
        (sizes, [inputs, queries, maps, bias, state], places)
    }

    /// The block's mixer up to where it needs the tokens before.
    fn ask(&self, block: usize) {
        let (d, from, at) = (self.sizes.width, self.block_at(block), &self.at);
        let (b, c) = (&self.places.blocks[block], &self.places.scratch);
        self.norm(b.x, from);
        let product = |matrix: usize, outer: usize, out: usize| {
            let product = Product { rows: c.z, inner: d, outer, matrix: from + matrix, start: NONE, out };
            self.product(&self.base, product);
        };
        product(at.gate, d, b.gate);
        product(at.input, 2 * d, c.projected);
        let tail = block * self.sizes.mixer_state() + self.sizes.heads * self.sizes.head_size().pow(2);
        let numbers =
            [c.projected, b.before_silu, c.after_silu, from + at.convolution, tail, self.parts.state + tail];
        self.run(Phase::Convolve, self.tokens.max(TAPS - 1) * 2 * d, &numbers);
        self.run(Phase::Ask, self.each(d), &[c.after_silu]);
    }

    /// From the scan's reads through the mixer's output.
    fn mix(&self, block: usize) {
        let (s, d, from, at) = (&self.sizes, self.sizes.width, self.block_at(block), &self.at);
        let (b, c) = (&self.places.blocks[block], &self.places.scratch);
        let gains = s.heads * s.head_size().pow(2);
        let next = self.parts.state + block * s.mixer_state();
        self.run(Phase::Heard, self.each(d).max(gains), &[from + at.reader, b.read, next]);
        self.run(Phase::Gated, self.each(d), &[b.read, b.gate, c.mixed, c.input]);
        let product = |rows: usize, matrix: usize, start: usize, out: usize| {
            let product = Product { rows, inner: d, outer: d, matrix: from + matrix, start, out };
            self.product(&self.base, product);
        };
        product(c.input, at.skip, c.mixed, c.mixed);
        product(c.mixed, at.output, b.x, b.levels[0]);
    }

    /// A level: its MLP and, in a block that remembers, its plastic weights.
    fn level(&self, block: usize, l: usize) {
        let (s, d, u, m) = (&self.sizes, self.sizes.width, self.sizes.units, self.sizes.hidden);
        let (b, c, at) = (&self.places.blocks[block], &self.places.scratch, &self.at);
        let level = self.block_at(block) + at.levels + l * at.level;
        self.norm(b.levels[l], level);
        self.product(&self.base, Product::new(c.z, d, m, level + at.up, NONE, b.hidden[l]));
        let mut so_far = b.levels[l];
        if let Some(place) = s.place(block) {
            let row = place * LEVELS + l;
            let plastic = at.plastic + row * at.plastic_level;
            self.product(&self.base, Product::new(c.z, d, u, plastic, NONE, b.raw[l]));
            let part = |from: usize, width: usize| from + row * self.tokens * width;
            let numbers = [
                b.raw[l],
                c.z,
                plastic + at.write,
                plastic + at.close,
                c.key,
                part(self.parts.key, u),
                part(self.parts.strength, 1),
                part(self.parts.closing, 1),
            ];
            self.run(Phase::Key, self.each(SHARERS), &numbers);
            if let Some(shield) = s.shield(place, l).filter(|_| s.familiarity) {
                self.product(&self.memory, Product::new(c.key, u, u, shield, NONE, c.left));
                let told = at.familiarity + row * m;
                self.run(Phase::Tell, self.each(m), &[c.key, c.left, b.hidden[l], told]);
            }
            self.product(&self.memory, Product::new(c.key, u, d, row * u * d, so_far, b.levels[l + 1]));
            so_far = b.levels[l + 1];
        }
        self.run(Phase::Gelu, self.each(m), &[b.hidden[l], c.active]);
        self.product(&self.base, Product::new(c.active, m, d, level + at.down, so_far, b.levels[l + 1]));
    }

    /// The surprise, and ∂ of what the last block gave.
    fn head(&self) {
        let (d, v) = (self.sizes.width, self.sizes.vocabulary);
        let c = &self.places.scratch;
        let Some(x) = self.places.blocks.last().map(|block| block.levels[LEVELS]) else { return };
        self.norm(x, self.at.norm);
        let logits = Product { rows: c.z, inner: d, outer: v, matrix: 0, start: NONE, out: c.logits };
        self.product_back(&self.base, logits);
        self.run(Phase::Mass, self.each(SHARERS), &[c.logits, c.parts]);
        self.run(Phase::Surprise, self.each(SHARERS), &[c.logits, c.parts]);
        let back = Product { rows: c.logits, inner: v, outer: d, matrix: 0, start: NONE, out: c.dz };
        self.product(&self.base, back);
        self.norm_back(x, self.at.norm, NONE);
    }

    /// Back through a level of a block that remembers.
    fn level_back(&self, block: usize, place: usize, l: usize) {
        let (d, u, m) = (self.sizes.width, self.sizes.units, self.sizes.hidden);
        let (b, c, at) = (&self.places.blocks[block], &self.places.scratch, &self.at);
        let (level, row) = (self.block_at(block) + at.levels + l * at.level, place * LEVELS + l);
        let plastic = at.plastic + row * at.plastic_level;
        let part = |from: usize, width: usize| from + row * self.tokens * width;
        self.run(
            Phase::Delta,
            self.each(SHARERS),
            &[c.dx, part(self.parts.length, 1), part(self.parts.delta, d)],
        );
        self.product_back(&self.base, Product::new(c.dx, d, m, level + at.down, NONE, c.d_hidden));
        self.product_back(&self.memory, Product::new(c.dx, d, u, row * u * d, NONE, c.d_key));
        let numbers = [b.hidden[l], c.d_hidden, b.raw[l], c.d_key, c.d_raw];
        self.run(Phase::Inwards, self.each(SHARERS), &numbers);
        self.product_back(&self.base, Product::new(c.d_hidden, m, d, level + at.up, NONE, c.dz));
        self.product_back(&self.base, Product::new(c.d_raw, u, d, plastic, c.dz, c.dz));
        self.norm_back(b.levels[l], level, c.dx);
    }

    /// Back through a mixer's output: ∂ of what its scan gave.
    fn mix_back(&self, block: usize) {
        let (s, d, from, at) = (&self.sizes, self.sizes.width, self.block_at(block), &self.at);
        let (b, c) = (&self.places.blocks[block], &self.places.scratch);
        let product = |rows: usize, matrix: usize, out: usize| {
            let product = Product { rows, inner: d, outer: d, matrix: from + matrix, start: NONE, out };
            self.product_back(&self.base, product);
        };
        product(c.dx, at.output, c.d_mixed);
        self.run(Phase::GatedBack, self.each(d), &[b.read, b.gate, c.d_mixed, c.d_gate, c.d_unit]);
        product(c.d_mixed, at.skip, c.d_skip);
        let lanes = self.each(d).max(s.heads * s.head_size().pow(2));
        self.run(Phase::HeardBack, lanes, &[from + at.reader, b.read, c.d_unit]);
    }

    /// Out of a block by way of what its scan gives back.
    fn leave(&self, block: usize) {
        let (d, from, at) = (self.sizes.width, self.block_at(block), &self.at);
        let (b, c) = (&self.places.blocks[block], &self.places.scratch);
        let numbers = [b.before_silu, c.d_skip, from + at.convolution, c.d_projected];
        self.run(Phase::Leave, self.each(2 * d), &numbers);
        let product = |rows: usize, inner: usize, matrix: usize, start: usize| {
            let product = Product { rows, inner, outer: d, matrix: from + matrix, start, out: c.dz };
            self.product_back(&self.base, product);
        };
        product(c.d_projected, 2 * d, at.input, NONE);
        product(c.d_gate, d, at.gate, c.dz);
        self.norm_back(b.x, from, c.dx);
    }

    fn all(&mut self) {
        let s = self.sizes;
        self.run(Phase::Embed, self.each(s.width), &[self.places.blocks[0].x]);
        // The backward needs what its block's scan was given.
        let mut scans = Vec::with_capacity(s.blocks);
        for block in 0..s.blocks {
            if block > 0 {
                [self.inputs, self.queries] = [(); 2].map(|()| output(&self.base, self.inputs.shape()));
            }
            self.ask(block);
            let (sizes, inputs, places) = self.scan(block);
            self.scanned = forward(&sizes, inputs.clone(), places);
            scans.push((sizes, inputs, places));
            self.mix(block);
            for l in 0..LEVELS {
                self.level(block, l);
            }
        }
        self.head();
        for block in (s.fixed..s.blocks).rev() {
            for l in (0..LEVELS).rev() {
                self.level_back(block, block - s.fixed, l);
            }
            // Before the first block that remembers there is nobody to teach.
            let Some((sizes, inputs, places)) = scans.pop().filter(|_| block > s.fixed) else { break };
            self.mix_back(block);
            self.scanned = backward(&sizes, inputs, self.d_read.clone(), places);
            self.leave(block);
        }
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
        assert!(sizes.fit(), "inner pass: {sizes:?} is no size of a model for one person");
        let tokens = text.shape()[1];
        let counts = [sizes.layout().total, sizes.memory(), sizes.state()];
        for (tensor, count) in [&base, &memory, &state, &text].into_iter().zip(counts) {
            assert_eq!(tensor.shape().num_elements(), count, "inner pass: an input does not fit the sizes");
            assert_eq!(tensor.dtype(), DType::F32, "inner pass computes in f32 on this device");
        }
        let [base, memory, state, text] = [base, memory, state, text].map(into_contiguous);
        let room = |count: usize| output(&base, Shape::new([count]));
        let (places, parts) = (Work::new(&sizes, tokens), Parts::new(&sizes, tokens));
        let mut pass = Pass {
            sizes,
            at: sizes.layout(),
            tokens,
            work: room(places.total),
            inputs: room(tokens * sizes.width),
            queries: room(tokens * sizes.width),
            scanned: room(1),
            found: room(parts.total),
            d_read: room(sizes.heads * forward_rows(tokens, sizes.head_size()) * sizes.head_size()),
            places,
            parts,
            base,
            memory,
            state,
            text,
        };
        pass.all();
        pass.found
    }
}
