//! The mean of a run's numbers over its last steps.
//!
//! At a level learning rate the numbers wander about what they have found, in directions that the few episodes of a step
//! give; their mean stands still there (Polyak and Juditsky 1992; Izmailov et al. 2018). Over a horizon of h steps:
//!
//! ```text
//! m ← m + (p − m) / min(n, h)        n: steps that were averaged, this one included
//! ```

use anyhow::Context;
use burn::tensor::{Device, Tensor};
use nested_memory_model::Config;
use nested_memory_model::base;
use nested_memory_model::file::{Entries, Entry};
use nested_memory_model::parameters::{Parameters, Visitor};
use std::convert::Infallible;

/// What the tensors of the mean are called in a checkpoint, before their own names.
const PREFIX: &str = "mean.";
/// How many steps were averaged, in a checkpoint's metadata.
const STEPS: &str = "train.averaged";

/// The mean so far.
pub(crate) struct Average {
    /// m
    pub(crate) parameters: Parameters,
    /// n
    steps: usize,
}

/// So much of the way to the other numbers.
struct Approach(std::vec::IntoIter<Tensor<1>>, f64);

impl Visitor for Approach {
    type Error = Infallible;
    fn visit<const D: usize>(&mut self, _: &str, tensor: Tensor<D>) -> Result<Tensor<D>, Infallible> {
        let shape = tensor.dims();
        Ok(match self.0.next() {
            Some(other) => tensor.clone() + (other.reshape(shape) - tensor) * self.1,
            None => tensor,
        })
    }
}

impl Average {
    /// The mean after one more step, if one is wanted.
    pub(crate) fn next(
        so_far: Option<Self>,
        parameters: &Parameters,
        horizon: Option<usize>,
    ) -> Option<Self> {
        horizon.map(|horizon| so_far.unwrap_or_else(|| Self::begin(parameters)).take_in(parameters, horizon))
    }

    /// Nothing was averaged yet.
    fn begin(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), steps: 0 }
    }

    /// Takes in the numbers after one more step.
    fn take_in(self, parameters: &Parameters, horizon: usize) -> Self {
        let steps = self.steps + 1;
        let share = 1.0 / steps.min(horizon.max(1)) as f64;
        let Ok(parameters) = self.parameters.map(&mut Approach(parameters.flat().into_iter(), share));
        Self { parameters, steps }
    }

    /// Puts the mean into a checkpoint.
    pub(crate) fn save(&self, config: &Config, entries: &mut Entries) -> anyhow::Result<()> {
        let numbers = base::to_entries(config, &self.parameters)?.tensors;
        entries.tensors.extend(numbers.into_iter().map(|(name, entry)| (format!("{PREFIX}{name}"), entry)));
        entries.metadata.insert(STEPS.to_owned(), self.steps.to_string());
        Ok(())
    }

    /// Takes the mean out of a checkpoint; `None` if it has none.
    pub(crate) fn load(entries: &Entries, device: &Device) -> anyhow::Result<Option<Self>> {
        let Some(steps) = entries.metadata.get(STEPS) else { return Ok(None) };
        let own =
            |(name, entry): (&String, &Entry)| Some((name.strip_prefix(PREFIX)?.to_owned(), entry.clone()));
        let tensors = entries.tensors.iter().filter_map(own).collect();
        let mean = Entries { tensors, metadata: entries.metadata.clone() };
        let (_, parameters) = base::from_entries(&mean, device).context("the checkpoint's mean")?;
        Ok(Some(Self { parameters, steps: steps.parse()? }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::normals;
    use nested_memory_model::file::Precision;

    fn parameters(seed: u64) -> (Config, Parameters) {
        let config = Config::recipe(512);
        let parameters = Parameters::init(&config, &mut normals(seed), &Device::flex());
        (config, parameters)
    }

    fn numbers((config, parameters): &(Config, Parameters)) -> Vec<f32> {
        let entries = base::to_entries(config, parameters).unwrap().tensors;
        entries.into_values().flat_map(|entry| entry.values).collect()
    }

    #[test]
    fn within_its_horizon_it_is_the_plain_mean_and_then_it_forgets() {
        let steps: Vec<_> = (1..=3).map(parameters).collect();
        let wanted: Vec<Vec<f32>> = steps.iter().map(numbers).collect();
        let mut average = Average::begin(&steps[0].1);
        for (config, step) in &steps {
            average = average.take_in(step, 2);
            assert!(average.steps <= 3);
            if average.steps == 2 {
                let found = numbers(&(config.clone(), average.parameters.clone()));
                let mean = |i: usize| (wanted[0][i] + wanted[1][i]) / 2.0;
                assert!(found.iter().enumerate().all(|(i, x)| (x - mean(i)).abs() < 1e-6));
            }
        }
        let found = numbers(&(steps[0].0.clone(), average.parameters));
        let half = |i: usize| (wanted[0][i] + wanted[1][i]) / 4.0 + wanted[2][i] / 2.0;
        assert!(found.iter().enumerate().all(|(i, x)| (x - half(i)).abs() < 1e-6));
    }

    #[test]
    fn a_checkpoint_brings_it_back() {
        let (config, one) = parameters(1);
        let (_, other) = parameters(2);
        let average = Average::begin(&one).take_in(&one, 9).take_in(&other, 9);
        let mut entries = base::to_entries(&config, &one).unwrap();
        assert!(Average::load(&entries, &Device::flex()).unwrap().is_none());
        average.save(&config, &mut entries).unwrap();
        let bytes = entries.to_bytes("base", Precision::Single).unwrap();
        let entries = Entries::from_bytes("base", &bytes).unwrap();
        let again = Average::load(&entries, &Device::flex()).unwrap().unwrap();
        assert_eq!(again.steps, 2);
        assert_eq!(numbers(&(config.clone(), again.parameters)), numbers(&(config, average.parameters)));
    }
}
