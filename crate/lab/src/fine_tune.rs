//! The control that everybody thinks of first: fine-tuning by plain SGD on the transcript. One frequency for all numbers,
//! no levels, no addresses.

use crate::train::{Track, tensors};
use burn::tensor::{Device, Tensor};
use nested_memory_dialogue::{Cue, Encoded, TokenClass};
use nested_memory_model::outer::{self, ConversationBatch, Delta, Deltas};
use nested_memory_model::parameters::Visitor;
use nested_memory_model::sleep::Exchange;
use nested_memory_model::{Base, LEVELS};
use std::convert::Infallible;

/// How a transcript is trained on.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub(crate) struct Recipe {
    /// The learning rate.
    pub(crate) rate: f64,
    /// Steps over the whole conversation.
    pub(crate) steps: usize,
}

impl std::str::FromStr for Recipe {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once(',').and_then(|(rate, steps)| rate.parse().ok().zip(steps.parse().ok()));
        match parts {
            Some((rate, steps)) if rate > 0.0 && steps > 0 => Ok(Self { rate, steps }),
            _ => Err("say the rate and the number of steps, as in 0.1,20".to_owned()),
        }
    }
}

/// A base that was trained on a conversation: every word of both sides counts the same, nothing is written to levels.
pub(crate) fn fine_tune(base: Base, day: &[Exchange], recipe: Recipe) -> anyhow::Result<Base> {
    if day.is_empty() {
        return Ok(base);
    }
    let device = base.device();
    let batch = transcript(day, base.config.chunk, &device);
    let deltas = [silent(&base, &batch)];
    let batch = [batch];
    let mut parameters = base.parameters.clone();
    for _ in 0..recipe.steps {
        let Ok(tracked) = parameters.clone().map(&mut Track);
        let outcome = outer::loss(&base.config, &tracked, &batch, &deltas, None);
        let gradients = outcome.objective.backward();
        let Ok(stepped) = tracked.map(&mut Step { gradients: &gradients, rate: recipe.rate });
        parameters = stepped;
    }
    Ok(Base::new(base.config, parameters, base.sha256))
}

/// The conversation as one batch of one.
fn transcript(day: &[Exchange], chunk: usize, device: &Device) -> ConversationBatch {
    let tokens: Vec<u32> =
        day.iter().flat_map(|turn| turn.said.iter().chain(&turn.answered)).copied().collect();
    let count = tokens.len();
    let mut encoded = Encoded {
        tokens,
        weights: vec![1.0; count],
        classes: vec![TokenClass::Assistant; count],
        cues: vec![Cue::None; count],
        open: vec![false; count],
    };
    encoded.weights[0] = 0.0;
    let length = count.next_multiple_of(chunk);
    tensors(&[&encoded], length, chunk, 1.0, device)
}

/// No errors to write.
fn silent(base: &Base, batch: &ConversationBatch) -> Deltas {
    let [b, t] = batch.chunk.tokens.dims();
    let place = (&base.device(), base.parameters.embedding.dtype());
    let none = || Delta { delta: Tensor::zeros([b, t, base.config.width], place), shields: None };
    (0..base.config.remembering()).map(|_| std::array::from_fn::<_, LEVELS, _>(|_| none())).collect()
}

/// p ← p − rate · ∂loss/∂p
struct Step<'a> {
    gradients: &'a burn::tensor::Gradients,
    rate: f64,
}
impl Visitor for Step<'_> {
    type Error = Infallible;
    fn visit<const D: usize>(&mut self, _: &str, tensor: Tensor<D>) -> Result<Tensor<D>, Infallible> {
        let gradient = tensor.grad(self.gradients);
        let numbers = tensor.inner();
        Ok(match gradient {
            Some(gradient) => numbers - gradient * self.rate,
            None => numbers,
        })
    }
}
