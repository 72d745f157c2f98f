//! What the WGSL twins have in common.

/// What may be done with the buffers that are only read. In the browser a buffer holds one tensor; two inputs may
/// still be the same tensor, and WebGPU forbids one buffer in two writable bindings. Elsewhere tensors share
/// buffers, and a buffer may not be read-only and writable in one dispatch.
pub(crate) const ACCESS: &str = if cfg!(target_family = "wasm") { "read" } else { "read_write" };

/// A count for a shader.
pub(crate) fn number(count: usize) -> u32 {
    u32::try_from(count).expect("a shader counts in 32 bits")
}
