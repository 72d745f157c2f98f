//! A larger model that knows what a smaller one knows: each trained number keeps its place, and what is new does not
//! speak at first (Net2Net, Chen, Goodfellow and Shlens 2016, arXiv 1511.05641; here by zeros instead of copies).
//!
//! Whatever leads from something new to what was there before is zero, whatever reads it is random, so that its gradient
//! is alive. The norms' gains pay for the mean being taken over more numbers. Two things are only nearly as before: keys
//! have new units with a small share of their length, and δ has parts along the new width.

use super::words::{Mixture, mixed_words};
use anyhow::{Context, ensure};
use burn::tensor::{Device, Tensor, TensorData};
use nested_memory_dialogue::Tokenizer;
use nested_memory_model::file::{Entries, Entry};
use nested_memory_model::parameters::{Parameters, Visitor};
use nested_memory_model::{Config, base};
use std::collections::HashMap;

/// How strongly what is new is read at first, relative to fresh parameters.
const READ: f32 = 0.3;
/// The share of their fresh weights that new units' keys begin with: squared twice it is next to nothing of a key's
/// length, but not nothing, since a unit that never speaks never learns.
const UNIT: f32 = 0.5;
/// The gate's bias of a new block's levels: they write little until they have learned what.
const SHUT: f32 = -3.0;

/// What a number in a new place begins with.
#[derive(Clone, Copy)]
enum New {
    /// As in fresh parameters, so many times.
    Fresh(f32),
    /// 0.
    Zero,
}

/// The sizes before and after, and the words of both.
struct Growth<'a> {
    small: &'a Entries,
    from: &'a Config,
    to: &'a Config,
    /// For each new id the old one, if the old vocabulary has it.
    words: Vec<Option<usize>>,
    /// What a new id's row is mixed of: the known rows that it resembles, and how much of each.
    mixed: HashMap<usize, Mixture>,
}

/// Parameters of these sizes with what the base knows.
///
/// # Errors
/// If the base cannot be read, or has more of something than `to`.
pub(crate) fn grow(
    bytes: &[u8],
    (old, new): (&Tokenizer, &Tokenizer),
    to: &Config,
    normal: &mut dyn FnMut() -> f32,
    device: &Device,
) -> anyhow::Result<(Config, Parameters)> {
    let added = to.blocks.saturating_sub(base::config_of(bytes)?.blocks);
    let fixed = to.fixed_blocks.saturating_sub(added);
    let kept = base::New { fixed_blocks: fixed, ..base::New::default() };
    let (from, _) = base::to_train_on(bytes, kept, normal, device)?;
    old.check(from.vocabulary)?;
    new.check(to.vocabulary)?;
    let to = Config {
        vocabulary: to.vocabulary,
        width: to.width,
        blocks: to.blocks,
        fixed_blocks: if from.fixed_blocks > 0 || to.fixed_blocks > 0 {
            from.fixed_blocks + added
        } else {
            0
        },
        heads: to.heads,
        units: to.units,
        hidden: to.hidden,
        look_ahead: from.look_ahead || to.look_ahead,
        familiarity: from.familiarity || to.familiarity,
        protection: from.protection.or(to.protection),
        ..from.clone()
    };
    to.check()?;
    ensure!(from.head_size() == to.head_size(), "the size of a head must stay {}", from.head_size());
    let sizes = |c: &Config| [c.width, c.blocks, c.units, c.hidden];
    ensure!(
        sizes(&from).iter().zip(sizes(&to)).all(|(from, to)| *from <= to),
        "width, blocks, units and hidden can only grow: they are {:?}",
        sizes(&from)
    );
    let known: HashMap<&[u8], usize> =
        (0..from.vocabulary).rev().map(|id| (old.bytes(id as u32), id)).collect();
    let words: Vec<Option<usize>> = (0..to.vocabulary)
        .map(|id| match new.bytes(id as u32) {
            // Specials have no bytes; they are the first ids of every tokenizer.
            [] => Some(id),
            bytes => known.get(bytes).copied(),
        })
        .collect();
    let mixed = mixed_words(&words, &from, (old, new), normal);
    let small = Entries::from_bytes("base", bytes)?;
    let mut growth = Growth { small: &small, from: &from, to: &to, words, mixed };
    let parameters = Parameters::init(&to, normal, device).map(&mut growth)?;
    Ok((to, parameters))
}

impl Visitor for Growth<'_> {
    type Error = anyhow::Error;

    fn visit<const D: usize>(&mut self, name: &str, tensor: Tensor<D>) -> anyhow::Result<Tensor<D>> {
        let shape = tensor.dims();
        let mut values = tensor
            .to_data()
            .try_to_vec::<f32>()
            .map_err(|error| anyhow::anyhow!("{name} cannot be read back: {error:?}"))?;
        match self.known(name) {
            Some(entry) => self.fill(name, entry, &shape, &mut values)?,
            None => quiet(name, &mut values),
        }
        Ok(Tensor::from_data(TensorData::new(values, shape), &tensor.device()))
    }
}

