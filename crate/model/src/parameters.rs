//! The base's parameters: plain tensors with names. One visitor serves loading, saving, training and counting.

use crate::config::{Config, LEVELS, LevelName};
use burn::tensor::{Device, Tensor, TensorData};
use nested_memory_kernels::model::DECLINES;

/// Width of the causal depth-wise convolution over projections (hope.md §1.3: "local convolutions of window 4").
pub const CONVOLUTION: usize = 4;

/// Parameters of a block's mixer. `d` width, `h` heads, `n` head size.
#[derive(Debug, Clone)]
pub struct MixerParameters {
    /// Gain of the norm before the mixer: `[d]`.
    pub norm: Tensor<1>,
    /// Projections to input and query, side by side: `[d, 2d]`.
    pub input: Tensor<2>,
    /// Depth-wise causal convolution over both, the current token last: `[4, 2d]`.
    pub convolution: Tensor<2>,
    /// Output gate: `[d, d]`.
    pub gate: Tensor<2>,
    /// Path beside the memory: `[d, d]`.
    pub skip: Tensor<2>,
    /// Output projection: `[d, d]`.
    pub output: Tensor<2>,
    /// Initial memories of keys, values, rates and retentions, by rows: `[h, 2n + 2, n]`.
    pub memory: Tensor<3>,
    /// Initial output memory: `[h, n, n]`.
    pub memory_output: Tensor<3>,
    /// Biases of rate and retention: `[h, 2]`.
    pub bias: Tensor<2>,
}

/// Parameters of one level: its fixed MLP. `m` hidden.
#[derive(Debug, Clone)]
pub struct LevelParameters {
    /// Gain of the norm before the level: `[d]`.
    pub norm: Tensor<1>,
    /// First half of the MLP: `[d, m]`.
    pub up: Tensor<2>,
    /// Second half: `[m, d]`.
    pub down: Tensor<2>,
}

/// What makes a level plastic. `u` units.
#[derive(Debug, Clone)]
pub struct PlasticParameters {
    /// Who is written to and read from: `[d, u]`.
    pub key: Tensor<2>,
    /// How much a token deserves to be written: `[d, 1]`.
    pub write: Tensor<2>,
    /// Its bias: `[1]`.
    pub write_bias: Tensor<1>,
    /// How much of a token deserves to be written again under the last key of the turn: `[d, 1]`.
    pub close: Tensor<2>,
    /// Its bias: `[1]`.
    pub close_bias: Tensor<1>,
    /// The update's rate before softplus: `[1]`.
    pub rate: Tensor<1>,
    /// α, where the base looks ahead.
    pub ahead: Option<AheadParameters>,
    /// What the MLP's hidden units make of how familiar a key is, where the level is told: `[1, m]`.
    pub familiarity: Option<Tensor<2>>,
}

/// What the token after one says of how much that one deserves to be written.
#[derive(Debug, Clone)]
pub struct AheadParameters {
    /// By that token's key: `[u, 1]`.
    pub weight: Tensor<2>,
    /// Its bias: `[1]`.
    pub bias: Tensor<1>,
}

/// Parameters of one block.
#[derive(Debug, Clone)]
pub struct BlockParameters {
    /// The mixer.
    pub mixer: MixerParameters,
    /// The levels, fast to slow.
    pub levels: [LevelParameters; LEVELS],
}

/// All parameters. The embedding is also the output head.
#[derive(Debug, Clone)]
pub struct Parameters {
    /// `[vocabulary, d]`
    pub embedding: Tensor<2>,
    /// Gain of the last norm: `[d]`.
    pub norm: Tensor<1>,
    /// The blocks.
    pub blocks: Vec<BlockParameters>,
    /// What makes the levels plastic of the blocks that remember ([`Config::remembering`]), one after the other.
    pub plastic: Vec<[PlasticParameters; LEVELS]>,
    /// For each declining token a number to begin with and one for each level that remembers, where the base doubts
    /// ([`crate::doubt`]): `[2, 1 + levels]`.
    pub doubt: Option<Tensor<2>>,
}

