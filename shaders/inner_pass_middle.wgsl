// A block that is not the last, and the next one's projections. After inner_pass_forward.wgsl.

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let t = group.x;
    mix(lane, t, info.block);
    for (var l = 0u; l < LEVELS; l++) {
        if (info.block < FIXED) {
            think(lane, t, info.block, l);
        } else {
            remember(lane, t, info.block, l);
        }
    }
    project(lane, t, info.block + 1u);
}
