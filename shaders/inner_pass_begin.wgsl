// The first phase: a token's embedding, and the first mixer's projections. After inner_pass.wgsl.

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let t = group.x;
    if (lane < D) {
        x[lane] = base[min(u32(text[t]), V - 1u) * D + lane];
    }
    workgroupBarrier();
    project(lane, t, 0u);
}