/// Something done to every tensor by name.
pub trait Visitor {
    /// The error of a visit; [`std::convert::Infallible`] where there is none.
    type Error;
    /// Gives what shall stand in the tensor's place.
    ///
    /// # Errors
    /// Whatever the visit can meet; the first one ends the walk.
    fn visit<const D: usize>(&mut self, name: &str, tensor: Tensor<D>) -> Result<Tensor<D>, Self::Error>;
}

impl MixerParameters {
    fn map<V: Visitor>(self, prefix: &str, v: &mut V) -> Result<Self, V::Error> {
        Ok(Self {
            norm: v.visit(&format!("{prefix}.norm"), self.norm)?,
            input: v.visit(&format!("{prefix}.input"), self.input)?,
            convolution: v.visit(&format!("{prefix}.convolution"), self.convolution)?,
            gate: v.visit(&format!("{prefix}.gate"), self.gate)?,
            skip: v.visit(&format!("{prefix}.skip"), self.skip)?,
            output: v.visit(&format!("{prefix}.output"), self.output)?,
            memory: v.visit(&format!("{prefix}.memory"), self.memory)?,
            memory_output: v.visit(&format!("{prefix}.memory_output"), self.memory_output)?,
            bias: v.visit(&format!("{prefix}.bias"), self.bias)?,
        })
    }
}

impl LevelParameters {
    fn map<V: Visitor>(self, prefix: &str, v: &mut V) -> Result<Self, V::Error> {
        Ok(Self {
            norm: v.visit(&format!("{prefix}.norm"), self.norm)?,
            up: v.visit(&format!("{prefix}.up"), self.up)?,
            down: v.visit(&format!("{prefix}.down"), self.down)?,
        })
    }
}

impl PlasticParameters {
    fn map<V: Visitor>(self, prefix: &str, v: &mut V) -> Result<Self, V::Error> {
        Ok(Self {
            key: v.visit(&format!("{prefix}.key"), self.key)?,
            write: v.visit(&format!("{prefix}.write"), self.write)?,
            write_bias: v.visit(&format!("{prefix}.write_bias"), self.write_bias)?,
            close: v.visit(&format!("{prefix}.close"), self.close)?,
            close_bias: v.visit(&format!("{prefix}.close_bias"), self.close_bias)?,
            rate: v.visit(&format!("{prefix}.rate"), self.rate)?,
            ahead: match self.ahead {
                None => None,
                Some(ahead) => Some(AheadParameters {
                    weight: v.visit(&format!("{prefix}.ahead"), ahead.weight)?,
                    bias: v.visit(&format!("{prefix}.ahead_bias"), ahead.bias)?,
                }),
            },
            familiarity: match self.familiarity {
                None => None,
                Some(familiarity) => Some(v.visit(&format!("{prefix}.familiarity"), familiarity)?),
            },
        })
    }
}

/// Does the same to each level of a block, by its name.
fn each_level<T, E>(
    block: usize,
    [fast, mid, slow]: [T; LEVELS],
    mut to: impl FnMut(&str, T) -> Result<T, E>,
) -> Result<[T; LEVELS], E> {
    let mut one = |name: LevelName, level| to(&format!("block.{block}.level.{}", name.as_str()), level);
    Ok([one(LevelName::Fast, fast)?, one(LevelName::Mid, mid)?, one(LevelName::Slow, slow)?])
}

impl Parameters {
    /// Visits every tensor: first all blocks, then what makes levels plastic, then doubt.
    ///
    /// # Errors
    /// The visitor's.
    pub fn map<V: Visitor>(self, v: &mut V) -> Result<Self, V::Error> {
        let embedding = v.visit("embedding", self.embedding)?;
        let norm = v.visit("norm", self.norm)?;
        let mut blocks = Vec::with_capacity(self.blocks.len());
        for (b, block) in self.blocks.into_iter().enumerate() {
            let mixer = block.mixer.map(&format!("block.{b}.mixer"), v)?;
            let levels = each_level(b, block.levels, |prefix, level| level.map(prefix, v))?;
            blocks.push(BlockParameters { mixer, levels });
        }
        let first = blocks.len() - self.plastic.len();
        let mut plastic = Vec::with_capacity(self.plastic.len());
        for (place, levels) in self.plastic.into_iter().enumerate() {
            plastic.push(each_level(first + place, levels, |prefix, level| level.map(prefix, v))?);
        }
        let doubt = self.doubt.map(|doubt| v.visit("doubt", doubt)).transpose()?;
        Ok(Self { embedding, norm, blocks, plastic, doubt })
    }

