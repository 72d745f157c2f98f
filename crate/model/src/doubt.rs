//! Doubt: how near an answer is to "I don't know yet", by how much memory holds under the question's key.
//!
//! A level that is read under a key it never met gives an echo of what it met under others, and an echo can look like an
//! answer. The shield knows better: φ of [`crate::level`] says how familiar a key is. Where an answer begins, each token i
//! that begins one which declines ([`crate::Config::declines`]) is given
//!
//! ```text
//! logit_i += c_i + Σ_ℓ w_iℓ n_ℓ + v_i u        n = |key D| for the fast level, φ = key (I − P) keyᵀ for the lasting ones
//! ```
//!
//! with the keys of the mark that stands before the answer, and u how strange the question's words are ([`crate::acquaintance`]). The numbers are not trained but fitted once a base is trained: a
//! logistic regression of "was told" on the likeliest value's margin, n and u, as a detector's scores are calibrated (Platt
//! 1999). Without levels there is no doubt either.

use crate::base::Base;
use crate::chunk;
use crate::config::LevelName;
use crate::error::Error;
use crate::memory::Memory;
use crate::observe::{Levels, even, read, row};
use crate::parameters::Parameters;
use burn::tensor::Tensor;
use nested_memory_kernels::decode::Declining;
use nested_memory_kernels::matrix_product::MatrixProduct;
use nested_memory_kernels::model::DECLINES;

/// What there is to go by where an answer begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The logits without any doubt.
    pub logits: Vec<f32>,
    /// n of each level, fast to slow, over the blocks that remember.
    pub found: Vec<f32>,
    /// u of the question, in nats; 0 of a base that recognises nothing.
    pub strangeness: f32,
}

impl Evidence {
    /// φ of the lasting levels together, over the blocks that remember.
    #[must_use]
    pub fn familiarity(&self) -> f32 {
        let levels = LevelName::ALL.into_iter().cycle().zip(&self.found);
        levels.filter(|(level, _)| *level != LevelName::Fast).map(|(_, found)| found).sum()
    }
}

/// The tokens that the base's doubt is about, where an answer begins, and what the words of the question give each, v_i u.
pub(crate) fn declines(base: &Base, memory: &Memory, levels: Levels) -> Option<[Declining; DECLINES]> {
    let mark = base.config.marks?.assistant;
    let tokens = base.config.declines.filter(|_| levels == Levels::On && memory.pending == [mark])?;
    let weights = base.config.recognition.as_ref().map_or([0.0; DECLINES], |it| it.weights);
    let strangeness = strangeness(base, memory);
    Some(std::array::from_fn(|i| Declining { token: tokens[i], given: weights[i] * strangeness }))
}

/// How strange the words of the turn are that is being answered.
fn strangeness(base: &Base, memory: &Memory) -> f32 {
    let recognition = base.config.recognition.as_ref();
    recognition.map_or(0.0, |it| it.strangeness(&memory.acquaintance, &memory.turn))
}

/// What each declining token is given: `[2]`. `found`: n of each level, `[levels]`.
pub(crate) fn doubts(p: &Parameters, found: Tensor<1>) -> Option<Tensor<1>> {
    let doubt = p.doubt.clone()?;
    let [count, numbers] = doubt.dims();
    let begin = doubt.clone().slice([0..count, 0..1]);
    let weights = doubt.slice([0..count, 1..numbers]);
    Some((begin + weights.product(found.unsqueeze_dim(1))).reshape([count]))
}

/// What the first token of an answer goes by; `None` where no answer begins.
///
/// # Errors
/// [`Error::Device`].
pub async fn evidence(base: &Base, memory: &Memory) -> Result<Option<Evidence>, Error> {
    let Some(marks) = base.config.marks.filter(|marks| memory.pending == [marks.assistant]) else {
        return Ok(None);
    };
    let tokens = even(base, &[marks.assistant]);
    let (logits, found) =
        chunk::evidence_at(&base.config, &base.parameters, &memory.state, row(base, &tokens), 0);
    let mut logits = read(Tensor::cat(vec![logits, found], 0)).await?;
    let found = logits.split_off(base.config.vocabulary);
    Ok(Some(Evidence { logits, found, strangeness: strangeness(base, memory) }))
}
