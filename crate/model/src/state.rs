//! The tensors of a memory, for one user or for a batch of them: nothing is ever shared over the batch.

use crate::config::{Config, LEVELS, LevelName, MixerKind};
use crate::parameters::CONVOLUTION;
use crate::shield;
use burn::tensor::{DType, Device, Tensor};
use nested_memory_kernels::matrix_product::MatrixProduct;

/// What the copies of a memory lack that are asked where a fact lives: nothing, slow, mid, both ([`State::without`]).
pub const PROBED: [&[LevelName]; 4] =
    [&[], &[LevelName::Slow], &[LevelName::Mid], &[LevelName::Mid, LevelName::Slow]];

/// One level of a block that remembers. `b` users, `u` units, `d` width.
#[derive(Debug, Clone)]
pub struct LevelState {
    /// The plastic weights D: `[b, u, d]`.
    pub memory: Tensor<3>,
    /// The pending sum A: `[b, u, d]`.
    pub pending: Tensor<3>,
    /// The directions of key space that are free, P: `[b, u, u]`; see [`crate::shield`]. `None` where writes are not
    /// directed: in the fast level, which is wiped before it is full, and without [`Config::protection`].
    pub shield: Option<Tensor<3>>,
}

/// The mixer of one block, as it stands at the start of the pending chunk.
#[derive(Debug, Clone)]
pub struct MixerState {
    /// The gain P of each head: `[b, h, n, n]`.
    pub gain: Tensor<4>,
    /// The last three projections, for the convolution: `[b, 3, 2d]`.
    pub tail: Tensor<3>,
}

/// The whole model's.
#[derive(Debug, Clone)]
pub struct State {
    /// The mixers, block by block.
    pub mixers: Vec<MixerState>,
    /// The levels, fast to slow, of the blocks that remember ([`Config::remembering`]), one after the other.
    pub levels: Vec<[LevelState; LEVELS]>,
}

impl MixerState {
    /// As a conversation starts: P = I for the self-modifying mixer, S = 0 for the gated delta rule.
    #[must_use]
    pub fn new(config: &Config, batch: usize, device: &Device, dtype: DType) -> Self {
        let (h, n) = (config.heads, config.head_size());
        let gain = match config.mixer {
            MixerKind::SelfModifying => {
                Tensor::<2>::eye(n, device).cast(dtype).reshape([1, 1, n, n]).repeat(&[batch, h, 1, 1])
            }
            MixerKind::GatedDelta => Tensor::zeros([batch, h, n, n], (device, dtype)),
        };
        Self { gain, tail: Tensor::zeros([batch, CONVOLUTION - 1, 2 * config.width], (device, dtype)) }
    }
}

impl LevelState {
    /// Nothing learned.
    #[must_use]
    pub fn new(config: &Config, name: LevelName, batch: usize, device: &Device, dtype: DType) -> Self {
        let zeros = Tensor::zeros([batch, config.units, config.width], (device, dtype));
        let protected = config.protection.is_some() && name != LevelName::Fast;
        let shield = protected.then(|| shield::open(batch, config.units, device, dtype));
        Self { memory: zeros.clone(), pending: zeros, shield }
    }

    /// D ← D + η A; A ← 0. `rate` is η: `[1]`.
    #[must_use]
    pub fn update(self, rate: &Tensor<1>) -> Self {
        let change = self.pending.clone() * rate.clone().unsqueeze::<3>();
        Self { memory: self.memory + change, pending: self.pending.zeros_like(), shield: self.shield }
    }
}

impl LevelState {
    /// How much is found under keys, n of [`crate::doubt`]: how familiar they are to a lasting level, how much the fast one reads.
    /// `[b, t, u]` → `[b, t, 1]`.
    pub(crate) fn found(&self, key: &Tensor<3>) -> Tensor<3> {
        match &self.shield {
            Some(shield) => shield::familiarity(key, key.clone().product(shield.clone())),
            None => key.clone().product(self.memory.clone()).square().row_sums().sqrt(),
        }
    }
}

impl State {
    /// The levels once for each of so many texts that begin a conversation; of one user's state.
    pub(crate) fn for_each_of(&self, config: &Config, texts: usize) -> Self {
        let mut state = self.clone().wipe_mixers(config);
        let many = |of: &Tensor<3>| of.clone().repeat(&[texts, 1, 1]);
        for mixer in &mut state.mixers {
            mixer.gain = mixer.gain.clone().repeat(&[texts, 1, 1, 1]);
            mixer.tail = many(&mixer.tail);
        }
        for level in state.levels.iter_mut().flatten() {
            (level.memory, level.pending) = (many(&level.memory), many(&level.pending));
            level.shield = level.shield.as_ref().map(many);
        }
        state
    }

    /// A memory that knows nothing.
    #[must_use]
    pub fn new(config: &Config, batch: usize, device: &Device, dtype: DType) -> Self {
        let mixer = || MixerState::new(config, batch, device, dtype);
        let levels = || LevelName::ALL.map(|name| LevelState::new(config, name, batch, device, dtype));
        Self {
            mixers: std::iter::repeat_with(mixer).take(config.blocks).collect(),
            levels: std::iter::repeat_with(levels).take(config.remembering()).collect(),
        }
    }

    /// The same with levels that hold nothing, are about to hold nothing, and to which no key is familiar.
    #[must_use]
    pub fn without(mut self, names: &[LevelName]) -> Self {
        for levels in &mut self.levels {
            for name in names {
                let level = &mut levels[name.index()];
                level.memory = level.memory.zeros_like();
                level.pending = level.pending.zeros_like();
                // Nor is any key familiar to a level that is not there.
                level.shield = level.shield.take().map(|shield| {
                    let [batch, units, _] = shield.dims();
                    shield::open(batch, units, &shield.device(), shield.dtype())
                });
            }
        }
        self
    }

    /// What ending a conversation wipes: the mixer's state and the fast level.
    #[must_use]
    pub fn wipe(self, config: &Config) -> Self {
        let mut state = self.wipe_mixers(config);
        let fast = LevelName::Fast;
        for level in state.levels.iter_mut().map(|levels| &mut levels[fast.index()]) {
            let [batch, ..] = level.memory.dims();
            *level = LevelState::new(config, fast, batch, &level.memory.device(), level.memory.dtype());
        }
        state
    }

    fn wipe_mixers(mut self, config: &Config) -> Self {
        for mixer in &mut self.mixers {
            let [batch, ..] = mixer.gain.dims();
            *mixer = MixerState::new(config, batch, &mixer.gain.device(), mixer.gain.dtype());
        }
        self
    }
}
