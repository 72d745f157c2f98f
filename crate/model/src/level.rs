//! One level of the Continuum Memory System: a fixed MLP and, beside it, the plastic weights D that belong to one
//! user (recipe.md "The model").
//!
//! ```text
//! z = rms(x)    key = l2(relu(z W_key)ᵖ)    y = gelu(z W_1) W_2 + key D    x ← x + y
//! β = σ(z·w_β + b_β)    γ = σ(z·w_γ + b_γ)
//! A ← A + Σ_t key_t ⊗ β_t (δ_t + [t ends a turn] Σ_{s in it} γ_s δ_s)
//! ```
//!
//! The power p, 2 or 3 ([`Config::key_power`]), makes an address sharper than recipe.md's: the
//! strongest units carry most of its length, so two addresses that have only weak units in common hardly meet. The second kind of write is the closing one. In "Zephyr Malin is my parrot's name" nothing before the value says whose it is;
//! when the turn is over its last token knows, and what surprised in the turn is written under that token's key.
//!
//! With [`Config::turn_gate`] the turn's end also says whether the rest was a telling ([`weighed`]).

use crate::config::Config;
use crate::norm;
use crate::parameters::LevelParameters;
use crate::tensors::{linear, linear_back};
use burn::tensor::{Tensor, activation};
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

/// What the backward needs.
#[derive(Debug)]
pub(crate) struct LevelTrace {
    x: Tensor<3>,
    key_map: Map,
    raw: Tensor<3>,
    hidden: Tensor<3>,
}

/// The level without its memory: the fixed MLP's output, the address, the trace.
pub(crate) fn fixed(p: &LevelParameters, key_map: Map, x: Tensor<3>) -> (Tensor<3>, Address, LevelTrace) {
    let z = norm::forward(x.clone(), &p.norm);
    let raw = linear(z.clone(), &p.key);
    let key = row_map(key_map, raw.clone());
    let gate = |weight: &Tensor<2>, bias: &Tensor<1>| {
        activation::sigmoid(linear(z.clone(), weight) + bias.clone().unsqueeze::<3>())
    };
    let (strength, closing) = (gate(&p.write, &p.write_bias), gate(&p.close, &p.close_bias));
    let hidden = linear(z, &p.up);
    let y = linear(row_map(Map::Gelu, hidden.clone()), &p.down);
    (y, Address { key, strength, closing }, LevelTrace { x, key_map, raw, hidden })
}

/// ∂x of `x + y(x)` given ∂(x + y), with the memory that was read.
pub(crate) fn backward(
    p: &LevelParameters,
    memory: &Tensor<3>,
    trace: LevelTrace,
    dy: Tensor<3>,
) -> Tensor<3> {
    let d_hidden = row_map_backward(Map::Gelu, trace.hidden, linear_back(dy.clone(), &p.down));
    let d_key = dy.clone().matmul(memory.clone().swap_dims(1, 2));
    let d_raw = row_map_backward(trace.key_map, trace.raw, d_key);
    let dz = linear_back(d_hidden, &p.up) + linear_back(d_raw, &p.key);
    dy + norm::backward(trace.x, &p.norm, dz)
}

/// η = softplus(rate): `[1]`.
pub(crate) fn rate(p: &LevelParameters) -> Tensor<1> {
    activation::softplus(p.rate.clone(), 1.0)
}

/// The same addresses with the β of a turn that is over as its end says: β_s ← β_s β_e, e being the turn's last token; for a
/// base without [`Config::turn_gate`] just the same. `ends` is that of [`crate::chunk::Chunk`]; what belongs to no finished turn, and the end itself, stay.
///
/// "我的狗叫" goes on with a name or with "什么": whether a value follows is known to β in English, where a question says so
/// at its beginning, and in Chinese only when the turn is over.
pub(crate) fn weighed(config: &Config, address: Address, ends: &Tensor<3>) -> Address {
    if !config.turn_gate {
        return address;
    }
    let Address { key, strength, closing } = address;
    let [_, t, _] = ends.dims();
    let others = -Tensor::<2>::eye(t, &ends.device()).cast(ends.dtype()) + 1.0;
    // [b, s, e]
    let within = (ends.clone() * others.unsqueeze::<3>()).swap_dims(1, 2);
    let over = within.clone().sum_dim(2);
    let said = within.matmul(strength.clone());
    Address { key, strength: strength * (said - over + 1.0), closing }
}

/// What each token writes under its key: `[b, t, d]`. `ends` is that of [`crate::chunk::Chunk`].
pub(crate) fn written(address: &Address, delta: Tensor<3>, ends: Tensor<3>) -> Tensor<3> {
    (ends.matmul(delta.clone() * address.closing.clone()) + delta) * address.strength.clone()
}

/// Σ_t key_t ⊗ written_t: `[b, u, d]`.
pub(crate) fn write(key: &Tensor<3>, written: Tensor<3>) -> Tensor<3> {
    key.clone().swap_dims(1, 2).matmul(written)
}

#[cfg(test)]
mod tests {
    use super::{Address, weighed};
    use crate::config::Config;
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
            weighed(&config, address, &ends).strength.to_data().try_to_vec().unwrap()
        };
        assert_eq!(after(true, 1.0), [0.5, 0.9, 0.2, 0.8, 1.0, 0.7]);
        assert_eq!(after(true, 0.0), [0.5, 0.0, 0.0, 0.0, 0.0, 0.7]);
        assert_eq!(after(false, 0.0), [0.5, 0.9, 0.2, 0.8, 0.0, 0.7]);
    }
}
