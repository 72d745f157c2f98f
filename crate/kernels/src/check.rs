//! Whether a device computes what the CPU computes: every fused operation on both, on inputs that are the same
//! everywhere. The page asks this of the visitor's GPU, the tests of whatever adapter there is.

use crate::decode::succession::{BITS, NUMBERS};
use crate::decode::{Declining, Order, Sampling, Task, decode};
use crate::inner_pass::{Found, Parts, Text, inner_pass};
use crate::matrix_product::MatrixProduct;
use crate::mixer_scan::cpu::{HEAD_SIZES, forward_rows};
use crate::mixer_scan::{MixerScanBackend, Rule};
use crate::model::{LANES, Sizes};
use crate::row_map::{Map, row_map, row_map_backward};
use crate::shield::absorb;
use crate::update::update;
use crate::write::{Manner, write};
use burn::backend::Dispatch;
use burn::tensor::{DType, Device, Tensor, TensorData};

/// How far a device is from the CPU.
///
/// A difference is |a − b| / (1 + |b|), where b is the CPU's: absolute for small numbers, relative for large ones.
/// It is infinite where either number is not finite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// The largest difference of a value.
    pub forward: f32,
    /// The largest difference of a gradient.
    pub backward: f32,
    /// How many sets of inputs were compared.
    pub cases: usize,
}

/// The tokens of the cases: one, a few, a whole stretch of the backward, and just more than one.
const TOKENS: [usize; 4] = [1, 7, 32, 33];

/// Sequences and heads of the cases.
const LAYOUTS: [(usize, usize); 4] = [(1, 1), (2, 3), (1, 2), (2, 1)];

/// Runs every fused operation on `device` and on the CPU, forwards and backwards.
///
/// # Errors
/// When the device's numbers cannot be read.
pub async fn agreement(device: &Device) -> Result<Agreement, String> {
    let cpu = Device::flex();
    let mut found = Agreement { forward: 0.0, backward: 0.0, cases: 0 };
    for map in Map::ALL {
        for (seed, shape) in [[1, 1, 5], [2, 3, 64], [1, 32, 257]].into_iter().enumerate() {
            let case = RowCase { map, shape, seed };
            found.forward = found.forward.max(difference(case.forward(device), case.forward(&cpu)).await?);
            found.backward =
                found.backward.max(difference(case.backward(device), case.backward(&cpu)).await?);
            found.cases += 1;
        }
    }
    for (seed, shape) in
        [[1, 1, 1, 5, 1], [1, 3, 7, 33, 6], [3, 1, 9, 64, 130], [2, 2, 1, 256, 128]].into_iter().enumerate()
    {
        let of = |device: &Device| products(shape, 130 + seed, device);
        found.forward = found.forward.max(difference(of(device), of(&cpu)).await?);
        found.cases += 1;
    }
    for (seed, [batch, tokens, units]) in
        [[1, 1, 5], [2, 7, 64], [1, 32, 256], [1, 70, 300]].into_iter().enumerate()
    {
        let after = |device: &Device| shields([batch, tokens, units], 40 + seed, device);
        found.forward = found.forward.max(difference(after(device), after(&cpu)).await?);
        found.cases += 1;
    }
    for (seed, shape) in [[1, 1, 5], [2, 40, 33], [3, 256, 128]].into_iter().enumerate() {
        let after = |device: &Device| {
            let [memory, pending] = [50, 60].map(|of| noise(shape, 0.5, of + seed, device));
            let (after, lengths) = update(memory, pending, noise([shape[0]], 3.0, 70 + seed, device));
            Tensor::cat(vec![after.reshape([-1]), lengths.reshape([-1])], 0)
        };
        found.forward = found.forward.max(difference(after(device), after(&cpu)).await?);
        found.cases += 1;
    }
    for (seed, sizes) in SPEAKERS.into_iter().enumerate() {
        let case = SpeechCase { sizes, seed };
        for sampling in WAYS {
            let (mine, twin) = (case.forward(sampling, device), case.forward(sampling, &cpu));
            found.forward = found.forward.max(difference(mine, twin).await?);
        }
        for tokens in [1, 7, 32] {
            let (mine, twin) = (case.learned(tokens, device), case.learned(tokens, &cpu));
            found.backward = found.backward.max(difference(mine, twin).await?);
        }
        for (tokens, turn) in [(1, None), (7, Some(0)), (33, Some(11)), (32, None)] {
            let (mine, twin) = (case.written(tokens, turn, device), case.written(tokens, turn, &cpu));
            found.forward = found.forward.max(difference(mine, twin).await?);
        }
        found.cases += 7 + WAYS.len();
    }
    for size in HEAD_SIZES {
        for tokens in TOKENS {
            for rule in [Rule::SelfModifying, Rule::GatedDelta] {
                let (batch, heads) = LAYOUTS[(found.cases / 2 + rule.code()) % LAYOUTS.len()];
                let case = ScanCase { rule, batch, heads, tokens, size };
                let forward = difference(case.forward(device), case.forward(&cpu)).await?;
                let backward = difference(case.backward(device), case.backward(&cpu)).await?;
                found.forward = found.forward.max(forward);
                found.backward = found.backward.max(backward);
                found.cases += 1;
            }
        }
    }
    Ok(found)
}

