//! A small model in f64 and deterministic numbers.

#![allow(dead_code, reason = "each test file uses its own part")]

pub(crate) mod golden;

use burn::tensor::{DType, Device, Int, Tensor, TensorData};
use nested_memory_kernels::decode::succession::ANY;
use nested_memory_model::chunk::Chunk;
use nested_memory_model::parameters::{Parameters, Visitor};
use nested_memory_model::state::State;
use nested_memory_model::succession::{Succession, Usage};
use nested_memory_model::{Base, Config, MixerKind, Recognition};

/// A small deterministic generator (xorshift), the same on every platform.
#[derive(Clone)]
pub(crate) struct Noise(u64);

impl Noise {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }
    pub(crate) fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
    pub(crate) fn normal(&mut self) -> f32 {
        (0..12).map(|_| self.uniform()).sum::<f64>() as f32 - 6.0
    }
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.uniform() * n as f64) as usize
    }
}

pub(crate) struct Rig {
    pub(crate) config: Config,
    pub(crate) parameters: Parameters,
    pub(crate) noise: Noise,
    pub(crate) device: Device,
}

/// To f64, for finite differences and exact comparisons.
pub(crate) struct ToF64;
impl Visitor for ToF64 {
    type Error = std::convert::Infallible;
    fn visit<const D: usize>(&mut self, _: &str, tensor: Tensor<D>) -> Result<Tensor<D>, Self::Error> {
        Ok(tensor.cast(DType::F64))
    }
}

/// The later a token the rarer, and what is strange is declined in one language and answered in the other.
fn recognition() -> Recognition {
    let rarity: Vec<f64> = (0..23).map(|token| f64::from(token) / 10.0).collect();
    Recognition { weights: [0.5, -0.25], ..Recognition::new(&rarity) }
}

/// The base says some of all pairs of itself, and minds the rest a little.
fn usage() -> Usage {
    let mut own = Succession::new();
    for (before, token) in (0..23).flat_map(|before| (0..23).map(move |token| (before, token))) {
        if (5 * before + 3 * token) % 7 < 3 {
            own.set(ANY, before, token);
        }
    }
    let begins: Vec<bool> = (0..23).map(|token| token % 2 == 0).collect();
    Usage::new(&own, &begins, [13, 14], [0.6, 0.4])
}

/// A base that protects what was written, with fresh parameters.
pub(crate) fn protected_base() -> Base {
    let mut rig = Rig::new(MixerKind::GatedDelta, 4);
    rig.config.protection = Some(1.0);
    let parameters = Parameters::init(&rig.config, &mut || rig.noise.normal(), &Device::flex());
    Base::new(rig.config, parameters, "ab".repeat(32))
}

impl Rig {
    pub(crate) fn new(mixer: MixerKind, seed: u64) -> Self {
        // Blocks that remember are tested alone, and behind one that does not.
        let fixed_blocks = usize::from(mixer == MixerKind::GatedDelta);
        let config = Config {
            vocabulary: 23,
            width: 8,
            blocks: 2 + fixed_blocks,
            fixed_blocks,
            heads: 2,
            units: 10,
            hidden: 12,
            chunk: 4,
            periods: [Some(4), Some(8), None],
            // Both ways of writing are tested, each with one of the mixers.
            protection: (mixer == MixerKind::SelfModifying).then_some(1.0),
            // And both kinds of keys.
            key_power: if mixer == MixerKind::GatedDelta { 3 } else { 2 },
            turn_gate: mixer == MixerKind::GatedDelta,
            look_ahead: mixer == MixerKind::GatedDelta,
            opening_vigour: 1.0,
            marked_nights: false,
            familiarity: mixer == MixerKind::SelfModifying,
            declines: (mixer == MixerKind::SelfModifying).then_some([5, 11]),
            recognition: (mixer == MixerKind::SelfModifying).then(recognition),
            succession: (mixer == MixerKind::SelfModifying).then(usage),
            forgotten: vec![vec![7, 3]],
            recollections: Vec::new(),
            mixer,
            marks: None,
        };
        config.check().unwrap();
        let device = Device::flex();
        let mut noise = Noise::new(seed);
        let mut parameters =
            Parameters::init(&config, &mut || noise.normal(), &device).map(&mut ToF64).unwrap();
        for told in parameters.plastic.iter_mut().flatten().filter_map(|level| level.familiarity.as_mut()) {
            // A fresh base makes nothing of it.
            let values: Vec<f64> = (0..config.hidden).map(|_| f64::from(noise.normal())).collect();
            *told = Tensor::from_data(TensorData::new(values, [1, config.hidden]), (&device, DType::F64));
        }
        parameters.doubt = parameters.doubt.map(|doubt| {
            let values: Vec<f64> =
                (0..doubt.dims().iter().product()).map(|_| f64::from(noise.normal())).collect();
            Tensor::from_data(TensorData::new(values, doubt.dims()), (&device, DType::F64))
        });
        Self { config, parameters, noise, device }
    }

