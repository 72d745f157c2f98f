//! One level of the Continuum Memory System: a fixed MLP and, beside it, the plastic weights D that belong to one
//! user (recipe.md "The model"). In the first [`Config::fixed_blocks`] blocks a level is the MLP alone.
//!
//! ```text
//! z = rms(x)    key = l2(relu(z W_key)ᵖ)    y = gelu(z W_1 + φ w_φ) W_2 + key D    x ← x + y
//! φ = key (I − P) keyᵀ
//! β = σ(z·w_β + b_β)    γ = σ(z·w_γ + b_γ)
//! A ← A + Σ_t key_t ⊗ β_t (δ_t + [t ends a turn] Σ_{s in it} γ_s δ_s)
//! ```
//!
//! The power p, 2 or 3 ([`Config::key_power`]), makes an address sharper than recipe.md's: the
//! strongest units carry most of its length, so two addresses that have only weak units in common hardly meet. The second kind of write is the closing one. In "Zephyr Malin is my parrot's name" nothing before the value says whose it is;
//! when the turn is over its last token knows, and what surprised in the turn is written under that token's key.
//!
//! φ, *familiarity*, is how familiar a key is to a lasting level: between 0 and 1, and 0 where nothing was written near it
//! ([`Config::familiarity`]). With the shield P of [`crate::shield`] D is the mean of a Bayesian linear regression over keys, and
//! key P keyᵀ its predictive variance (Bishop 2006, eq. 3.59); a level that reads D alone cannot tell a faint answer from an echo.
//! It is a constant of the inner pass.
//!
//! A turn is learned when it is over, so more may be known of its tokens than a causal β can know ([`weighed`]): with
//! [`Config::turn_gate`] what the turn's end says of the whole, and with [`Config::look_ahead`] what each token's
//! successor says of it.

use crate::config::Config;
use crate::norm;
use crate::parameters::{AheadParameters, LevelParameters, PlasticParameters};
use crate::tensors::{linear, linear_back};
use burn::tensor::{Tensor, activation};
use nested_memory_kernels::matrix_product::MatrixProduct;
use nested_memory_kernels::row_map::{Map, row_map, row_map_backward};

/// Where a token writes and how much. `[b, t, u]` and `[b, t, 1]`.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    /// Unit-length, non-negative.
    pub(crate) key: Tensor<3>,
    /// β
    pub(crate) strength: Tensor<3>,
    /// γ
    pub(crate) closing: Tensor<3>,
}

impl Address {
    /// The addresses of texts that follow each other.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn join(parts: Vec<Self>) -> Self {
        let all =
            |of: fn(&Self) -> &Tensor<3>| Tensor::cat(parts.iter().map(|part| of(part).clone()).collect(), 1);
        Self { key: all(|a| &a.key), strength: all(|a| &a.strength), closing: all(|a| &a.closing) }
    }
}

/// A level's parameters: of its MLP, and what makes it plastic.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plastic<'a>(pub(crate) &'a LevelParameters, pub(crate) &'a PlasticParameters);

/// What the backward needs.
#[derive(Debug)]
pub(crate) struct LevelTrace {
    x: Tensor<3>,
    key_map: Map,
    raw: Tensor<3>,
    hidden: Tensor<3>,
}

/// Through the levels of a block that remembers nothing.
pub(crate) fn think(levels: &[LevelParameters], x: Tensor<3>) -> Tensor<3> {
    levels.iter().fold(x, |x, level| {
        let hidden = linear(norm::forward(x.clone(), &level.norm), &level.up);
        x + linear(row_map(Map::Gelu, hidden), &level.down)
    })
}

/// A plastic level without its memory: the fixed MLP's output, the address, the trace. `familiarity` of keys, `[b, t, 1]`, is
/// asked where the level is told.
pub(crate) fn fixed(
    Plastic(level, p): Plastic<'_>,
    key_map: Map,
    x: Tensor<3>,
    familiarity: impl FnOnce(&Tensor<3>) -> Option<Tensor<3>>,
) -> (Tensor<3>, Address, LevelTrace) {
    let z = norm::forward(x.clone(), &level.norm);
    let raw = linear(z.clone(), &p.key);
    let key = row_map(key_map, raw.clone());
    let mut hidden = linear(z.clone(), &level.up);
    if let Some(told) = &p.familiarity
        && let Some(familiarity) = familiarity(&key)
    {
        hidden = hidden + familiarity.product(told.clone().unsqueeze::<3>());
    }
    let y = linear(row_map(Map::Gelu, hidden.clone()), &level.down);
    let gate = |weight: &Tensor<2>, bias: &Tensor<1>| {
        activation::sigmoid(linear(z.clone(), weight) + bias.clone().unsqueeze::<3>())
    };
    let (strength, closing) = (gate(&p.write, &p.write_bias), gate(&p.close, &p.close_bias));
    (y, Address { key, strength, closing }, LevelTrace { x, key_map, raw, hidden })
}

