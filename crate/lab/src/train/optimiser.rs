//! AdamW over all parameters, with a global gradient norm and its state as plain numbers, so that a checkpoint
//! continues exactly.

use burn::optim::{AdamW, AdamWConfig, AdamWState, AdaptiveMomentumState, Optimizer};
use burn::tensor::{Device, Tensor, TensorData};
use nested_memory_model::file::{Entries, Entry};
use nested_memory_model::parameters::{Parameters, Visitor};
use std::convert::Infallible;

/// β of Adam (recipe.md "Outer training").
const BETAS: (f32, f32) = (0.9, 0.98);

/// How many times the learning rate a parameter of this name moves with.
///
/// Adam moves a number by its own learning rate, however large it is and however much depends on it. Rates η are tens,
/// so the balance of levels would stay where it began; the weights of α (`look_ahead`) and of φ (`familiarity`) begin at zero and have to
/// grow past the others before they tell anything apart.
fn haste(name: &str) -> f64 {
    let last = name.rsplit('.').next().unwrap_or(name);
    match last {
        "rate" => 8.0,
        "ahead" | "ahead_bias" | "familiarity" => 4.0,
        _ => 1.0,
    }
}

/// Gradients of all parameters, flat, in the order of [`Parameters::map`].
pub(crate) type Gradients = Vec<Vec<f32>>;

/// The optimiser and its moments.
pub(crate) struct Optimiser {
    decaying: AdamW,
    plain: AdamW,
    states: Vec<Option<AdamWState<1>>>,
    clip: f32,
    device: Device,
}

struct Step<'a> {
    optimiser: &'a mut Optimiser,
    gradients: std::vec::IntoIter<Vec<f32>>,
    scale: f32,
    rate: f64,
    only: &'a [String],
    index: usize,
}

impl Visitor for Step<'_> {
    type Error = Infallible;

    fn visit<const D: usize>(&mut self, name: &str, tensor: Tensor<D>) -> Result<Tensor<D>, Infallible> {
        let Some(gradient) = self.gradients.next() else { return Ok(tensor) };
        if !self.only.is_empty() && !self.only.iter().any(|only| name.ends_with(only)) {
            self.index += 1;
            return Ok(tensor);
        }
        let shape = tensor.dims();
        let count = gradient.len();
        let gradient =
            Tensor::<1>::from_data(TensorData::new(gradient, [count]), &self.optimiser.device) * self.scale;
        let flat = tensor.reshape([count]);
        let state = self.optimiser.states[self.index].take();
        // Gains, biases and rates are not pulled to zero.
        let adam = if D > 1 { &self.optimiser.decaying } else { &self.optimiser.plain };
        let (flat, state) = adam.step(self.rate * haste(name), flat, gradient, state);
        self.optimiser.states[self.index] = state;
        self.index += 1;
        Ok(flat.reshape(shape))
    }
}

impl Optimiser {
    /// No moments yet.
    pub(crate) fn new(parameters: &Parameters, weight_decay: f32, clip: f32, device: &Device) -> Self {
        struct Count(usize);
        impl Visitor for Count {
            type Error = Infallible;
            fn visit<const D: usize>(&mut self, _: &str, tensor: Tensor<D>) -> Result<Tensor<D>, Infallible> {
                self.0 += 1;
                Ok(tensor)
            }
        }
        let mut count = Count(0);
        let Ok(_same) = parameters.clone().map(&mut count);
        let adam = |decay: f32| {
            let config = AdamWConfig::new().with_beta_1(BETAS.0).with_beta_2(BETAS.1).with_epsilon(1e-8);
            config.with_weight_decay(decay).build()
        };
        Self {
            decaying: adam(weight_decay),
            plain: adam(0.0),
            states: (0..count.0).map(|_| None).collect(),
            clip,
            device: device.clone(),
        }
    }

    /// One step of the parameters whose names end with one of `only`, or of all; gives all of them and the gradient's norm before clipping.
    pub(crate) fn step(
        &mut self,
        parameters: Parameters,
        gradients: Gradients,
        rate: f64,
        only: &[String],
    ) -> (Parameters, f32) {
        let norm =
            gradients.iter().flatten().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt() as f32;
        let scale = if norm > self.clip { self.clip / norm } else { 1.0 };
        let mut step =
            Step { optimiser: self, gradients: gradients.into_iter(), scale, rate, only, index: 0 };
        let Ok(parameters) = parameters.map(&mut step);
        (parameters, norm)
    }

    /// Puts the moments into a checkpoint.
    pub(crate) fn save(&self, entries: &mut Entries) -> anyhow::Result<()> {
        for (i, state) in self.states.iter().enumerate() {
            let Some(AdamWState { momentum }) = state else { continue };
            for (name, tensor) in [("first", &momentum.moment_1), ("second", &momentum.moment_2)] {
                let values = tensor.to_data().try_to_vec::<f32>().map_err(|e| anyhow::anyhow!("{e:?}"))?;
                entries
                    .tensors
                    .insert(format!("adam.{i}.{name}"), Entry { shape: vec![values.len()], values });
            }
            entries.metadata.insert("adam.time".to_owned(), momentum.time.to_string());
        }
        Ok(())
    }

    /// Takes the moments out of a checkpoint.
    pub(crate) fn load(&mut self, entries: &Entries) -> anyhow::Result<()> {
        let Some(time) = entries.metadata.get("adam.time") else { return Ok(()) };
        let time: usize = time.parse()?;
        for (i, state) in self.states.iter_mut().enumerate() {
            let moment = |name: &str| {
                entries.tensors.get(&format!("adam.{i}.{name}")).map(|entry| {
                    Tensor::<1>::from_data(
                        TensorData::new(entry.values.clone(), [entry.values.len()]),
                        &self.device,
                    )
                })
            };
            if let (Some(first), Some(second)) = (moment("first"), moment("second")) {
                *state = Some(AdamWState::new(AdaptiveMomentumState::new(time, first, second)));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Optimiser;
    use burn::tensor::Device;
    use nested_memory_model::Config;
    use nested_memory_model::base::to_entries;
    use nested_memory_model::parameters::Parameters;

    #[test]
    fn only_what_is_named_moves() {
        let device = Device::flex();
        let config = Config { width: 8, heads: 2, units: 6, hidden: 5, ..Config::recipe(20) };
        let mut normal = super::super::normals(1);
        let before = Parameters::init(&config, &mut normal, &device);
        let gradients = before.flat().iter().map(|part| vec![0.5; part.dims()[0]]).collect();
        let mut optimiser = Optimiser::new(&before, 0.02, 1.0, &device);
        let (after, _) = optimiser.step(before.clone(), gradients, 1e-2, &[".up".to_owned()]);
        let [before, after] =
            [before, after].map(|p| to_entries(&config, &p).expect("the CPU reads").tensors);
        for (name, entry) in before {
            assert_eq!(after[&name] != entry, name.ends_with(".up"), "{name}");
        }
    }
}
