//! The fused recurrence and its plain expression give the same numbers, forwards and backwards.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

use burn::tensor::{DType, Device, Tensor, TensorData};
use nested_memory_kernels::mixer_scan::{
    Inputs, Outputs, Rule, expression, expression_backward, mixer_scan, mixer_scan_backward,
};
use proptest::prelude::*;

/// Deterministic numbers in (−1, 1); the same on every platform.
fn noise(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    (0..count)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1_u64 << 53) as f64 * 2.0 - 1.0
        })
        .collect()
}

fn tensor<const D: usize>(shape: [usize; D], scale: f64, seed: u64, device: &Device) -> Tensor<D> {
    let values: Vec<f64> = noise(shape.iter().product(), seed).into_iter().map(|x| x * scale).collect();
    Tensor::from_data(TensorData::new(values, shape), (device, DType::F64))
}

fn inputs(batch: usize, heads: usize, tokens: usize, n: usize, scale: f64, device: &Device) -> Inputs {
    Inputs {
        input: tensor([batch, heads, tokens, n], scale, 1, device),
        query: tensor([batch, heads, tokens, n], 0.5, 2, device),
        maps: tensor([heads, 2 * n + 2, n], 0.7, 3, device),
        bias: tensor([heads, 2], 2.0, 4, device),
        state: tensor([batch, heads, n, n], 0.4, 5, device),
    }
}

fn close<const D: usize>(a: Tensor<D>, b: Tensor<D>, within: f64, what: &str) {
    let (a, b) = (a.into_data().try_to_vec::<f64>().unwrap(), b.into_data().try_to_vec::<f64>().unwrap());
    assert_eq!(a.len(), b.len());
    for (i, (a, b)) in a.iter().zip(&b).enumerate() {
        assert!((a - b).abs() <= within * (1.0 + b.abs()), "{what}[{i}]: {a} and {b}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_cpu_twin_agrees_with_the_expression(
        batch in 1_usize..3, heads in 1_usize..4, tokens in 1_usize..40,
        n in prop::sample::select(vec![4_usize, 8, 16]), scale in 0.01_f64..30.0, delta in any::<bool>(),
    ) {
        let device = Device::flex();
        let inputs = inputs(batch, heads, tokens, n, scale, &device);
        let rule = Rule::from_code(usize::from(delta));
        let (fused, plain) = (mixer_scan(rule, inputs.clone()), expression::mixer_scan(rule, inputs));
        close(fused.read, plain.read, 1e-10, "read");
        close(fused.state, plain.state, 1e-10, "state");
    }
}

#[test]
fn the_fused_backward_agrees_with_the_gradient_of_the_expression() {
    for (tokens, scale, code) in
        [(1, 1.0, 0), (5, 0.3, 0), (33, 1.0, 0), (40, 8.0, 0), (1, 1.0, 1), (37, 1.0, 1)]
    {
        let rule = Rule::from_code(code);
        let device = Device::flex().autodiff();
        let given = inputs(2, 3, tokens, 8, scale, &device);
        let track = |inputs: &Inputs| Inputs {
            input: inputs.input.clone().detach().require_grad(),
            query: inputs.query.clone().detach().require_grad(),
            maps: inputs.maps.clone().detach().require_grad(),
            bias: inputs.bias.clone().detach().require_grad(),
            state: inputs.state.clone().detach().require_grad(),
        };
        let (a, b) = (track(&given), track(&given));
        let loss = |out: Outputs| {
            let weight = tensor(out.read.dims(), 1.0, 8, &device);
            let weight_state = tensor(out.state.dims(), 1.0, 9, &device);
            (out.read * weight).sum() + (out.state * weight_state).sum()
        };
        let fused = loss(mixer_scan(rule, a.clone())).backward();
        let plain = loss(expression::mixer_scan(rule, b.clone())).backward();
        let what = |name: &str| format!("{name} at {tokens} tokens, {rule:?}");
        close(a.input.grad(&fused).unwrap(), b.input.grad(&plain).unwrap(), 1e-8, &what("input"));
        close(a.query.grad(&fused).unwrap(), b.query.grad(&plain).unwrap(), 1e-8, &what("query"));
        close(a.maps.grad(&fused).unwrap(), b.maps.grad(&plain).unwrap(), 1e-8, &what("maps"));
        close(a.bias.grad(&fused).unwrap(), b.bias.grad(&plain).unwrap(), 1e-8, &what("bias"));
        close(a.state.grad(&fused).unwrap(), b.state.grad(&plain).unwrap(), 1e-8, &what("state"));
    }
}

#[test]
fn the_backward_of_the_expression_agrees_with_the_fused_one() {
    for (tokens, scale, code) in
        [(1, 1.0, 0), (5, 0.3, 0), (33, 1.0, 0), (32, 8.0, 0), (1, 1.0, 1), (37, 1.0, 1)]
    {
        let (rule, device) = (Rule::from_code(code), Device::flex());
        let given = inputs(2, 3, tokens, 8, scale, &device);
        let d_read = tensor([2, 3, tokens, 8], 1.0, 8, &device);
        let fused = mixer_scan_backward(rule, given.clone(), d_read.clone());
        let plain = expression_backward::mixer_scan_backward(rule, &given, d_read);
        close(fused.input, plain.input, 1e-8, &format!("input at {tokens} tokens, {rule:?}"));
        close(fused.query, plain.query, 1e-8, &format!("query at {tokens} tokens, {rule:?}"));
    }
}

#[test]
fn retention_that_rounds_to_one_leaves_gradients_finite() {
    let device = Device::flex();
    let mut given = inputs(1, 2, 9, 8, 1.0, &device);
    given.bias = given.bias.ones_like() * 60.0;
    let given = Inputs {
        input: given.input.autodiff().require_grad(),
        maps: given.maps.autodiff().require_grad(),
        ..given
    };
    let gradients = mixer_scan(Rule::SelfModifying, given.clone()).read.square().sum().backward();
    for values in
        [given.input.grad(&gradients).unwrap().into_data(), given.maps.grad(&gradients).unwrap().into_data()]
    {
        assert!(values.try_to_vec::<f64>().unwrap().iter().all(|x| x.is_finite()));
    }
}