/// Models that speak: both rules, both kinds of keys, widths that fill a workgroup and that do not, more heads than go at once,
/// blocks that remember nothing, levels that are told how familiar a key is, and bases that doubt.
const SPEAKERS: [Sizes; 4] = [
    Sizes {
        rule: 0,
        key: Map::Sharp,
        width: 96,
        heads: 3,
        blocks: 2,
        fixed: 0,
        units: 40,
        hidden: 24,
        vocabulary: 300,
        familiarity: false,
        doubt: false,
        shields: false,
        lanes: LANES,
    },
    Sizes {
        rule: 1,
        key: Map::Sharp,
        width: 32,
        heads: 1,
        blocks: 1,
        fixed: 0,
        units: 300,
        hidden: 7,
        vocabulary: 33,
        familiarity: true,
        doubt: true,
        shields: true,
        lanes: 64,
    },
    Sizes {
        rule: 0,
        key: Map::Key,
        width: 256,
        heads: 8,
        blocks: 1,
        fixed: 0,
        units: 16,
        hidden: 16,
        vocabulary: 60,
        familiarity: false,
        doubt: true,
        shields: true,
        lanes: LANES,
    },
    Sizes {
        rule: 1,
        key: Map::Sharp,
        width: 64,
        heads: 2,
        blocks: 3,
        fixed: 1,
        units: 40,
        hidden: 24,
        vocabulary: 70,
        familiarity: true,
        doubt: false,
        shields: true,
        lanes: 64,
    },
];

/// The likeliest token, and draws: from all tokens and from the likeliest seven.
const WAYS: [Sampling; 3] = [
    Sampling::GREEDY,
    Sampling { temperature: 0.8, top: 0, seed: 3 },
    Sampling { temperature: 1.5, top: 7, seed: u32::MAX },
];

struct SpeechCase {
    sizes: Sizes,
    seed: usize,
}

impl SpeechCase {
    /// Tokens and probabilities.
    fn forward(&self, sampling: Sampling, device: &Device) -> Tensor<1> {
        let &Self { sizes, seed } = self;
        let unit = (3.0 / sizes.width as f64).sqrt();
        let part = |count, scale, seed| noise([count], scale, seed, device);
        let prompt = Tensor::from_data(TensorData::new(vec![5_f32, 31.0, 7.0], [3]), (device, DType::F32));
        let forbidden = [0, 1, u32::MAX, u32::MAX];
        let declines = Some([Declining { token: 4, given: 0.3 }, Declining { token: 30, given: -0.2 }]);
        // Half of all bits, so that what is free and what is not is mixed.
        let order =
            (seed != 2).then_some(Order { untold: 0.7, unended: 0.4, stops: [9, 10], begin: 7, end: 2 });
        let bits = noise([NUMBERS], f64::from(1 << (BITS - 1)), 40 + seed, device).abs().floor();
        let task = Task { sizes, most: 6, end: 2, forbidden, declines, order, sampling, place: 99 };
        let base = part(sizes.layout().total, unit, 50 + seed);
        decode(
            base,
            part(sizes.memory(), 0.5, 60 + seed),
            part(sizes.state(), 0.5 * unit, 70 + seed),
            prompt,
            bits,
            task,
        )
    }

