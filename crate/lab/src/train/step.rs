//! One outer step: both passes and the gradient, on as many threads as there are, each with its share of episodes.

use super::batch::{Batch, Mix, Tally};
use super::optimiser::Gradients;
use burn::tensor::{Device, Tensor};
use nested_memory_dialogue::{Plan, Split, Tokenizer};
use nested_memory_model::parameters::{Parameters, Visitor};
use nested_memory_model::state::State;
use nested_memory_model::{Config, outer};
use std::convert::Infallible;

/// What a step needs besides the parameters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Task<'a> {
    /// The model.
    pub(crate) config: &'a Config,
    /// The shape of an episode.
    pub(crate) plan: &'a Plan,
    /// What episodes are made of, and what counts how much.
    pub(crate) mix: Mix,
    /// Text to ids.
    pub(crate) tokenizer: &'a Tokenizer,
    /// Where to compute.
    pub(crate) device: &'a Device,
    /// Threads.
    pub(crate) threads: usize,
}

/// What a step found.
#[derive(Debug)]
pub(crate) struct Found {
    /// Gradients of the mean loss.
    pub(crate) gradients: Gradients,
    /// Weighted mean loss in nats.
    pub(crate) loss: f32,
    /// Mean loss on addresses in nats.
    pub(crate) lost: f32,
    /// Right answers.
    pub(crate) tally: Tally,
    /// Tokens that were not padding.
    pub(crate) tokens: usize,
}

/// Follows every parameter, so that gradients can be asked for.
pub(crate) struct Track;
impl Visitor for Track {
    type Error = Infallible;
    fn visit<const D: usize>(&mut self, _: &str, tensor: Tensor<D>) -> Result<Tensor<D>, Infallible> {
        Ok(tensor.autodiff().require_grad())
    }
}

struct Gather<'a> {
    from: &'a burn::tensor::Gradients,
    flat: Gradients,
}
impl Visitor for Gather<'_> {
    type Error = anyhow::Error;
    fn visit<const D: usize>(&mut self, name: &str, tensor: Tensor<D>) -> anyhow::Result<Tensor<D>> {
        let values = match tensor.grad(self.from) {
            Some(gradient) => gradient
                .into_data()
                .try_to_vec::<f32>()
                .map_err(|e| anyhow::anyhow!("gradient of {name}: {e:?}"))?,
            None => vec![0.0; tensor.dims().iter().product()],
        };
        self.flat.push(values);
        Ok(tensor)
    }
}

/// Both passes over one share.
fn share(task: Task<'_>, parameters: &Parameters, seeds: &[u64]) -> anyhow::Result<Found> {
    let Task { config, plan, tokenizer, device, .. } = task;
    let batch = Batch::new(seeds, plan, Split::Train, config, task.mix, tokenizer, device);
    let state = State::new(config, seeds.len(), device, parameters.embedding.dtype());
    let (deltas, _) = outer::deltas(config, parameters, state, &batch.conversations);
    let Ok(tracked) = parameters.clone().map(&mut Track);
    let outcome = outer::loss(config, &tracked, &batch.conversations, &deltas, Some(&batch.cues));
    let gradients = outcome.objective.backward();
    let mut gather = Gather { from: &gradients, flat: Vec::new() };
    let _tracked = tracked.map(&mut gather)?;
    let loss = outcome.loss.into_scalar::<f32>();
    let lost = outcome.lost.into_scalar::<f32>();
    Ok(Found { gradients: gather.flat, loss, lost, tally: batch.tally(outcome.hits), tokens: batch.tokens })
}

/// Mean gradient over all shares. Shares are equal in number of episodes, summed in a fixed order, so the result does
/// not depend on which thread is first.
pub(crate) fn step(task: Task<'_>, parameters: &Parameters, seeds: &[u64]) -> anyhow::Result<Found> {
    let size = seeds.len().div_ceil(task.threads.max(1));
    let shares: Vec<anyhow::Result<Found>> = std::thread::scope(|scope| {
        let handles: Vec<_> =
            seeds.chunks(size).map(|seeds| scope.spawn(move || share(task, parameters, seeds))).collect();
        handles
            .into_iter()
            .map(|handle| {
                handle.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a training thread panicked")))
            })
            .collect()
    });
    let mut total: Option<Found> = None;
    let count = shares.len() as f32;
    for found in shares {
        let found = found?;
        total = Some(match total {
            None => found,
            Some(mut total) => {
                for (sum, more) in total.gradients.iter_mut().flatten().zip(found.gradients.iter().flatten())
                {
                    *sum += more;
                }
                total.loss += found.loss;
                total.lost += found.lost;
                total.tally.add(&found.tally);
                total.tokens += found.tokens;
                total
            }
        });
    }
    let mut total = total.ok_or_else(|| anyhow::anyhow!("a step needs at least one episode"))?;
    total.gradients.iter_mut().flatten().for_each(|g| *g /= count);
    total.loss /= count;
    total.lost /= count;
    Ok(total)
}