    /// How many numbers a base of such sizes has, without making any: whoever reads a file wants to know that before.
    #[must_use]
    pub fn count_of(config: &Config) -> u64 {
        let sizes =
            [config.vocabulary, config.width, config.blocks, config.heads, config.units, config.hidden];
        let [v, d, b, h, u, m] = sizes.map(|size| size as u64);
        let n = config.head_size() as u64;
        let window = CONVOLUTION as u64;
        let mixer = d + d * 2 * d + window * 2 * d + 3 * d * d + h * (2 * n + 2) * n + h * n * n + 2 * h;
        let ahead = if config.look_ahead { u + 1 } else { 0 };
        let level = d + 2 * d * m;
        let plastic = d * u + 2 * (d + 1) + 1 + ahead;
        let levels = LEVELS as u64;
        let familiarity = if config.familiarity { (levels - 1) * m } else { 0 };
        let doubts = 1 + levels * config.remembering() as u64;
        let doubt = if config.declines.is_some() { DECLINES as u64 * doubts } else { 0 };
        v * d
            + d
            + doubt
            + b * (mixer + levels * level)
            + config.remembering() as u64 * (levels * plastic + familiarity)
    }

    /// Every tensor's numbers, in the order of [`Self::map`].
    #[must_use]
    pub fn flat(&self) -> Vec<Tensor<1>> {
        struct Flat(Vec<Tensor<1>>);
        impl Visitor for Flat {
            type Error = std::convert::Infallible;
            fn visit<const D: usize>(
                &mut self,
                _: &str,
                tensor: Tensor<D>,
            ) -> Result<Tensor<D>, Self::Error> {
                self.0.push(tensor.clone().reshape([-1]));
                Ok(tensor)
            }
        }
        let mut flat = Flat(Vec::new());
        let Ok(_same) = self.clone().map(&mut flat);
        flat.0
    }

    /// How many numbers there are.
    #[must_use]
    pub fn count(&self) -> usize {
        struct Count(usize);
        impl Visitor for Count {
            type Error = std::convert::Infallible;
            fn visit<const D: usize>(
                &mut self,
                _: &str,
                tensor: Tensor<D>,
            ) -> Result<Tensor<D>, Self::Error> {
                self.0 += tensor.dims().iter().product::<usize>();
                Ok(tensor)
            }
        }
        let mut count = Count(0);
        let _same = self.clone().map(&mut count);
        count.0
    }

    /// Fresh parameters; `normal` gives independent standard normal numbers.
    ///
    /// Residual branches start small, so that a level's memory can be heard from the first step; embeddings have
    /// about unit length, the length to which δ is clipped.
    #[must_use]
    pub fn init(config: &Config, normal: &mut dyn FnMut() -> f32, device: &Device) -> Self {
        let mut make = Init { normal, device };
        let d = config.width;
        let embedding = make.normal([config.vocabulary, d], (d as f32).powf(-0.5));
        let blocks = (0..config.blocks)
            .map(|_| BlockParameters {
                mixer: make.mixer(config),
                levels: std::array::from_fn(|_| make.level(config)),
            })
            .collect();
        let plastic =
            (0..config.remembering()).map(|_| LevelName::ALL.map(|name| make.plastic(config, name)));
        let plastic = plastic.collect();
        let doubts = [DECLINES, 1 + LEVELS * config.remembering()];
        let doubt = config.declines.map(|_| make.full(doubts, 0.0));
        Self { embedding, norm: make.full([d], 1.0), blocks, plastic, doubt }
    }
}