/// ∂x of `x + y(x)` given ∂(x + y), with the memory that was read.
pub(crate) fn backward(
    Plastic(level, p): Plastic<'_>,
    memory: &Tensor<3>,
    trace: LevelTrace,
    dy: Tensor<3>,
) -> Tensor<3> {
    let d_hidden = row_map_backward(Map::Gelu, trace.hidden, linear_back(dy.clone(), &level.down));
    let d_key = dy.clone().product(memory.clone().swap_dims(1, 2));
    let d_raw = row_map_backward(trace.key_map, trace.raw, d_key);
    let dz = linear_back(d_hidden, &level.up) + linear_back(d_raw, &p.key);
    dy + norm::backward(trace.x, &level.norm, dz)
}

/// η = softplus(rate): `[1]`.
pub(crate) fn rate(p: &PlasticParameters) -> Tensor<1> {
    activation::softplus(p.rate.clone(), 1.0)
}

/// A key has length 1, so its numbers are small; 16 is √u of base v2, and makes α as quick to learn as β is.
const SCALE: f64 = 16.0;

/// What is read off the keys of a turn that is over, for one level.
#[derive(Debug, Clone)]
pub(crate) struct Ahead {
    /// [`SCALE`] times the weights: `[1, u, 1]`.
    weight: Tensor<3>,
    /// `[1, 1, 1]`
    bias: Tensor<3>,
}

/// Of all levels, in one piece: first the weights, level by level, then the biases; `None` if one of them does not look ahead.
pub(crate) fn all_ahead<'a>(levels: impl Iterator<Item = &'a PlasticParameters>) -> Option<Tensor<1>> {
    let all = levels.map(|p| p.ahead.as_ref().map(Ahead::new)).collect::<Option<Vec<Ahead>>>()?;
    if all.is_empty() {
        return None;
    }
    let (weights, biases): (Vec<_>, Vec<_>) =
        all.into_iter().map(|one| (one.weight.reshape([-1]), one.bias.reshape([-1]))).unzip();
    Some(Tensor::cat(weights.into_iter().chain(biases).collect(), 0))
}

impl Ahead {
    pub(crate) fn new(p: &AheadParameters) -> Self {
        let weight = p.weight.clone() * SCALE;
        Self { weight: weight.unsqueeze(), bias: p.bias.clone().unsqueeze() }
    }

    /// α of each token's successor; of the last token, which has none, 0: `[b, t, u]` → `[b, t, 1]`.
    fn of_successors(&self, key: &Tensor<3>) -> Tensor<3> {
        let [b, t, _] = key.dims();
        let all = activation::sigmoid(key.clone().product(self.weight.clone()) + self.bias.clone());
        let none = all.clone().slice([0..b, 0..1, 0..1]).zeros_like();
        Tensor::cat(vec![all.slice([0..b, 1..t, 0..1]), none], 1)
    }
}

/// The same addresses with the β of a turn that is over as its words turned out, e being the turn's last token:
///
/// ```text
/// β_s ← β_s β_e α_{s+1}      α = σ(16 key·w_α + b_α)
/// ```
///
/// β_e counts with [`Config::turn_gate`], α for a base that has it. `ends` is that of [`crate::chunk::Chunk`]; what
/// belongs to no finished turn, and the end itself, stay.
///
/// "我的狗叫" goes on with a name or with "什么", and "My dog is" with "called", "very" or "three". A causal β can only
/// write according to the odds; what the next word is, and what the turn was, is known by the time it is learned.
pub(crate) fn weighed(config: &Config, address: Address, ahead: Option<&Ahead>, ends: &Tensor<3>) -> Address {
    if !config.turn_gate && ahead.is_none() {
        return address;
    }
    let Address { key, strength, closing } = address;
    let [_, t, _] = ends.dims();
    let others = -Tensor::<2>::eye(t, &ends.device()).cast(ends.dtype()) + 1.0;
    // [b, s, e]
    let within = (ends.clone() * others.unsqueeze::<3>()).swap_dims(1, 2);
    let over = within.clone().sum_dim(2);
    let said = if config.turn_gate { within.product(strength.clone()) } else { over.clone() };
    let said = match ahead {
        Some(ahead) => said * ahead.of_successors(&key),
        None => said,
    };
    Address { key, strength: strength * (said - over + 1.0), closing }
}

