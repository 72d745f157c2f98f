//! Forgetting on request: what a level reads under one key is taken out of it, and the key is new to it again.
//!
//! ```text
//! D ← D − P keyᵀ (key D) / s        P ← P + (1 − s) / s² · P keyᵀ key P        s = key P keyᵀ
//! ```
//!
//! The first is the delta rule's erase (Widrow and Hoff 1960; Yang et al. 2024, "Gated DeltaNet") along the direction in which
//! [`crate::shield`] would write: key D becomes zero, and what is read under other keys changes as little as it can. The second
//! takes back what the shield absorbed: key P keyᵀ = 1, as if nothing had ever been written here. The pending sum A is treated as
//! D is.
//!
//! When is decided by the model's own word: it has answered a turn with "Okay, forgotten." ([`Config::forgotten`]). What is told
//! by what memory knows: a wish ends with a question, "Please forget | what my dog is called.", "请忘记|我的狗叫什么。", and read as
//! a turn of its own each ending of the wish has a key before its answer. The one that is most familiar to the lasting levels is the
//! one under which the same is asked and answered; under it, and under the key of the wish itself, memory forgets. What is recognised
//! ([`crate::acquaintance`], [`crate::succession`]) has no addresses, and stays.

use crate::base::Base;
use crate::chunk;
use crate::config::{Config, LevelName};
use crate::error::Error;
use crate::event::Event;
use crate::listener::Marks;
use crate::memory::Memory;
use crate::observe::{even, read, row};
use crate::state::{LevelState, State};
use burn::tensor::Tensor;
use nested_memory_kernels::matrix_product::{MatrixProduct, total};

/// The least s: a key of which less is left is not divided by.
const LEAST: f32 = 1e-3;
/// Endings of a wish that are looked at: the last so many.
const ENDINGS: usize = 16;

/// Takes a token into the words of the turn that is going on.
pub(crate) fn follow(marks: Option<Marks>, turn: &mut Vec<u32>, lesson: bool, token: u32) {
    if marks.is_some_and(|marks| token == marks.user) {
        turn.clear();
    } else if lesson && marks.is_some() {
        turn.push(token);
    }
}

/// Whether these tokens, from the mark before an answer to its end, are the answer to a wish to forget.
pub(crate) fn is_promised(config: &Config, tokens: &[u32]) -> bool {
    let Some((first, answer)) = tokens.split_first() else { return false };
    config.marks.is_some_and(|marks| *first == marks.assistant) && config.promises(answer)
}

/// A level without what it holds under a key of unit length, `[b, 1, u]`.
fn erase(level: &LevelState, key: &Tensor<3>) -> LevelState {
    let along =
        level.shield.as_ref().map_or_else(|| key.clone(), |shield| key.clone().product(shield.clone()));
    let share = (along.clone() * key.clone()).row_sums().clamp_min(LEAST);
    let across = along.clone().swap_dims(1, 2);
    let without = |held: &Tensor<3>| {
        held.clone() - across.clone().product(key.clone().product(held.clone()) / share.clone())
    };
    let taken = (-share.clone() + 1.0).clamp_min(0.0) / share.clone().square();
    let shield = level.shield.as_ref().map(|shield| shield.clone() + across.clone().product(along * taken));
    LevelState { memory: without(&level.memory), pending: without(&level.pending), shield }
}

/// The state without what its levels hold under these keys, one for each level, `[b, 1, u]`.
fn forget(mut state: State, keys: &[Tensor<3>]) -> State {
    for (level, key) in state.levels.iter_mut().flatten().zip(keys) {
        *level = erase(level, key);
    }
    state
}

/// Row `i`'s key of token `at`: `[n, t, u]` → `[1, 1, u]`.
fn key_of(keys: &Tensor<3>, i: usize, at: usize) -> Tensor<3> {
    let [_, _, units] = keys.dims();
    keys.clone().slice([i..i + 1, at..at + 1, 0..units])
}

/// The keys before the answer to the most familiar ending of a turn, one for each level; `None` without shields, and where nothing is
/// familiar.
async fn ending(
    base: &Base,
    state: &State,
    marks: Marks,
    turn: &[u32],
) -> Result<Option<Vec<Tensor<3>>>, Error> {
    let last = &turn[turn.len().saturating_sub(ENDINGS)..];
    if last.is_empty() || base.config.protection.is_none() {
        return Ok(None);
    }
    // As many texts of one length on every device: a short wish has its shortest ending more than once.
    let text = |i: usize| [&[marks.user], &last[i.min(last.len() - 1)..], &[marks.assistant]].concat();
    let texts: Vec<Vec<u32>> = (0..ENDINGS).map(text).collect();
    let longest = even(base, &texts[0]).len();
    let padded = texts.iter().flat_map(|text| {
        let padding = vec![0; longest - text.len()];
        [text.clone(), padding].concat()
    });
    let tokens = row(base, &padded.collect::<Vec<u32>>()).reshape([ENDINGS, longest]);
    let state = state.for_each_of(&base.config, ENDINGS);
    let keys = chunk::keys(&base.config, &base.parameters, &state, tokens);
    let lasting = state.levels.iter().flatten().zip(&keys).filter(|(level, _)| level.shield.is_some());
    let Some(familiarity) = lasting.map(|(level, key)| level.found(key)).reduce(|sum, more| sum + more)
    else {
        return Ok(None);
    };
    let familiarity = read(familiarity).await?;
    let before_answer = |i: usize| texts[i].len() - 1;
    let own = |i: usize| familiarity[i * longest + before_answer(i)];
    let most = (0..ENDINGS).max_by(|a, b| own(*a).total_cmp(&own(*b))).filter(|i| own(*i) > 0.0);
    Ok(most.map(|i| keys.iter().map(|keys| key_of(keys, i, before_answer(i))).collect()))
}

