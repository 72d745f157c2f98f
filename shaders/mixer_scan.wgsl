// The forward of the recurrence over a whole chunk, one workgroup for each head of each sequence; after
// mixer_scan_token.wgsl. Output: the reads, then the gain after the last token, [b, h, t + n, n].

@group(0) @binding(6) var<uniform> info: Info;

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let head = group.x;
    let index = group.y * info.heads + head;
    let first = index * (info.tokens + N) * N;
    load_state(lane, index);
    for (var t = 0u; t < info.tokens; t++) {
        ask(lane, index * info.tokens + t);
        let read_at = first + t * N + lane % N;
        if (SELF_MODIFYING) {
            let looked = look(lane);
            if (lane < N) {
                seen[lane] = looked;
            } else {
                output[read_at] = looked;
            }
            workgroupBarrier();
        }
        let token = weigh(lane, head);
        change(lane, token);
        if (!SELF_MODIFYING) {
            workgroupBarrier();
            let looked = look(lane);
            if (lane >= N) {
                output[read_at] = looked;
            }
            // `ask` comes next and changes what was just read.
            workgroupBarrier();
        }
    }
    workgroupBarrier();
    let last = first + info.tokens * N;
    for (var e = lane; e < N * N; e += LANES) {
        output[last + e] = gain[(e / N) * STRIDE + e % N];
    }
}