    /// A chunk through the model and back, everything that is found.
    fn learned(&self, tokens: usize, device: &Device) -> Tensor<1> {
        let &Self { sizes, seed } = self;
        let unit = (3.0 / sizes.width as f64).sqrt();
        let part = |count, scale, seed| noise([count], scale, seed, device);
        let ids = |of: usize| (0..tokens).map(move |t| ((t * of) % 33) as f32);
        let text = ids(7).chain(ids(11)).chain((0..tokens).map(|t| f32::from(u8::from(t % 3 > 0)))).collect();
        let text = Tensor::from_data(TensorData::new::<f32, _>(text, [3, tokens]), (device, DType::F32));
        let base = part(sizes.layout().total, unit, 50 + seed);
        let (memory, state) =
            (part(sizes.memory(), 0.5, 60 + seed), part(sizes.state(), 0.5 * unit, 70 + seed));
        inner_pass(base, memory, state, Text(text), sizes).packed
    }

    /// What a passage leaves in the levels, with and without all that a base may have.
    fn written(&self, tokens: usize, turn: Option<usize>, device: &Device) -> Tensor<1> {
        let &Self { sizes, seed } = self;
        let (levels, units) = (sizes.plastic_levels(), sizes.units);
        let part = |count, scale, seed| noise([count], scale, seed, device);
        let at = Parts::new(&sizes, tokens);
        // Gates, lengths and keys are not negative.
        let (gates, rest) = (part(at.delta, 0.3, 80 + seed).abs(), part(at.total - at.delta, 0.3, 90 + seed));
        let found = Found { packed: Tensor::cat(vec![gates, rest], 0), sizes, tokens };
        let lessons = (0..3 * tokens).map(|t| f32::from(u8::from(t % 3 > 0))).collect();
        let text =
            Text(Tensor::from_data(TensorData::new::<f32, _>(lessons, [3, tokens]), (device, DType::F32)));
        let shields = (seed != 1).then(|| shields([sizes.lasting(), 5, units], 100 + seed, device));
        let ahead = (seed != 2).then(|| part(levels * (units + 1), 1.0, 110 + seed));
        let manner = Manner {
            sizes,
            turn,
            turn_gate: seed != 3,
            look_ahead: ahead.is_some(),
            protection: shields.as_ref().map(|_| 1.5),
            longest: 2.0,
            vigour: 0.7,
        };
        let pending = noise([levels, units, sizes.width], 0.5, 120 + seed, device);
        let written = write(&found, &text, ahead, shields, pending, manner);
        let taken = written.taken.map(|taken| taken.reshape([-1]));
        let parts = [written.pending.reshape([-1]), written.weight.reshape([-1])];
        Tensor::cat(parts.into_iter().chain(taken).collect(), 0)
    }
}

/// Products and their rows' sums: of `lefts` with `rights` matrices, of which one is repeated if there are fewer.
fn products([lefts, rights, rows, inner, columns]: [usize; 5], seed: usize, device: &Device) -> Tensor<3> {
    let unit = (3.0 / inner as f64).sqrt();
    let left = noise([lefts, rows, inner], 1.0, seed, device);
    let product = left.product(noise([rights, inner, columns], unit, seed + 1, device));
    Tensor::cat(vec![product.clone().row_sums(), product], 2)
}

/// What so many keys leave of some blank shields.
fn shields([batch, tokens, units]: [usize; 3], seed: usize, device: &Device) -> Tensor<3> {
    let eye = Tensor::<2>::eye(units, device).unsqueeze::<3>().repeat(&[batch, 1, 1]);
    absorb(eye, noise([batch, tokens, units], 2.0 / (units as f64).sqrt(), seed, device))
}