/// What each token writes under its key: `[b, t, d]`. `ends` is that of [`crate::chunk::Chunk`].
pub(crate) fn written(address: &Address, delta: Tensor<3>, ends: Tensor<3>) -> Tensor<3> {
    (ends.product(delta.clone() * address.closing.clone()) + delta) * address.strength.clone()
}

/// Σ_t key_t ⊗ written_t: `[b, u, d]`.
pub(crate) fn write(key: &Tensor<3>, written: Tensor<3>) -> Tensor<3> {
    key.clone().swap_dims(1, 2).product(written)
}

#[cfg(test)]
mod tests {
    use super::{Address, Ahead, weighed};
    use crate::config::Config;
    use crate::parameters::AheadParameters;
    use burn::tensor::{Device, Tensor};

    /// Six tokens: one of an earlier turn, four of one that is over, one of the next.
    #[test]
    fn what_a_turn_writes_is_as_strong_as_its_end_says() {
        let device = Device::flex();
        let strength =
            |end: f32| Tensor::<3>::from_data([[[0.5], [0.9], [0.2], [0.8], [end], [0.7]]], &device);
        let mut rows = [[0_f32; 6]; 6];
        rows[4] = [0.0, 1.0, 1.0, 1.0, 1.0, 0.0];
        let ends = Tensor::<3>::from_data([rows], &device);
        let after = |turn_gate: bool, end: f32| -> Vec<f32> {
            let config = Config { turn_gate, ..Config::recipe(512) };
            let zero = Tensor::zeros([1, 6, 1], &device);
            let address = Address { key: zero.clone(), strength: strength(end), closing: zero };
            weighed(&config, address, None, &ends).strength.to_data().try_to_vec().unwrap()
        };
        assert_eq!(after(true, 1.0), [0.5, 0.9, 0.2, 0.8, 1.0, 0.7]);
        assert_eq!(after(true, 0.0), [0.5, 0.0, 0.0, 0.0, 0.0, 0.7]);
        assert_eq!(after(false, 0.0), [0.5, 0.9, 0.2, 0.8, 0.0, 0.7]);
    }

    /// The same turn; what follows each of its words is a unit of its own in the keys.
    #[test]
    fn a_word_is_written_as_its_successor_says() {
        let device = Device::flex();
        let key = Tensor::<2>::eye(6, &device).unsqueeze::<3>();
        let strength = Tensor::from_data([[[0.5], [0.9], [0.2], [0.8], [0.5], [0.7]]], &device);
        let mut rows = [[0_f32; 6]; 6];
        rows[4] = [0.0, 1.0, 1.0, 1.0, 1.0, 0.0];
        let ends = Tensor::<3>::from_data([rows], &device);
        let weight = Tensor::from_data([[9.0_f32], [9.0], [9.0], [-9.0], [9.0], [-9.0]], &device);
        let ahead = Ahead::new(&AheadParameters { weight, bias: Tensor::zeros([1], &device) });
        let after = |turn_gate: bool| -> Vec<f32> {
            let config = Config { turn_gate, ..Config::recipe(512) };
            let address =
                Address { key: key.clone(), strength: strength.clone(), closing: strength.zeros_like() };
            weighed(&config, address, Some(&ahead), &ends).strength.to_data().try_to_vec().unwrap()
        };
        let near = |found: Vec<f32>, wanted: [f32; 6]| {
            assert!(found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-6), "{found:?}");
        };
        near(after(false), [0.5, 0.9, 0.0, 0.8, 0.5, 0.7]);
        near(after(true), [0.5, 0.45, 0.0, 0.4, 0.5, 0.7]);
    }
}
