//! Taking keys out of a matrix and its plain expression give the same numbers.

#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

use burn::tensor::{DType, Device, Tensor, TensorData};
use nested_memory_kernels::shield::{absorb, expression};
use proptest::prelude::*;

fn numbers(x: Tensor<3>) -> Vec<f64> {
    x.into_data().convert::<f64>().try_to_vec::<f64>().unwrap()
}

/// P = I, and keys of the length that writes have.
fn rig(b: usize, t: usize, u: usize, values: &[f64], dtype: DType) -> (Tensor<3>, Tensor<3>) {
    let device = Device::flex();
    let eye = Tensor::<2>::eye(u, &device).cast(dtype).unsqueeze::<3>().repeat(&[b, 1, 1]);
    let keys: Vec<f64> = values.iter().copied().cycle().take(b * t * u).collect();
    let keys = Tensor::<3>::from_data(TensorData::new(keys, [b, t, u]), (&device, dtype));
    (eye, keys)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn keys_are_taken_out_as_the_expression_says(
        [b, t, u] in [1_usize..3, 1_usize..70, 1_usize..40],
        values in prop::collection::vec(-2.0_f64..2.0, 7..200),
    ) {
        for (dtype, within) in [(DType::F64, 1e-9), (DType::F32, 2e-4)] {
            let (shield, keys) = rig(b, t, u, &values, dtype);
            let (found, plain) =
                (numbers(absorb(shield.clone(), keys.clone())), numbers(expression::absorb(shield, keys)));
            for (a, b) in found.iter().zip(&plain) {
                prop_assert!((a - b).abs() <= within * (1.0 + b.abs()), "{} and {}", a, b);
            }
        }
    }
}

/// After thousands of keys P is as symmetric as before, has no negative direction and no number that is none.
#[test]
fn thousands_of_keys_leave_a_matrix_sound() {
    let u = 24;
    let values: Vec<f64> = (0..5000 * u).map(|i| ((i * 7919 % 1009) as f64 / 1009.0).powi(4)).collect();
    let (shield, keys) = rig(1, 5000, u, &values, DType::F32);
    let after = numbers(absorb(shield, keys));
    for i in 0..u {
        assert!(after[i * u + i] > -1e-5 && after[i * u + i] <= 1.0, "{}", after[i * u + i]);
        for j in 0..u {
            assert_eq!(after[i * u + j].to_bits(), after[j * u + i].to_bits());
        }
    }
}
