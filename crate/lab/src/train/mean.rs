//! The mean of two bases of one descent: number by number.
//!
//! Bases that went on from each other lie in one valley of the loss, and their mean answers what training never saw better
//! than either (Izmailov et al. 2018, *Averaging Weights Leads to Wider Optima and Better Generalization*; Wortsman et al.
//! 2022, *Model soups*).

use anyhow::Context;
use burn::tensor::{Device, Tensor};
use nested_memory_model::base;
use nested_memory_model::parameters::{Parameters, Visitor};
use std::collections::HashMap;
use std::path::Path;

/// Numbers by the names of what they belong to.
#[derive(Default)]
struct Numbers(HashMap<String, Vec<f32>>);

impl Visitor for Numbers {
    type Error = anyhow::Error;
    fn visit<const D: usize>(&mut self, name: &str, tensor: Tensor<D>) -> anyhow::Result<Tensor<D>> {
        let values = tensor.to_data().try_to_vec::<f32>().map_err(|e| anyhow::anyhow!("{name}: {e:?}"))?;
        self.0.insert(name.to_owned(), values);
        Ok(tensor)
    }
}

/// Half of each own number and half of the other's.
struct Halves(HashMap<String, Vec<f32>>);

impl Visitor for Halves {
    type Error = anyhow::Error;
    fn visit<const D: usize>(&mut self, name: &str, tensor: Tensor<D>) -> anyhow::Result<Tensor<D>> {
        let shape = tensor.dims();
        let other = self.0.remove(name).filter(|other| other.len() == shape.iter().product::<usize>());
        let other = other.with_context(|| {
            format!("the other base has no {name} of this size: a mean needs bases of one descent")
        })?;
        let other = Tensor::<1>::from_floats(other.as_slice(), &tensor.device()).reshape(shape);
        Ok((tensor + other) / 2.0)
    }
}

fn mean_of(parameters: Parameters, other: Parameters) -> anyhow::Result<Parameters> {
    let mut numbers = Numbers::default();
    other.map(&mut numbers)?;
    parameters.map(&mut Halves(numbers.0))
}

/// The mean of these parameters and of the base in a file.
pub(super) fn mean(parameters: Parameters, path: &Path, device: &Device) -> anyhow::Result<Parameters> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let (_, other) = base::to_train_on(&bytes, false, &mut super::normals(0), device)?;
    mean_of(parameters, other).with_context(|| format!("no mean with {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::normals;
    use nested_memory_model::Config;

    fn numbers(parameters: Parameters) -> HashMap<String, Vec<f32>> {
        let mut numbers = Numbers::default();
        parameters.map(&mut numbers).unwrap();
        numbers.0
    }

    #[test]
    fn a_mean_is_half_way_for_every_number() {
        let config = Config::recipe(512);
        let init = |seed| Parameters::init(&config, &mut normals(seed), &Device::flex());
        let (one, other) = (numbers(init(1)), numbers(init(2)));
        let mean = numbers(mean_of(init(1), init(2)).unwrap());
        assert_eq!(mean.len(), one.len());
        for (name, values) in mean {
            for ((mean, a), b) in values.iter().zip(&one[&name]).zip(&other[&name]) {
                assert!((mean - (a + b) / 2.0).abs() < 1e-6, "{name}");
            }
        }
    }

    #[test]
    fn bases_of_different_sizes_have_no_mean() {
        let init =
            |vocabulary| Parameters::init(&Config::recipe(vocabulary), &mut normals(1), &Device::flex());
        assert!(mean_of(init(512), init(600)).is_err());
    }
}
