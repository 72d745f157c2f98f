//! What the WGSL twins have in common.

use burn::backend::wgpu::CubeTensor;
use burn::tensor::{DType, Shape};
use cubecl::server::MetadataBindingInfo;

/// What may be done with the buffers that are only read. In the browser a buffer holds one tensor; two inputs may
/// still be the same tensor, and WebGPU forbids one buffer in two writable bindings. Elsewhere tensors share
/// buffers, and a buffer may not be read-only and writable in one dispatch.
pub(crate) const ACCESS: &str = if cfg!(target_family = "wasm") { "read" } else { "read_write" };

/// Room for what a shader gives: f32, contiguous, beside `like`.
pub(crate) fn output(like: &CubeTensor, shape: Shape) -> CubeTensor {
    let (client, device) = (like.client.clone(), like.device.clone());
    let buffer = client.empty(shape.num_elements() * size_of::<f32>());
    CubeTensor::new_contiguous(client, device, shape, buffer, DType::F32)
}

/// `Info` of a shader: two numbers of 32 bits, the first in the lower half.
pub(crate) fn info(first: usize, second: usize) -> MetadataBindingInfo {
    MetadataBindingInfo::custom(vec![(u64::from(number(second)) << 32) | u64::from(number(first))])
}

/// A count for a shader.
pub(crate) fn number(count: usize) -> u32 {
    u32::try_from(count).expect("a shader counts in 32 bits")
}