/// A new block's parameters: what it says is zero.
fn quiet(name: &str, values: &mut [f32]) {
    if name.ends_with(".output") || name.ends_with(".down") {
        values.fill(0.0);
    }
    if name.ends_with(".write_bias") {
        values.fill(SHUT);
    }
}

impl Growth<'_> {
    /// What the small base has under this name. New blocks stand before those that remember, or at the end where all do.
    fn known(&self, name: &str) -> Option<&Entry> {
        let added = self.to.blocks - self.from.blocks;
        let Some((block, rest)) = name.strip_prefix("block.").and_then(|name| name.split_once('.')) else {
            return self.small.tensors.get(name);
        };
        let block: usize = block.parse().ok()?;
        let old = match self.to.fixed_blocks {
            fixed if fixed > 0 && block >= fixed => block - added,
            fixed if fixed > 0 && block >= self.from.fixed_blocks => return None,
            _ => block,
        };
        self.small.tensors.get(&format!("block.{old}.{rest}"))
    }

    /// Where a number along this axis comes from.
    fn origin(&self, name: &str, axis: usize, index: usize, length: usize) -> Option<usize> {
        if name == "embedding" && axis == 0 {
            return self.words[index];
        }
        // Inputs and queries lie side by side.
        if length == 2 * self.from.width && name.contains(".mixer.") {
            let (half, place) = (index / self.to.width, index % self.to.width);
            return (place < self.from.width).then_some(half * self.from.width + place);
        }
        (index < length).then_some(index)
    }

    /// Overwrites fresh values with what is known, and quiets what is new.
    fn fill(&self, name: &str, entry: &Entry, shape: &[usize], values: &mut [f32]) -> anyhow::Result<()> {
        ensure!(entry.shape.len() == shape.len(), "{name} is {:?}", entry.shape);
        let part = name.rsplit('.').next().unwrap_or(name);
        let gain = (self.from.width as f32 / self.to.width as f32).sqrt();
        for (place, value) in values.iter_mut().enumerate() {
            let mut rest = place;
            let mut from = vec![None; shape.len()];
            for axis in (0..shape.len()).rev() {
                from[axis] = self.origin(name, axis, rest % shape[axis], entry.shape[axis]);
                rest /= shape[axis];
            }
            let Some(from) = from.iter().copied().collect::<Option<Vec<usize>>>() else {
                let row_is_new = from[0].is_none();
                let column = from.last().copied().flatten();
                if let ("embedding", Some(column)) = (part, column) {
                    let word = self.mixed.get(&(place / shape[1]));
                    *value =
                        word.and_then(|word| word.at(column, entry)).context("a word like none before")?;
                    continue;
                }
                match novelty(part, row_is_new, from.last().is_some_and(Option::is_none)) {
                    New::Fresh(scale) => *value *= scale,
                    New::Zero => *value = 0.0,
                }
                continue;
            };
            let index = from.iter().zip(&entry.shape).fold(0, |sum, (i, length)| sum * length + i);
            let known = *entry.values.get(index).context("a base with too few numbers")?;
            *value = if part == "norm" { known * gain } else { known };
        }
        Ok(())
    }
}

