// The last block, the surprise, and back through the block's levels. After inner_pass_forward.wgsl and
// inner_pass_backward.wgsl.

// The largest of every lane's numbers, in every lane.
fn largest(lane: u32, own: f32) -> f32 {
    sums[lane] = own;
    workgroupBarrier();
    if (lane < SIDE) {
        var most = sums[lane];
        for (var row = 1u; row < LANES / SIDE; row++) {
            most = max(most, sums[row * SIDE + lane]);
        }
        columns[lane] = most;
    }
    workgroupBarrier();
    var all = columns[0];
    for (var column = 1u; column < SIDE; column++) {
        all = max(all, columns[column]);
    }
    return all;
}

// nats = −ln p[target], and dx = ∂(m nats)/∂x.
fn surprise(lane: u32, t: u32) {
    normalise(lane, NORM);
    let logits = at(LOGITS, V, t);
    var own = -3.0e38;
    if (lane < D) {
        dx[lane] = z[lane];
    }
    workgroupBarrier();
    for (var first = 0u; first < V; first += BATCH) {
        against_base(lane, 0u, first, V);
        if (lane < BATCH && first + lane < V) {
            let logit = whole(lane);
            work[logits + first + lane] = logit;
            own = max(own, logit);
        }
        workgroupBarrier();
    }
    storageBarrier();
    let highest = largest(lane, own);
    var mass = 0.0;
    for (var v = lane; v < V; v += LANES) {
        let odds = exp(work[logits + v] - highest);
        work[logits + v] = odds;
        mass += odds;
    }
    let all = total(lane, mass);
    storageBarrier();
    let wanted = min(u32(text[info.tokens + t]), V - 1u);
    let mask = text[2u * info.tokens + t];
    if (lane == 0u) {
        found[t] = -log(work[logits + wanted] / all + 1e-30);
    }
    var sum = 0.0;
    if (lane < PARTS * D) {
        for (var v = lane / D; v < V; v += PARTS) {
            sum += work[logits + v] * base[v * D + lane % D];
        }
        sum = sum * mask / all;
        if (lane < D) {
            sum -= mask * base[wanted * D + lane];
        }
    }
    if (lane < D) {
        dx[lane] = 0.0;
    }
    gather(lane, sum);
    normalise_back(lane, NORM);
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let t = group.x;
    mix(lane, t, info.block);
    for (var l = 0u; l < LEVELS; l++) {
        remember(lane, t, info.block, l);
    }
    surprise(lane, t);
    // What the levels have left in `work` is read back by other lanes.
    storageBarrier();
    workgroupBarrier();
    block_back(lane, t, info.block);
}
