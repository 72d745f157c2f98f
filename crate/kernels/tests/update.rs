//! An update and its plain expression give the same numbers.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

use burn::tensor::{DType, Device, Tensor, TensorData};
use nested_memory_kernels::update::{expression, update};
use proptest::prelude::*;

fn numbers<const D: usize>(x: Tensor<D>) -> Vec<f64> {
    x.into_data().convert::<f64>().try_to_vec::<f64>().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn an_update_is_what_the_expression_says(
        [l, u, d] in [1_usize..4, 1_usize..40, 1_usize..40],
        values in prop::collection::vec(-3.0_f64..3.0, 7..200),
    ) {
        for (dtype, within) in [(DType::F64, 1e-12), (DType::F32, 1e-5)] {
            let part = |skip: usize, shape: &[usize]| {
                let count = shape.iter().product();
                let values: Vec<f64> = values.iter().copied().cycle().skip(skip).take(count).collect();
                TensorData::new(values, shape.to_vec())
            };
            let place = (&Device::flex(), dtype);
            let memory = Tensor::<3>::from_data(part(0, &[l, u, d]), place);
            let pending = Tensor::<3>::from_data(part(3, &[l, u, d]), place);
            let rates = Tensor::<1>::from_data(part(5, &[l]), place);
            let (after, lengths) = update(memory.clone(), pending.clone(), rates.clone());
            let (plain, expected) = expression::update(memory, pending, rates);
            let all = numbers(after).into_iter().chain(numbers(lengths));
            for (a, b) in all.zip(numbers(plain).into_iter().chain(numbers(expected))) {
                prop_assert!((a - b).abs() <= within * (1.0 + b.abs()), "{} and {}", a, b);
            }
        }
    }
}
