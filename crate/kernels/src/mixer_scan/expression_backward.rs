//! The backward of the plain expression, written out: what a device without fused operations has to do for the inner
//! pass, where no gradients of parameters are wanted and the page carries no autodiff.
//!
//! With `G = ∂L/∂P` after a token (names as in the module above, `w` what is written, `z = 2k − v`):
//!
//! ```text
//! ∂α = ⟨G, P⟩ − tr G     ∂η = −wᵀ G k     ∂w = −η G k     ∂k = −η Gᵀ w + 2 Pᵀ ∂w + …     ∂v = −Pᵀ ∂w + …
//! ∂P = α G + ∂w zᵀ + ∂x uᵀ + ∂r qᵀ        ∂u = Pᵀ ∂x                  ∂q = Pᵀ ∂r
//! ```

use super::expression::{Maps, SHARE, Token, column, start};
use super::{InputGradients, Inputs, Rule};
use burn::tensor::{Tensor, activation};

fn transposed(x: &Tensor<4>) -> Tensor<4> {
    x.clone().swap_dims(2, 3)
}

/// Σ over a column: `[b, h, n, 1]` → `[b, h, 1, 1]`.
fn inner(a: &Tensor<4>, b: &Tensor<4>) -> Tensor<4> {
    (a.clone() * b.clone()).sum_dim(2)
}

/// Gradients of what a token writes with.
struct Written {
    key: Tensor<4>,
    value: Tensor<4>,
    keep: Tensor<4>,
    wished: Tensor<4>,
    /// ∂L/∂P, less what comes through x and through the read.
    state: Tensor<4>,
}

/// Gradients towards `input` and `query` given ∂L/∂r; nothing flows in from after the last token. Shapes as in
/// [`Inputs`] and [`InputGradients`].
#[must_use]
pub fn mixer_scan_backward(rule: Rule, inputs: &Inputs, read: Tensor<4>) -> InputGradients {
    let [_, _, tokens, _] = inputs.input.dims();
    let (maps, start) = (Maps::new(inputs), start(inputs));
    let mut states = Vec::with_capacity(tokens + 1);
    states.push(inputs.state.clone());
    let mut walked = Vec::with_capacity(tokens);
    for t in 0..tokens {
        let state = states[t].clone();
        let token = Token::new(rule, &maps, &state, column(&inputs.input, t));
        states.push(token.step(rule, &start, state));
        walked.push(token);
    }
    let mut gradient = inputs.state.zeros_like();
    let (mut d_input, mut d_query) = (Vec::with_capacity(tokens), Vec::with_capacity(tokens));
    for (t, token) in walked.iter().enumerate().rev() {
        let (d_read, query) = (column(&read, t), column(&inputs.query, t));
        let asked = &states[if rule == Rule::SelfModifying { t } else { t + 1 }];
        d_query.push(transposed(asked).matmul(d_read.clone()));
        let through_read = d_read.matmul(transposed(&query));
        if rule == Rule::GatedDelta {
            gradient = gradient + through_read.clone();
        }
        let written = written(rule, token, &start, &states[t], gradient);
        let d_x = through_maps(&maps, token, &written);
        gradient = written.state;
        if rule == Rule::SelfModifying {
            d_input.push(transposed(&states[t]).matmul(d_x.clone()));
            gradient = gradient + d_x.matmul(transposed(&column(&inputs.input, t))) + through_read;
        } else {
            d_input.push(d_x);
        }
    }
    let rows = |mut columns: Vec<Tensor<4>>| {
        columns.reverse();
        transposed(&Tensor::cat(columns, 3))
    };
    InputGradients { input: rows(d_input), query: rows(d_query) }
}

/// P' = α P + (1 − α) I − η w kᵀ, backwards; the gated delta rule has no I.
fn written(rule: Rule, token: &Token, start: &Tensor<4>, state: &Tensor<4>, after: Tensor<4>) -> Written {
    let (rate, write) = (token.rate(rule), token.write(rule, state));
    let along_key = after.clone().matmul(token.key.clone());
    let d_rate = -inner(&write, &along_key);
    let d_write = -along_key * rate.clone();
    let mut key = -transposed(&after).matmul(write) * rate;
    let of_target = transposed(state).matmul(d_write.clone());
    let total = |x: Tensor<4>| x.sum_dim(2).sum_dim(3);
    if rule == Rule::GatedDelta {
        let sigma = activation::sigmoid(token.wished.clone());
        return Written {
            key: key + of_target,
            value: -d_write.clone(),
            keep: total(after.clone() * state.clone()),
            wished: d_rate * sigma.clone() * (-sigma + 1.0),
            state: after * token.keep.clone() + d_write.matmul(transposed(&token.key)),
        };
    }
    let target = token.key.clone() * 2.0 - token.value.clone();
    key = key + of_target.clone() * 2.0;
    let mut value = -of_target;
    let mut keep = total(after.clone() * (state.clone() - start.clone()));
    // η = c (1 − exp(−s / c))
    let (cap, wish) = (token.cap(), activation::softplus(token.wished.clone(), 1.0));
    let share = wish / cap;
    let left = (-share.clone()).exp();
    let wished = d_rate.clone() * left.clone() * activation::sigmoid(token.wished.clone());
    let d_cap = d_rate * (-(left * (share + 1.0)) + 1.0);
    // c = min(2α, μ (1 − α) / ‖k − v‖)
    let (room, difference) = (token.room(), token.difference());
    let free = (token.keep.clone() * 2.0).lower_equal(room.clone());
    let d_room = d_cap.clone().mask_fill(free.clone(), 0.0);
    keep = keep + d_cap.mask_fill(free.bool_not(), 0.0) * 2.0 - d_room.clone() / difference.clone() * SHARE;
    let apart = (token.key.clone() - token.value.clone()) * (d_room * room / difference.square());
    key = key - apart.clone();
    value = value + apart;
    let state = after * token.keep.clone() + d_write.matmul(transposed(&target));
    Written { key, value, keep, wished, state }
}

/// ∂x through key, value, retention and rate.
fn through_maps(maps: &Maps, token: &Token, d: &Written) -> Tensor<4> {
    let of_unit = |unit: &Tensor<4>, d: &Tensor<4>| d.clone() - unit.clone() * inner(unit, d);
    let d_key = of_unit(&token.key, &d.key) / token.key_length.clone();
    // A value shorter than 1 is left as it is.
    let short = token.value_length.clone().lower_equal_elem(1.0);
    let shortened = of_unit(&token.value, &d.value) / token.value_length.clone();
    let d_value = shortened.mask_where(short.expand(d.value.dims()), d.value.clone());
    let d_keep = d.keep.clone() * token.keep.clone() * (-token.keep.clone() + 1.0);
    transposed(&maps.key).matmul(d_key)
        + transposed(&maps.value).matmul(d_value)
        + transposed(&maps.keep).matmul(d_keep)
        + transposed(&maps.rate).matmul(d.wished.clone())
}
