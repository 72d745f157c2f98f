//! How loudly a level writes: its learned rate η, times a factor.
//!
//! Adam moves a number by about its own learning rate a step, however large the number is, and η stands near 30: the
//! balance between levels, which decides where a fact lives, follows slowly what training would like (`optimiser.rs`
//! hastens it), and training would like what its own short lives need. So it can be asked for by hand: `eval --louder` examines a base with it, `train --louder` goes on from it.

use nested_memory_model::parameters::Parameters;
use nested_memory_model::{Base, LevelName};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A level and the factor of its rate, in every block that remembers: `slow=1.6`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Louder {
    level: LevelName,
    factor: f64,
}

impl FromStr for Louder {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('=').and_then(|(level, factor)| {
            let level = LevelName::ALL.into_iter().find(|name| name.as_str() == level)?;
            Some((level, factor.parse::<f64>().ok()?))
        });
        match parts {
            Some((level, factor)) if factor > 0.0 && factor.is_finite() => Ok(Self { level, factor }),
            _ => Err("say the level and a factor above zero, as in slow=1.6".to_owned()),
        }
    }
}

/// softplus⁻¹(η) = η + ln(1 − e^(−η)).
fn unsoftened(eta: f64) -> f64 {
    eta + (-(-eta).exp_m1()).ln()
}

/// The same parameters with these rates.
pub(crate) fn louder(mut parameters: Parameters, changes: &[Louder]) -> Parameters {
    for levels in &mut parameters.plastic {
        for change in changes {
            let p = &mut levels[change.level.index()];
            let rate = f64::from(p.rate.clone().into_scalar::<f32>());
            let eta = rate.max(0.0) + (-rate.abs()).exp().ln_1p();
            p.rate = p.rate.zeros_like() + unsoftened(eta * change.factor);
        }
    }
    parameters
}

/// The same base with these rates. It keeps its name: what is examined is still this base.
pub(crate) fn louder_base(base: Base, changes: &[Louder]) -> Base {
    if changes.is_empty() {
        return base;
    }
    Base::new(base.config, louder(base.parameters, changes), base.sha256)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, activation};
    use nested_memory_model::Config;

    fn rates(p: &Parameters) -> Vec<f32> {
        p.plastic
            .iter()
            .flatten()
            .map(|p| activation::softplus(p.rate.clone(), 1.0).into_scalar::<f32>())
            .collect()
    }

    #[test]
    fn a_level_writes_as_much_louder_as_was_asked_for() {
        let mut parameters =
            Parameters::init(&Config::recipe(512), &mut crate::train::normals(1), &Device::flex());
        // Rates of trained bases are of very different sizes.
        for (levels, rate) in parameters.plastic.iter_mut().zip([-12.0, 27.0]) {
            levels.iter_mut().for_each(|p| p.rate = p.rate.zeros_like() + rate);
        }
        let before = rates(&parameters);
        let changes: Vec<Louder> = ["slow=1.5", "mid=0.5"].iter().map(|text| text.parse().unwrap()).collect();
        let after = rates(&louder(parameters, &changes));
        for (block, (before, after)) in before.chunks(3).zip(after.chunks(3)).enumerate() {
            for ((before, after), factor) in before.iter().zip(after).zip([1.0, 0.5, 1.5]) {
                assert!((after / before / factor - 1.0).abs() < 1e-3, "{block}: {before} {after} {factor}");
            }
        }
    }

    #[test]
    fn what_is_no_factor_is_refused() {
        for text in ["slow", "slow=", "slow=0", "slow=-1", "slow=inf", "quick=2"] {
            assert!(text.parse::<Louder>().is_err(), "{text}");
        }
    }
}
