//! The mixer of a block: projections, convolution, the recurrence, gate and output; and its backward towards `x`.
//!
//! ```text
//! z = rms(x)     [p_u, p_q] = z W_in     u = silu(conv4(p_u))     q = l2(silu(conv4(p_q)))     for each head
//! r = recurrence(u, q)                                                                         kernels::mixer_scan
//! o = (silu(z W_gate) ⊙ rms(M_mem r) + u W_skip) W_out
//! ```

use crate::config::Config;
use crate::norm;
use crate::parameters::{CONVOLUTION, MixerParameters};
use crate::state::MixerState;
use crate::tensors::{linear, linear_back};
use burn::tensor::Tensor;
use nested_memory_kernels::matrix_product::MatrixProduct;
use nested_memory_kernels::mixer_scan::{self, Inputs};
use nested_memory_kernels::row_map::{Map, row_map, row_map_backward};

/// What the backward needs.
#[derive(Debug)]
pub(crate) struct MixerTrace {
    x: Tensor<3>,
    before_silu: Tensor<3>,
    /// The queries before they have unit length.
    query: Tensor<4>,
    scan: Inputs,
    gate_before: Tensor<3>,
    gate: Tensor<3>,
    /// M_mem r, before its mean square is one.
    read: Tensor<4>,
    unit_read: Tensor<4>,
}

/// `[b, t, h·n]` → `[b, h, t, n]`
fn split(x: Tensor<3>, heads: usize) -> Tensor<4> {
    let [b, t, d] = x.dims();
    x.reshape([b, t, heads, d / heads]).swap_dims(1, 2)
}

/// `[b, h, t, n]` → `[b, t, h·n]`
fn join(x: Tensor<4>) -> Tensor<3> {
    let [b, h, t, n] = x.dims();
    x.swap_dims(1, 2).reshape([b, t, h * n])
}

fn convolve(tail: Tensor<3>, x: Tensor<3>, weight: &Tensor<2>) -> (Tensor<3>, Tensor<3>) {
    let [b, t, c] = x.dims();
    let all = Tensor::cat(vec![tail, x], 1);
    let tap = |j: usize| weight.clone().slice([j..j + 1, 0..c]).unsqueeze::<3>();
    let shifted = |j: usize| all.clone().slice([0..b, j..j + t, 0..c]);
    let y = (1..CONVOLUTION).fold(shifted(0) * tap(0), |y, j| y + shifted(j) * tap(j));
    let tail = all.slice([0..b, t..t + CONVOLUTION - 1, 0..c]);
    (y, tail)
}

fn convolve_back(dy: Tensor<3>, weight: &Tensor<2>) -> Tensor<3> {
    let [b, t, c] = dy.dims();
    let none = Tensor::zeros([b, CONVOLUTION - 1, c], (&dy.device(), dy.dtype()));
    let all = Tensor::cat(vec![dy, none], 1);
    let last = CONVOLUTION - 1;
    let term = |j: usize| {
        all.clone().slice([0..b, last - j..last - j + t, 0..c])
            * weight.clone().slice([j..j + 1, 0..c]).unsqueeze::<3>()
    };
    (1..CONVOLUTION).fold(term(0), |y, j| y + term(j))
}

/// The mixer over `t` tokens from `state`: `[b, t, d]` → `[b, t, d]`, the state after them, and the trace.
pub(crate) fn forward(
    config: &Config,
    p: &MixerParameters,
    x: Tensor<3>,
    state: MixerState,
) -> (Tensor<3>, MixerState, MixerTrace) {
    let [b, t, d] = x.dims();
    let z = norm::forward(x.clone(), &p.norm);
    let (before_silu, tail) = convolve(state.tail, linear(z.clone(), &p.input), &p.convolution);
    let after = row_map(Map::Silu, before_silu.clone());
    let input = after.clone().slice([0..b, 0..t, 0..d]);
    let query = split(after.slice([0..b, 0..t, d..2 * d]), config.heads);
    let scan = Inputs {
        input: split(input.clone(), config.heads),
        query: row_map(Map::Unit, query.clone()),
        maps: p.memory.clone(),
        bias: p.bias.clone(),
        state: state.gain,
    };
    let out = mixer_scan::mixer_scan(config.mixer.rule(), scan.clone());
    // y = M_mem r for each head, rows: r M_memᵀ
    let read = out.read.product(p.memory_output.clone().swap_dims(1, 2).unsqueeze::<4>());
    let unit_read = row_map(Map::Rms, read.clone());
    let gate_before = linear(z, &p.gate);
    let gate = row_map(Map::Silu, gate_before.clone());
    let mixed = gate.clone() * join(unit_read.clone()) + linear(input, &p.skip);
    let trace = MixerTrace { x, before_silu, query, scan, gate_before, gate, read, unit_read };
    (linear(mixed, &p.output), MixerState { gain: out.state, tail }, trace)
}

/// ∂x given ∂(output), within the chunk.
pub(crate) fn backward(config: &Config, p: &MixerParameters, trace: MixerTrace, dy: Tensor<3>) -> Tensor<3> {
    let d_mixed = linear_back(dy, &p.output);
    let d_gate = d_mixed.clone() * join(trace.unit_read);
    let d_unit = split(d_mixed.clone() * trace.gate, config.heads);
    let d_read =
        row_map_backward(Map::Rms, trace.read, d_unit).product(p.memory_output.clone().unsqueeze::<4>());
    let scan = mixer_scan::mixer_scan_backward(config.mixer.rule(), trace.scan, d_read);
    let d_input = join(scan.input) + linear_back(d_mixed, &p.skip);
    let d_query = row_map_backward(Map::Unit, trace.query, scan.query);
    let d_after = Tensor::cat(vec![d_input, join(d_query)], 2);
    let d_projected = convolve_back(row_map_backward(Map::Silu, trace.before_silu, d_after), &p.convolution);
    let dz = linear_back(d_projected, &p.input)
        + linear_back(row_map_backward(Map::Silu, trace.gate_before, d_gate), &p.gate);
    norm::backward(trace.x, &p.norm, dz)
}