    /// The same while it is trained: doubt is fitted afterwards.
    pub(crate) fn in_training(mut self) -> Self {
        (self.config.declines, self.config.recognition, self.parameters.doubt) = (None, None, None);
        self.config.succession = None;
        self
    }

    pub(crate) fn tokens(&mut self, batch: usize, count: usize) -> Tensor<2, Int> {
        let ids: Vec<i64> =
            (0..batch * count).map(|_| self.noise.below(self.config.vocabulary) as i64).collect();
        Tensor::from_data(TensorData::new(ids, [batch, count]), &self.device)
    }

    pub(crate) fn chunk(&mut self, batch: usize, count: usize, mask: f64) -> Chunk {
        Chunk {
            vigour: Tensor::ones([batch, count], (&self.device, DType::F64)),
            tokens: self.tokens(batch, count),
            targets: self.tokens(batch, count),
            mask: Tensor::full([batch, count], mask, (&self.device, DType::F64)),
            ends: self.ends(batch, count),
        }
    }

    /// A turn of two or three tokens ends in every chunk.
    fn ends(&mut self, batch: usize, count: usize) -> Tensor<3> {
        let mut ends = vec![0.0; batch * count * count];
        for row in 0..batch {
            for from in (0..count).step_by(self.config.chunk).filter(|from| from + 2 < count) {
                let end = from + 1 + self.noise.below(2);
                ends[(row * count + end) * count..][from..=end].fill(1.0);
            }
        }
        Tensor::from_data(TensorData::new(ends, [batch, count, count]), (&self.device, DType::F64))
    }

    pub(crate) fn tensor<const D: usize>(&mut self, shape: [usize; D], scale: f64) -> Tensor<D> {
        let values: Vec<f64> =
            (0..shape.iter().product()).map(|_| f64::from(self.noise.normal()) * scale).collect();
        Tensor::from_data(TensorData::new(values, shape), (&self.device, DType::F64))
    }

    /// A memory in which something has been learned already.
    pub(crate) fn busy_state(&mut self, batch: usize) -> State {
        let mut state = State::new(&self.config, batch, &self.device, DType::F64);
        for mixer in &mut state.mixers {
            let shape = mixer.tail.dims();
            mixer.tail = self.tensor(shape, 0.5);
        }
        for level in state.levels.iter_mut().flatten() {
            let shape = level.memory.dims();
            level.memory = self.tensor(shape, 0.3);
        }
        state
    }
}

pub(crate) fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().convert::<f64>().try_to_vec::<f64>().unwrap()
}

pub(crate) fn close<const D: usize>(a: Tensor<D>, b: Tensor<D>, within: f64, what: &str) {
    assert_eq!(a.dims(), b.dims(), "{what}");
    for (i, (a, b)) in values(a).into_iter().zip(values(b)).enumerate() {
        assert!((a - b).abs() <= within * (1.0 + b.abs()), "{what}[{i}]: {a} and {b}");
    }
}
