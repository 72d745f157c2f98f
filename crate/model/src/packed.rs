//! A state in a few tensors, as the fused operations of [`nested_memory_kernels::model`] want it, and back.

use crate::config::{Config, LEVELS, LevelName};
use crate::parameters::CONVOLUTION;
use crate::state::{BlockState, MixerState, State};
use burn::tensor::Tensor;
use nested_memory_kernels::model::Sizes;

/// The sizes of a model.
pub(crate) fn sizes(config: &Config) -> Sizes {
    Sizes {
        rule: config.mixer.rule().code(),
        key: config.key_map(),
        width: config.width,
        heads: config.heads,
        blocks: config.blocks,
        units: config.units,
        hidden: config.hidden,
        vocabulary: config.vocabulary,
    }
}

fn flat<const D: usize>(tensor: &Tensor<D>) -> Tensor<1> {
    tensor.clone().reshape([-1])
}

/// D of every block and level, one after the other.
pub(crate) fn levels(state: &State) -> Tensor<1> {
    let levels = state.blocks.iter().flat_map(|block| &block.levels);
    Tensor::cat(levels.map(|level| flat(&level.memory)).collect(), 0)
}

/// The mixers' states, one after the other.
pub(crate) fn mixers(state: &State) -> Tensor<1> {
    let mixers = state.blocks.iter().map(|block| &block.mixer);
    Tensor::cat(mixers.flat_map(|mixer| [flat(&mixer.gain), flat(&mixer.tail)]).collect(), 0)
}

/// The mixers' states back in their places.
pub(crate) fn put_mixers(config: &Config, blocks: &mut [BlockState], packed: &Tensor<1>) {
    let (h, n, d) = (config.heads, config.head_size(), config.width);
    let size = sizes(config).mixer_state();
    for (b, block) in blocks.iter_mut().enumerate() {
        let (from, middle) = (b * size, b * size + h * n * n);
        block.mixer = MixerState {
            gain: packed.clone().slice(from..middle).reshape([1, h, n, n]),
            tail: packed.clone().slice(middle..from + size).reshape([1, CONVOLUTION - 1, 2 * d]),
        };
    }
}

/// Whether the level at this place among all levels has this name.
pub(crate) fn is(name: LevelName, place: usize) -> bool {
    place % LEVELS == name.index()
}