/// What stands where a row or a column (or both) of a tensor is new.
const fn novelty(part: &str, row: bool, column: bool) -> New {
    match (part.as_bytes(), row, column) {
        // A known word says nothing along the new width; a new word says something everywhere.
        (b"embedding", false, _) | (b"output" | b"down", _, _) | (b"skip", true, false) => New::Zero,
        (b"write" | b"close", _, _) => New::Zero,
        (b"key", _, true) => New::Fresh(UNIT),
        (b"key" | b"up" | b"gate" | b"input", true, _) => New::Fresh(READ),
        _ => New::Fresh(1.0),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

    use super::grow;
    use burn::tensor::{Device, Int, Tensor};
    use nested_memory_dialogue::Tokenizer;
    use nested_memory_model::file::Precision;
    use nested_memory_model::parameters::Parameters;
    use nested_memory_model::{Config, base, chunk, state::State};

    #[test]
    fn a_grown_base_says_what_the_small_one_said() {
        let device = Device::flex();
        let tokenizer = Tokenizer::from_bytes(include_bytes!("../../../../www/public/base/tokenizer.json"));
        let tokenizer = tokenizer.unwrap();
        let small =
            Config { width: 32, heads: 2, units: 24, hidden: 16, ..Config::recipe(tokenizer.vocab_size()) };
        let mut normal = super::super::normals(3);
        let parameters = Parameters::init(&small, &mut normal, &device);
        let bytes = base::to_bytes(&small, &parameters, Precision::Single).unwrap();
        let large = Config { width: 64, heads: 4, units: 32, hidden: 48, blocks: 3, ..small.clone() };
        let (large, grown) = grow(&bytes, (&tokenizer, &tokenizer), &large, &mut normal, &device).unwrap();
        assert_eq!((large.width, large.blocks), (64, 3));
        let tokens = Tensor::<2, Int>::from_data([[1, 40, 300, 7, 1200, 2]], &device);
        let says = |config: &Config, parameters: &Parameters| {
            let state = State::new(config, 1, &device, parameters.embedding.dtype());
            chunk::logits(config, parameters, &state, tokens.clone())
        };
        let away = (says(&small, &parameters) - says(&large, &grown)).abs().max().into_scalar::<f32>();
        assert!(away < 1e-3, "{away}");
        let back =
            grow(&bytes, (&tokenizer, &tokenizer), &Config { units: 8, ..small }, &mut normal, &device);
        assert!(back.unwrap_err().to_string().contains("can only grow"));
    }

    /// Where only the last block remembers, what is added stands before it.
    #[test]
    fn a_block_that_is_added_before_the_one_that_remembers_says_nothing_at_first() {
        let device = Device::flex();
        let tokenizer = Tokenizer::from_bytes(include_bytes!("../../../../www/public/base/tokenizer.json"));
        let tokenizer = tokenizer.unwrap();
        let small =
            Config { width: 32, heads: 2, units: 24, hidden: 16, ..Config::recipe(tokenizer.vocab_size()) };
        let mut normal = super::super::normals(4);
        let parameters = Parameters::init(&small, &mut normal, &device);
        let bytes = base::to_bytes(&small, &parameters, Precision::Single).unwrap();
        let wanted = Config { blocks: 3, fixed_blocks: 2, ..small };
        let (large, grown) = grow(&bytes, (&tokenizer, &tokenizer), &wanted, &mut normal, &device).unwrap();
        assert_eq!((large.blocks, large.fixed_blocks, grown.plastic.len()), (3, 2, 1));
        let same =
            |a: &Tensor<2>, b: &Tensor<2>| (a.clone() - b.clone()).abs().max().into_scalar::<f32>() == 0.0;
        assert!(same(&grown.plastic[0][1].key, &parameters.plastic[1][1].key));
        assert!(same(&grown.blocks[2].mixer.gate, &parameters.blocks[1].mixer.gate));
        assert!(same(&grown.blocks[0].mixer.gate, &parameters.blocks[0].mixer.gate));
        let silent = &grown.blocks[1].mixer.output;
        assert!(same(silent, &silent.zeros_like()));
    }

    /// The page's tokenizer without its newest entries.
    fn younger(entries: usize) -> Tokenizer {
        let bytes = include_bytes!("../../../../www/public/base/tokenizer.json");
        let mut file: serde_json::Value = serde_json::from_slice(bytes).unwrap();
        let model = file["model"].as_object_mut().unwrap();
        let words = model["vocab"].as_object().unwrap().len();
        let merges = entries + model["merges"].as_array().unwrap().len() - words;
        model["vocab"].as_object_mut().unwrap().retain(|_, id| id.as_u64().unwrap() < entries as u64);
        model["merges"].as_array_mut().unwrap().truncate(merges);
        Tokenizer::from_bytes(file.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn new_words_resemble_those_that_were_there_and_change_nothing_of_them() {
        let device = Device::flex();
        let (old, new) = (younger(2000), younger(2300));
        let sizes =
            |vocabulary| Config { width: 32, heads: 2, units: 24, hidden: 16, ..Config::recipe(vocabulary) };
        let mut normal = super::super::normals(3);
        let parameters = Parameters::init(&sizes(2000), &mut normal, &device);
        let bytes = base::to_bytes(&sizes(2000), &parameters, Precision::Single).unwrap();
        let (_, grown) = grow(&bytes, (&old, &new), &sizes(2300), &mut normal, &device).unwrap();
        let rows = |of: &Parameters, from: usize, to: usize| of.embedding.clone().slice([from..to, 0..32]);
        let known = rows(&parameters, 0, 2000);
        let away = (rows(&grown, 0, 2000) - known.clone()).abs().max().into_scalar::<f32>();
        assert!(away < 1e-6, "{away}");
        let length = |of: burn::tensor::Tensor<2>| of.square().mean().sqrt().into_scalar::<f32>();
        let ratio = length(rows(&grown, 2000, 2300)) / length(known);
        assert!((0.8..1.25).contains(&ratio), "{ratio}");
    }
}