struct RowCase {
    map: Map,
    shape: [usize; 3],
    seed: usize,
}

impl RowCase {
    fn forward(&self, device: &Device) -> Tensor<3> {
        row_map(self.map, noise(self.shape, 6.0, 20 + self.seed, device))
    }

    fn backward(&self, device: &Device) -> Tensor<3> {
        let dy = noise(self.shape, 1.0, 30 + self.seed, device);
        row_map_backward(self.map, noise(self.shape, 6.0, 20 + self.seed, device), dy)
    }
}

struct ScanCase {
    rule: Rule,
    batch: usize,
    heads: usize,
    tokens: usize,
    size: usize,
}

impl ScanCase {
    /// Moderate inputs: projections and gain of about unit length whatever the head size, as after training.
    fn inputs(&self, device: &Device) -> (Tensor<4>, Tensor<4>, Tensor<3>, Tensor<2>, Tensor<4>) {
        let &Self { batch, heads, tokens, size, .. } = self;
        let unit = (3.0 / size as f64).sqrt();
        (
            noise([batch, heads, tokens, size], 1.0, 1, device),
            noise([batch, heads, tokens, size], unit, 2, device),
            noise([heads, 2 * size + 2, size], unit, 3, device),
            noise([heads, 2], 2.0, 4, device),
            noise([batch, heads, size, size], 0.5 * unit, 5, device),
        )
    }

    /// The packed output.
    fn forward(&self, device: &Device) -> Tensor<4> {
        let (input, query, maps, bias, state) = self.inputs(device);
        Tensor::from_dispatch(Dispatch::mixer_scan(
            input.into_dispatch(),
            query.into_dispatch(),
            maps.into_dispatch(),
            bias.into_dispatch(),
            state.into_dispatch(),
            self.rule.code(),
        ))
    }

    /// The packed gradients, given some for reads and final gain.
    fn backward(&self, device: &Device) -> Tensor<4> {
        let (input, query, maps, bias, state) = self.inputs(device);
        let rows = forward_rows(self.tokens, self.size);
        let gradient = noise([self.batch, self.heads, rows, self.size], 1.0, 6, device);
        Tensor::from_dispatch(Dispatch::mixer_scan_backward(
            input.into_dispatch(),
            query.into_dispatch(),
            maps.into_dispatch(),
            bias.into_dispatch(),
            state.into_dispatch(),
            gradient.into_dispatch(),
            self.rule.code(),
        ))
    }
}

/// Numbers in (−scale, scale), the same on every platform.
#[expect(clippy::cast_possible_truncation, reason = "test inputs, rounded once")]
fn noise<const D: usize>(shape: [usize; D], scale: f64, seed: usize, device: &Device) -> Tensor<D> {
    let mut state = (seed as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let values: Vec<f32> = (0..shape.iter().product())
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let unit = (state >> 11) as f64 / (1_u64 << 53) as f64;
            (scale * (2.0 * unit - 1.0)) as f32
        })
        .collect();
    Tensor::from_data(TensorData::new(values, shape), (device, DType::F32))
}

async fn numbers<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, String> {
    let data =
        tensor.into_data_async().await.map_err(|error| format!("the numbers could not be read: {error}"))?;
    data.try_to_vec::<f32>().map_err(|error| format!("the numbers are of another type: {error:?}"))
}

async fn difference<const D: usize>(of: Tensor<D>, from: Tensor<D>) -> Result<f32, String> {
    let (of, from) = (numbers(of).await?, numbers(from).await?);
    if of.len() != from.len() {
        return Err(format!("{} numbers, not {}", of.len(), from.len()));
    }
    let difference = |(a, b): (&f32, &f32)| {
        if a.is_finite() && b.is_finite() { (a - b).abs() / (1.0 + b.abs()) } else { f32::INFINITY }
    };
    Ok(of.iter().zip(&from).map(difference).fold(0.0, f32::max))
}
