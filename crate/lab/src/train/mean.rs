//! The mean of two bases of one descent: number by number.
//!
//! Bases that went on from each other lie in one valley of the loss, and their mean answers what training never saw better
//! than either (Izmailov et al. 2018, *Averaging Weights Leads to Wider Optima and Better Generalization*; Wortsman et al.
//! 2022, *Model soups*).

use anyhow::Context;
use burn::tensor::{Device, Tensor};
use nested_memory_model::file::Entries;
use nested_memory_model::parameters::{Parameters, Visitor};
use nested_memory_model::{Base, Config, base};
use std::path::Path;

/// Half of each own number and half of the other's.
struct Halves(Entries);

impl Visitor for Halves {
    type Error = anyhow::Error;
    fn visit<const D: usize>(&mut self, name: &str, tensor: Tensor<D>) -> anyhow::Result<Tensor<D>> {
        let shape = tensor.dims();
        let other = self.0.tensors.remove(name).filter(|other| other.shape == shape);
        let other = other.with_context(|| {
            format!("the other base has no {name} of this size: a mean needs bases of one descent")
        })?;
        let other = Tensor::<1>::from_floats(other.values.as_slice(), &tensor.device()).reshape(shape);
        Ok((tensor + other) / 2.0)
    }
}

fn mean_of(parameters: Parameters, config: &Config, other: &Parameters) -> anyhow::Result<Parameters> {
    parameters.map(&mut Halves(base::to_entries(config, other)?))
}

/// The mean of these parameters and of the base in a file, which has to have every one of them.
pub(super) fn mean(parameters: Parameters, path: &Path, device: &Device) -> anyhow::Result<Parameters> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let other = Base::from_bytes(&bytes, device)?;
    mean_of(parameters, &other.config, &other.parameters)
        .with_context(|| format!("no mean with {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::normals;

    #[test]
    fn a_mean_is_half_way_for_every_number() {
        let config = Config::recipe(512);
        let init = |seed| Parameters::init(&config, &mut normals(seed), &Device::flex());
        let numbers = |p: &Parameters| base::to_entries(&config, p).unwrap().tensors;
        let (one, other) = (numbers(&init(1)), numbers(&init(2)));
        let mean = numbers(&mean_of(init(1), &config, &init(2)).unwrap());
        assert_eq!(mean.len(), one.len());
        for (name, mean) in mean {
            for ((mean, a), b) in mean.values.iter().zip(&one[&name].values).zip(&other[&name].values) {
                assert!((mean - (a + b) / 2.0).abs() < 1e-6, "{name}");
            }
        }
    }

    #[test]
    fn bases_of_different_sizes_have_no_mean() {
        let other = Config::recipe(600);
        let init = |config: &Config| Parameters::init(config, &mut normals(1), &Device::flex());
        assert!(mean_of(init(&Config::recipe(512)), &other, &init(&other)).is_err());
    }
}
