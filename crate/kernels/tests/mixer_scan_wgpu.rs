//! The WGSL twin gives the CPU twin's numbers, forwards and backwards. Needs an adapter; a software one will do
//! (Debian's `mesa-vulkan-drivers`, or SwiftShader through `VK_DRIVER_FILES`).
#![cfg(feature = "wgpu")]

use burn::tensor::{DType, Device, DeviceKind, Tensor, TensorData};
use nested_memory_kernels::check;
use nested_memory_kernels::mixer_scan::{Inputs, Outputs, Rule, mixer_scan, mixer_scan_backward};

/// Of the sum of an absolute and a relative difference, see [`check::Agreement`].
const TOLERANCE: f32 = 2e-5;

const RULES: [Rule; 2] = [Rule::SelfModifying, Rule::GatedDelta];

fn device() -> Device {
    Device::wgpu(DeviceKind::DefaultDevice)
}

fn tensor<const D: usize>(shape: [usize; D], scale: f64, seed: u64, device: &Device) -> Tensor<D> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let values: Vec<f32> = (0..shape.iter().product())
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            ((state >> 11) as f64 / (1_u64 << 53) as f64 * 2.0 - 1.0) * scale
        })
        .map(|x| x as f32)
        .collect();
    Tensor::from_data(TensorData::new(values, shape), (device, DType::F32))
}

fn inputs([batch, heads, tokens, n]: [usize; 4], scale: f64, device: &Device) -> Inputs {
    let unit = (3.0 / n as f64).sqrt();
    Inputs {
        input: tensor([batch, heads, tokens, n], scale, 1, device),
        query: tensor([batch, heads, tokens, n], unit, 2, device),
        maps: tensor([heads, 2 * n + 2, n], unit, 3, device),
        bias: tensor([heads, 2], 2.0, 4, device),
        state: tensor([batch, heads, n, n], 0.5 * unit, 5, device),
    }
}

fn difference<const D: usize>(of: Tensor<D>, from: Tensor<D>) -> f32 {
    let (of, from) =
        (of.into_data().try_to_vec::<f32>().unwrap(), from.into_data().try_to_vec::<f32>().unwrap());
    assert_eq!(of.len(), from.len());
    let difference = |(a, b): (&f32, &f32)| {
        if a.is_finite() && b.is_finite() { (a - b).abs() / (1.0 + b.abs()) } else { f32::INFINITY }
    };
    of.iter().zip(&from).map(difference).fold(0.0, f32::max)
}

#[track_caller]
fn close<const D: usize>(of: Tensor<D>, from: Tensor<D>, what: &str) {
    let found = difference(of, from);
    assert!(found <= TOLERANCE, "{what}: {found:e}");
}

#[test]
fn the_wgsl_twin_agrees_with_the_cpu_twin() {
    let found = cubecl::future::block_on(check::agreement(&device())).unwrap();
    println!("{found:?}");
    assert_eq!(found.cases, 97);
    assert!(found.forward <= TOLERANCE && found.backward <= TOLERANCE, "{found:?}");
}

#[test]
fn the_check_sees_no_difference_between_the_cpu_and_itself() {
    let found = cubecl::future::block_on(check::agreement(&Device::flex())).unwrap();
    assert_eq!((found.forward, found.backward), (0.0, 0.0));
}

#[test]
fn many_stretches_agree() {
    for rule in RULES {
        let shape = [2, 2, 150, 16];
        let on = |device: &Device| {
            let out = mixer_scan(rule, inputs(shape, 1.0, device));
            let back = mixer_scan_backward(rule, inputs(shape, 1.0, device), tensor(shape, 1.0, 7, device));
            (out, back)
        };
        let ((out, back), (cpu_out, cpu_back)) = (on(&device()), on(&Device::flex()));
        close(out.read, cpu_out.read, &format!("read, {rule:?}"));
        close(out.state, cpu_out.state, &format!("state, {rule:?}"));
        close(back.input, cpu_back.input, &format!("input, {rule:?}"));
        close(back.query, cpu_back.query, &format!("query, {rule:?}"));
    }
}