/// Keeps the promise that waits in the memory: the levels forget. An update of every level for whoever watches.
pub(crate) async fn keep_promise(base: &Base, mut memory: Memory) -> Result<(Memory, Vec<Event>), Error> {
    let tokens = even(base, &memory.pending);
    let own = chunk::keys(&base.config, &base.parameters, &memory.state, row(base, &tokens));
    let own: Vec<Tensor<3>> = own.iter().map(|keys| key_of(keys, 0, 0)).collect();
    let asked = match base.config.marks {
        Some(marks) => ending(base, &memory.state, marks, &memory.turn).await?,
        None => None,
    };
    let (frozen, kept) = (memory.frozen, memory.frozen.keep(&memory.state));
    let before = memory.state.clone();
    let keys = [Some(own), asked];
    let forgotten = keys.iter().flatten().fold(memory.state, |state, keys| forget(state, keys));
    memory.state = frozen.put_back(forgotten, kept);
    let length = |of: Tensor<3>| total(of.square()).sqrt();
    let levels = before.levels.iter().flatten().zip(memory.state.levels.iter().flatten());
    let lengths = levels.flat_map(|(old, new)| {
        let [old, new] = [old, new].map(|level| level.memory.clone());
        [length(new.clone() - old.clone()), length(old), length(new)]
    });
    let lengths = read(Tensor::cat(lengths.collect(), 0)).await?;
    for name in LevelName::ALL.into_iter().filter(|name| !frozen.has(*name)) {
        memory.clock.updates[name.index()] += 1;
    }
    let names = (0..memory.state.levels.len()).flat_map(|block| LevelName::ALL.map(|level| (block, level)));
    let all = names.zip(lengths.as_chunks::<3>().0).filter(|((_, level), _)| !frozen.has(*level));
    let events = all.map(|((block, level), [magnitude, before, norm])| Event::Update {
        level,
        block,
        clock: memory.clock.tokens,
        magnitude: *magnitude,
        relative: if *before > 0.0 { magnitude / before } else { 0.0 },
        norm: *norm,
    });
    let events = events.collect();
    Ok((memory, events))
}

#[cfg(test)]
mod tests {
    use super::erase;
    use crate::shield;
    use crate::state::LevelState;
    use burn::tensor::{DType, Device, Tensor, TensorData};

    fn rows(count: usize, width: usize, step: usize) -> Tensor<3> {
        let values: Vec<f64> =
            (0..count * width).map(|i| (((i + 3) * step % 97) as f64 / 97.0).powi(4)).collect();
        Tensor::from_data(TensorData::new(values, [1, count, width]), (&Device::flex(), DType::F64))
    }

    fn length(of: Tensor<3>) -> f64 {
        of.square().sum().sqrt().into_scalar::<f64>()
    }

    /// What was written under one key is gone and the key is new; what was written under the others is nearly what it was.
    #[test]
    fn what_is_to_be_forgotten_is_gone_and_its_neighbours_stay() {
        let raw = rows(6, 24, 7919);
        let keys = raw.clone() / raw.square().sum_dim(2).sqrt();
        let values = rows(6, 8, 5381);
        let place = (&Device::flex(), DType::F64);
        let mut level = LevelState {
            memory: Tensor::zeros([1, 24, 8], place),
            pending: Tensor::zeros([1, 24, 8], place),
            shield: Some(shield::open(1, 24, &Device::flex(), DType::F64)),
        };
        let row = |of: &Tensor<3>, i: usize| {
            let [_, _, width] = of.dims();
            of.clone().slice([0..1, i..i + 1, 0..width])
        };
        for i in 0..6 {
            let (key, old) = (row(&keys, i), level.shield.clone().unwrap());
            let error = row(&values, i) - key.clone().matmul(level.memory.clone());
            level.memory = level.memory + shield::direct(&key, old.clone()).swap_dims(1, 2).matmul(error);
            level.shield = Some(shield::absorb(old, &key, key.clone().sum_dim(2).ones_like(), 0.05));
        }
        let key = row(&keys, 2);
        let after = erase(&level, &key);
        assert!(length(key.clone().matmul(level.memory.clone())) > 0.3);
        assert!(length(key.clone().matmul(after.memory.clone())) < 1e-9);
        let familiar = |level: &LevelState, key: &Tensor<3>| {
            let left = key.clone().matmul(level.shield.clone().unwrap());
            shield::familiarity(key, left).into_scalar::<f64>()
        };
        assert!(familiar(&level, &key) > 0.8 && familiar(&after, &key).abs() < 1e-9);
        for i in [0, 1, 3, 4, 5] {
            let other = row(&keys, i);
            let (then, now) = (&level.memory, &after.memory);
            let moved = length(other.clone().matmul(now.clone() - then.clone()))
                / length(other.clone().matmul(then.clone()));
            assert!(moved < 0.2, "{i}: {moved}");
            assert!(familiar(&after, &other) > 0.6, "{i}: {}", familiar(&after, &other));
        }
    }
}
