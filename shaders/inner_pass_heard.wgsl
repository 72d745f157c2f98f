// What the mixer makes of the scan's reads, and the gains that the next chunk begins with. After inner_pass.wgsl.

struct Info {
    tokens: u32,
    reader: u32,
    read: u32,
    next_gains: u32,
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x < info.tokens * D) {
        let own = id.x % D;
        let reads = (own / N * (info.tokens + N) + id.x / D) * N;
        var sum = 0.0;
        for (var j = 0u; j < N; j++) {
            sum += base[info.reader + own * N + j] * scanned[reads + j];
        }
        work[info.read + id.x] = sum;
    }
    if (id.x < H * N * N) {
        let gain = (id.x / (N * N)) * (info.tokens + N) * N + info.tokens * N + id.x % (N * N);
        found[info.next_gains + id.x] = scanned[gain];
    }
}
