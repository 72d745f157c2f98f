//! The functions of rows and their plain expressions give the same numbers, forwards and backwards.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

use burn::tensor::{DType, Device, Tensor, TensorData};
use nested_memory_kernels::row_map::{Map, expression, row_map, row_map_backward};
use proptest::prelude::*;

fn tensor(shape: [usize; 3], values: &[f64], device: (&Device, DType)) -> Tensor<3> {
    let count = shape.iter().product();
    let values: Vec<f64> = values.iter().copied().cycle().take(count).collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

fn close(a: Tensor<3>, b: Tensor<3>, within: f64, what: &str) {
    let numbers = |x: Tensor<3>| x.into_data().convert::<f64>().try_to_vec::<f64>().unwrap();
    let (a, b) = (numbers(a), numbers(b));
    assert_eq!(a.len(), b.len());
    for (i, (a, b)) in a.iter().zip(&b).enumerate() {
        assert!((a - b).abs() <= within * (1.0 + b.abs()), "{what}[{i}]: {a} and {b}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_map_agrees_with_its_expression_forwards_and_backwards(
        code in 0..Map::ALL.len(),
        shape in [1_usize..3, 1_usize..5, 1_usize..70],
        values in prop::collection::vec(-30.0_f64..30.0, 17..400),
        gradients in prop::collection::vec(-2.0_f64..2.0, 13..100),
    ) {
        let map = Map::from_code(code);
        for (dtype, within) in [(DType::F64, 1e-9), (DType::F32, 3e-5)] {
            let device = Device::flex();
            let x = tensor(shape, &values, (&device, dtype));
            let dy = tensor(shape, &gradients, (&device, dtype));
            close(row_map(map, x.clone()), expression::row_map(map, x.clone()), within, &format!("{map:?}"));

            let tracked = || x.clone().autodiff().require_grad();
            let gradient = |of: fn(Map, Tensor<3>) -> Tensor<3>| {
                let x = tracked();
                let sum = (of(map, x.clone()) * dy.clone().autodiff()).sum();
                x.grad(&sum.backward()).unwrap()
            };
            let plain = gradient(expression::row_map);
            close(gradient(row_map), plain.clone(), within, &format!("∂{map:?} of the outer loop"));
            close(row_map_backward(map, x.clone(), dy.clone()), plain.clone(), within, &format!("∂{map:?}"));
            let written_out = expression::row_map_backward(map, x.clone(), dy.clone());
            close(written_out, plain, within, &format!("∂{map:?} written out"));
        }
    }
}

#[test]
fn rows_of_zeros_and_enormous_numbers_stay_finite() {
    let device = Device::flex();
    for map in Map::ALL {
        for value in [0.0, 1e4, -1e4, 1e-30] {
            let x = tensor([1, 2, 19], &[value], (&device, DType::F32));
            let dy = x.ones_like();
            for y in [row_map(map, x.clone()), row_map_backward(map, x.clone(), dy)] {
                let y = y.into_data().try_to_vec::<f32>().unwrap();
                assert!(y.iter().all(|y| y.is_finite()), "{map:?} of {value}: {y:?}");
            }
        }
    }
}

#[test]
fn a_row_alone_gives_the_very_numbers_it_gives_among_others() {
    let device = Device::flex();
    let values: Vec<f64> = (0..7 * 192).map(|i| f64::from(i * 37 % 101) / 20.0 - 2.5).collect();
    let x = tensor([1, 7, 192], &values, (&device, DType::F32));
    for map in Map::ALL {
        let all = row_map(map, x.clone()).slice([0..1, 5..6, 0..192]);
        let alone = row_map(map, x.clone().slice([0..1, 5..6, 0..192]));
        assert_eq!(all.into_data(), alone.into_data(), "{map:?}");
    }
}
