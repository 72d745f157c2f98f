//! The self-modifying Titans recurrence, linear memories with a shared gain, one token at a time.
//!
//! For each head, with the gain `P` (n × n, the head's whole state, `I` when a conversation starts):
//!
//! ```text
//! x = P u                                            what the projections see now: M_□,t u = M_□,0 P u
//! k = l2(M_k x)      v = M_v x / max(1, ‖M_v x‖)     key and self-made target
//! α = σ(m_α·x + b_α) s = softplus(m_η·x + b_η)       retention and wished-for rate
//! c = min(2α, μ (1 − α) / ‖k − v‖)                   the bound that keeps ‖P‖ ≤ 1 / (1 − μ) (hope.md §1.4-9)
//! η = c (1 − exp(−s / c))
//! r = P q                                            read before the write (paper, eq. 86)
//! P ← α P + (1 − α) I − η P (2k − v) kᵀ              delta gradient descent (paper, eq. 88 and 93)
//! ```
//!
//! The paper's retention lets go towards zero. Every term of the rule is a multiple of P, so a linear memory without
//! residual then shrinks by α at every token and nothing puts anything back: in a trained base ‖P‖ was 10⁻³ after two
//! hundred tokens, and the mixer was silent. Here retention lets go towards the memory's learned initial state, which is what
//! P = I stands for. With μ = 3/4, ‖P‖ stays below 4.
//!
//! The output memory is applied by the caller: `y = M_mem r`.
//!
//! The gated delta rule (Titans with one linear memory, hope.md §1.4-2) has the same inputs and outputs. Its
//! projections stay as they are (`x = u`), its state `S` starts at zero, and it reads after it writes:
//!
//! ```text
//! η = σ(m_η·u + b_η)      S ← α S − η (S k − v) kᵀ      r = S q
//! ```

mod backend;
pub mod cpu;
pub mod expression;
pub mod expression_backward;

#[cfg(not(target_arch = "wasm32"))]
mod autodiff;
#[cfg(feature = "wgpu")]
pub(crate) mod wgpu;

use burn::backend::Dispatch;
use burn::tensor::Tensor;

pub use backend::MixerScanBackend;

/// How the state is written and read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The paper's: the projections are memories too and change with every token.
    SelfModifying,
    /// The gated delta rule: fixed projections, one memory.
    GatedDelta,
}

impl Rule {
    /// As a number, for shaders and backend calls.
    #[must_use]
    pub const fn code(self) -> usize {
        match self {
            Self::SelfModifying => 0,
            Self::GatedDelta => 1,
        }
    }

    /// From [`Rule::code`].
    #[must_use]
    pub const fn from_code(code: usize) -> Self {
        if code == 0 { Self::SelfModifying } else { Self::GatedDelta }
    }
}

/// The inputs of the recurrence; `b` sequences, `h` heads, `t` tokens, head size `n`.
#[derive(Debug, Clone)]
pub struct Inputs {
    /// What is written and what projects: `[b, h, t, n]`.
    pub input: Tensor<4>,
    /// What is asked, unit length: `[b, h, t, n]`.
    pub query: Tensor<4>,
    /// The initial memories by rows, `M_k` (n), `M_v` (n), `m_η`, `m_α`: `[h, 2n + 2, n]`.
    pub maps: Tensor<3>,
    /// `b_η`, `b_α`: `[h, 2]`.
    pub bias: Tensor<2>,
    /// The gain at the start: `[b, h, n, n]`.
    pub state: Tensor<4>,
}

/// What the recurrence gives.
#[derive(Debug, Clone)]
pub struct Outputs {
    /// `r`, one row for each token: `[b, h, t, n]`.
    pub read: Tensor<4>,
    /// The gain after the last token: `[b, h, n, n]`.
    pub state: Tensor<4>,
}

/// Gradients of the recurrence towards what came from other tokens' work.
#[derive(Debug, Clone)]
pub struct InputGradients {
    /// ∂L/∂input: `[b, h, t, n]`.
    pub input: Tensor<4>,
    /// ∂L/∂query: `[b, h, t, n]`.
    pub query: Tensor<4>,
}

/// Runs the fused recurrence on whatever device the tensors are on.
#[must_use]
pub fn mixer_scan(rule: Rule, inputs: Inputs) -> Outputs {
    if cfg!(feature = "plain") {
        return expression::mixer_scan(rule, inputs);
    }
    let [batch, heads, tokens, size] = inputs.input.dims();
    let packed = Tensor::<4>::from_dispatch(Dispatch::mixer_scan(
        inputs.input.into_dispatch(),
        inputs.query.into_dispatch(),
        inputs.maps.into_dispatch(),
        inputs.bias.into_dispatch(),
        inputs.state.into_dispatch(),
        rule.code(),
    ));
    Outputs {
        read: packed.clone().slice([0..batch, 0..heads, 0..tokens, 0..size]),
        state: packed.slice([0..batch, 0..heads, tokens..tokens + size, 0..size]),
    }
}

/// The backward of [`mixer_scan`] towards `input` and `query`, for the inner pass, where the base's parameters
/// need no gradient. `read` is ∂L/∂r; nothing flows in from after the last token.
#[must_use]
pub fn mixer_scan_backward(rule: Rule, inputs: Inputs, read: Tensor<4>) -> InputGradients {
    if cfg!(feature = "plain") {
        return expression_backward::mixer_scan_backward(rule, &inputs, read);
    }
    let [batch, heads, tokens, size] = inputs.input.dims();
    let none = Tensor::zeros([batch, heads, size, size], (&read.device(), read.dtype()));
    let packed = Tensor::<4>::from_dispatch(Dispatch::mixer_scan_backward(
        inputs.input.into_dispatch(),
        inputs.query.into_dispatch(),
        inputs.maps.into_dispatch(),
        inputs.bias.into_dispatch(),
        inputs.state.into_dispatch(),
        Tensor::cat(vec![read, none], 2).into_dispatch(),
        rule.code(),
    ));
    InputGradients {
        input: packed.clone().slice([0..batch, 0..heads, 0..tokens, 0..size]),
        query: packed.slice([0..batch, 0..heads, tokens..2 * tokens, 0..size]),
    }
}