/// How much of unit scale the outputs of residual branches start with.
const BRANCH: f32 = 0.3;
/// Retention biases at the start, spread over the heads around the recipe's 2.2: short to long memories. Much higher,
/// and the bound on η leaves a head next to nothing to write with.
const RETENTION: (f32, f32) = (1.2, 3.0);
/// softplus⁻¹(0.5): a level's update rate at the start.
const RATE: f32 = -0.432_75;
/// σ⁻¹(0.05): closing writes start small, or every turn's words would blur its last key.
const CLOSE: f32 = -3.0;
/// σ⁻¹(0.95): at the start what comes after a token hardly matters.
const AHEAD: f32 = 3.0;

struct Init<'a> {
    normal: &'a mut dyn FnMut() -> f32,
    device: &'a Device,
}

impl Init<'_> {
    fn normal<const D: usize>(&mut self, shape: [usize; D], scale: f32) -> Tensor<D> {
        let values: Vec<f32> = (0..shape.iter().product()).map(|_| (self.normal)() * scale).collect();
        Tensor::from_data(TensorData::new(values, shape), self.device)
    }

    fn full<const D: usize>(&self, shape: [usize; D], value: f32) -> Tensor<D> {
        Tensor::full(shape, value, self.device)
    }

    fn mixer(&mut self, config: &Config) -> MixerParameters {
        let (d, h, n) = (config.width, config.heads, config.head_size());
        let unit = (d as f32).powf(-0.5);
        let past = self.normal([CONVOLUTION - 1, 2 * d], 0.3);
        let now = self.full([1, 2 * d], 1.0);
        let (low, high) = RETENTION;
        let bias = (0..h)
            .flat_map(|head| {
                let place = if h > 1 { head as f32 / (h - 1) as f32 } else { 0.0 };
                let keep = low + (high - low) * place;
                // softplus⁻¹(1 − α): the wished-for rate starts at its bound, where its gradient is alive.
                let room = 1.0 / (1.0 + keep.exp());
                [room.exp_m1().ln(), keep]
            })
            .collect::<Vec<f32>>();
        MixerParameters {
            norm: self.full([d], 1.0),
            input: self.normal([d, 2 * d], unit),
            convolution: Tensor::cat(vec![past, now], 0),
            gate: self.normal([d, d], unit),
            skip: self.normal([d, d], unit * BRANCH),
            output: self.normal([d, d], unit * BRANCH),
            memory: self.normal([h, 2 * n + 2, n], (n as f32).powf(-0.5)),
            memory_output: self.normal([h, n, n], (n as f32).powf(-0.5)),
            bias: Tensor::from_data(TensorData::new(bias, [h, 2]), self.device),
        }
    }

    fn level(&mut self, config: &Config) -> LevelParameters {
        let (d, m) = (config.width, config.hidden);
        LevelParameters {
            norm: self.full([d], 1.0),
            up: self.normal([d, m], (d as f32).powf(-0.5)),
            down: self.normal([m, d], (m as f32).powf(-0.5) * BRANCH),
        }
    }

    fn plastic(&mut self, config: &Config, name: LevelName) -> PlasticParameters {
        let (d, u) = (config.width, config.units);
        let told = config.familiarity && name != LevelName::Fast;
        let unit = (d as f32).powf(-0.5);
        PlasticParameters {
            key: self.normal([d, u], unit),
            write: self.normal([d, 1], unit * BRANCH),
            write_bias: self.full([1], 0.0),
            close: self.normal([d, 1], unit * BRANCH),
            close_bias: self.full([1], CLOSE),
            rate: self.full([1], RATE),
            // No noise: a base that begins to look ahead goes on as it was.
            ahead: config
                .look_ahead
                .then(|| AheadParameters { weight: self.full([u, 1], 0.0), bias: self.full([1], AHEAD) }),
            familiarity: told.then(|| self.full([1, config.hidden], 0.0)),
        }
    }
}