#[test]
fn a_chunk_in_pieces_gives_the_very_numbers_of_the_whole() {
    for rule in RULES {
        let device = device();
        let whole = inputs([1, 2, 32, 32], 1.0, &device);
        let all = mixer_scan(rule, whole.clone());
        let piece = |from: usize, to: usize, state: Tensor<4>| {
            let cut = |x: &Tensor<4>| x.clone().slice([0..1, 0..2, from..to, 0..32]);
            let (input, query) = (cut(&whole.input), cut(&whole.query));
            mixer_scan(rule, Inputs { input, query, state, ..whole.clone() })
        };
        let first = piece(0, 13, whole.state.clone());
        let second = piece(13, 32, first.state);
        assert_eq!(difference(Tensor::cat(vec![first.read, second.read], 2), all.read), 0.0);
        assert_eq!(difference(second.state, all.state), 0.0);
    }
}

#[test]
fn views_and_one_tensor_in_two_places_are_fine() {
    for rule in RULES {
        let on = |device: &Device| {
            // Heads beside one another in one row, as the projections give them, and input and query the same.
            let (batch, heads, tokens, n) = (2, 3, 9, 8);
            let both = tensor([batch, tokens, heads, n], 1.0, 11, device).swap_dims(1, 2);
            let given = Inputs {
                input: both.clone(),
                query: both.clone(),
                state: tensor([1, 1, n, n], 0.4, 12, device).expand([batch, heads, n, n]),
                ..inputs([batch, heads, tokens, n], 1.0, device)
            };
            (mixer_scan(rule, given.clone()), mixer_scan_backward(rule, given, both))
        };
        let ((out, back), (cpu_out, cpu_back)) = (on(&device()), on(&Device::flex()));
        close(out.read, cpu_out.read, "read");
        close(out.state, cpu_out.state, "state");
        close(back.input, cpu_back.input, "input");
        close(back.query, cpu_back.query, "query");
    }
}

#[test]
fn extreme_rates_stay_finite() {
    for rule in RULES {
        for bias in [-60.0, -20.0, 20.0, 60.0] {
            let device = device();
            let mut given = inputs([1, 2, 40, 16], 1.0, &device);
            for (rate, keep) in [(bias, 0.0), (0.0, bias), (bias, bias), (bias, -bias)] {
                let data = TensorData::new(vec![rate, keep, rate, keep], [2, 2]);
                given.bias = Tensor::from_data(data, (&device, DType::F32));
                let out = mixer_scan(rule, given.clone());
                let back = mixer_scan_backward(rule, given.clone(), tensor([1, 2, 40, 16], 1.0, 7, &device));
                for (tensor, what) in [(out.read, "read"), (out.state, "state")] {
                    assert!(
                        difference(tensor.clone(), tensor).is_finite(),
                        "{what}, {rule:?}, {rate} {keep}"
                    );
                }
                for (tensor, what) in [(back.input, "input"), (back.query, "query")] {
                    assert!(
                        difference(tensor.clone(), tensor).is_finite(),
                        "∂{what}, {rule:?}, {rate} {keep}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_outer_loop_has_the_gradients_of_the_cpu() {
    let shape = [2, 3, 37, 8];
    for rule in RULES {
        let on = |device: Device| {
            let device = device.autodiff();
            let given = inputs(shape, 1.0, &device);
            let given = Inputs {
                input: given.input.require_grad(),
                query: given.query.require_grad(),
                maps: given.maps.require_grad(),
                bias: given.bias.require_grad(),
                state: given.state.require_grad(),
            };
            let Outputs { read, state } = mixer_scan(rule, given.clone());
            let weight = tensor(read.dims(), 1.0, 8, &device);
            let weight_state = tensor(state.dims(), 1.0, 9, &device);
            let gradients = ((read * weight).sum() + (state * weight_state).sum()).backward();
            (
                [&given.input, &given.query, &given.state].map(|x| x.grad(&gradients).unwrap()),
                given.maps.grad(&gradients).unwrap(),
                given.bias.grad(&gradients).unwrap(),
            )
        };
        let ((wide, maps, bias), (cpu_wide, cpu_maps, cpu_bias)) = (on(device()), on(Device::flex()));
        for ((of, from), what) in wide.into_iter().zip(cpu_wide).zip(["input", "query", "state"]) {
            close(of, from, &format!("∂{what}, {rule:?}"));
        }
        close(maps, cpu_maps, &format!("∂maps, {rule:?}"));
        close(bias, cpu_bias, &format!("∂bias, {rule:?}"));
    }
}
