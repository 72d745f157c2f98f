//! The head: logits over the vocabulary, and the gradient of their cross entropy.
//!
//! ```text
//! p = softmax(h Eᵀ)    L = −Σ_n w_n ln p_n[target]    ∂h_n = w_n (p_n E − E[target])    ∂E = Σ_n w_n (p_n − onehot) ⊗ h_n
//! ```
//!
//! The vocabulary is the widest thing in the model, so only the rows that are asked for are computed.

use crate::parameters::Parameters;
use burn::tensor::{IndexingUpdateOp, Int, Tensor, activation};
use nested_memory_kernels::matrix_product::MatrixProduct;

/// Rows computed at a time in training: their logits stay in a core's cache.
#[cfg(not(target_arch = "wasm32"))]
const BLOCK: usize = 192;

/// Some hidden rows and what should have followed them; `n` rows of width `d`.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    /// `[n, d]`
    pub(crate) hidden: Tensor<2>,
    /// `[n]`
    pub(crate) targets: Tensor<1, Int>,
}

/// What the inner pass needs of them.
pub(crate) struct Surprise {
    /// Loss in nats: `[n]`.
    pub(crate) nats: Tensor<1>,
    /// ∂(Σ nats)/∂hidden: `[n, d]`.
    pub(crate) hidden: Tensor<2>,
}

impl Rows {
    /// The rows with these numbers.
    pub(crate) fn select(&self, rows: &Tensor<1, Int>) -> Self {
        Self {
            hidden: self.hidden.clone().select(0, rows.clone()),
            targets: self.targets.clone().select(0, rows.clone()),
        }
    }

    /// Losses and their gradient towards the rows.
    pub(crate) fn surprise(self, p: &Parameters) -> Surprise {
        let [n, _] = self.hidden.dims();
        let odds = activation::softmax(self.hidden.product(p.embedding.clone().transpose()), 1);
        let hit = odds.clone().gather(1, self.targets.clone().reshape([n, 1])).reshape([n]);
        let wanted = p.embedding.clone().select(0, self.targets);
        Surprise { nats: -(hit + 1e-30).log(), hidden: odds.product(p.embedding.clone()) - wanted }
    }
}

/// Puts rows back where [`Rows::select`] took them from; the others are zero.
pub(crate) fn spread(rows: &Tensor<1, Int>, values: Tensor<2>, count: usize) -> Tensor<2> {
    let [_, d] = values.dims();
    let zeros = Tensor::zeros([count, d], (&values.device(), values.dtype()));
    zeros.select_assign(0, rows.clone(), values, IndexingUpdateOp::Add)
}

/// What the outer loop needs of them.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) struct Graded {
    /// Σ w nats: `[1]`.
    pub(crate) nats: Tensor<1>,
    /// 1 where the likeliest token is the target: `[n]`.
    pub(crate) hits: Tensor<1, Int>,
    /// ∂/∂hidden: `[n, d]`.
    pub(crate) hidden: Tensor<2>,
    /// ∂/∂E: `[vocabulary, d]`.
    pub(crate) embedding: Tensor<2>,
}

#[cfg(not(target_arch = "wasm32"))]
impl Rows {
    /// Weighted loss and its gradients towards the rows and the embedding. `weights`: `[n]`.
    pub(crate) fn grade(self, embedding: &Tensor<2>, weights: &Tensor<1>) -> Graded {
        let [n, d] = self.hidden.dims();
        let place = (&self.hidden.device(), self.hidden.dtype());
        let mut total = Graded {
            nats: Tensor::zeros([1], place),
            hits: self.targets.zeros_like(),
            hidden: Tensor::zeros([n, d], place),
            embedding: embedding.zeros_like(),
        };
        for from in (0..n).step_by(BLOCK) {
            let to = (from + BLOCK).min(n);
            let hidden = self.hidden.clone().slice([from..to, 0..d]);
            let targets = self.targets.clone().slice(from..to).reshape([to - from, 1]);
            let weights = weights.clone().slice(from..to).reshape([to - from, 1]);
            let logits = hidden.clone().product(embedding.clone().transpose());
            let hits = logits.clone().argmax(1).equal(targets.clone()).int().reshape([to - from]);
            let odds = activation::softmax(logits, 1);
            let nats = -(odds.clone().gather(1, targets.clone()) + 1e-30).log();
            let slope =
                odds.scatter(1, targets, weights.full_like(-1.0), IndexingUpdateOp::Add) * weights.clone();
            total.nats = total.nats + (nats * weights).sum();
            total.hits = total.hits.slice_assign(from..to, hits);
            total.hidden =
                total.hidden.slice_assign([from..to, 0..d], slope.clone().product(embedding.clone()));
            total.embedding = total.embedding + slope.transpose().product(hidden);
        }
        total
    }
}
