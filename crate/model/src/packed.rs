//! A state in a few tensors, as the fused operations of [`nested_memory_kernels::model`] want it, and back.

use crate::base::Base;
use crate::config::Config;
use crate::parameters::CONVOLUTION;
use crate::state::{MixerState, State};
use burn::tensor::Tensor;
use nested_memory_kernels::model::{LANES, Sizes};

/// The sizes of a model.
pub(crate) fn sizes(config: &Config) -> Sizes {
    Sizes {
        rule: config.mixer.rule().code(),
        key: config.key_map(),
        width: config.width,
        heads: config.heads,
        blocks: config.blocks,
        fixed: config.fixed_blocks,
        units: config.units,
        hidden: config.hidden,
        vocabulary: config.vocabulary,
        familiarity: config.familiarity,
        doubt: config.declines.is_some(),
        shields: config.familiarity,
        lanes: LANES,
    }
}

/// The sizes of a base, on as many lanes as suit its device.
pub(crate) fn sizes_of(base: &Base) -> Sizes {
    let sizes = sizes(&base.config);
    if base.emulated { sizes.on_few_lanes() } else { sizes }
}

fn flat<const D: usize>(tensor: &Tensor<D>) -> Tensor<1> {
    tensor.clone().reshape([-1])
}

/// The same for speaking: a base that doubts reads the shields.
pub(crate) fn speaking(base: &Base) -> Sizes {
    let sizes = sizes_of(base);
    Sizes { shields: sizes.shields || sizes.doubt, ..sizes }
}

/// D of every level, one after the other; behind them the shields, where they are read.
pub(crate) fn levels(sizes: &Sizes, state: &State) -> Tensor<1> {
    let all = || state.levels.iter().flatten();
    let shields = all().filter_map(|level| level.shield.as_ref()).filter(|_| sizes.shields);
    Tensor::cat(all().map(|level| flat(&level.memory)).chain(shields.map(flat)).collect(), 0)
}

/// The mixers' states, one after the other.
pub(crate) fn mixers(state: &State) -> Tensor<1> {
    let parts = state.mixers.iter().flat_map(|mixer| [flat(&mixer.gain), flat(&mixer.tail)]);
    Tensor::cat(parts.collect(), 0)
}

/// The mixers' states back in their places.
pub(crate) fn put_mixers(config: &Config, mixers: &mut [MixerState], packed: &Tensor<1>) {
    let (h, n, d) = (config.heads, config.head_size(), config.width);
    let size = sizes(config).mixer_state();
    for (b, mixer) in mixers.iter_mut().enumerate() {
        let (from, middle) = (b * size, b * size + h * n * n);
        *mixer = MixerState {
            gain: packed.clone().slice(from..middle).reshape([1, h, n, n]),
            tail: packed.clone().slice(middle..from + size).reshape([1, CONVOLUTION - 1, 2 * d]),
        };
    }
}
