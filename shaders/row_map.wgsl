// A function of each row, forwards or backwards: the twin of crate/kernels/src/row_map/cpu.rs, with its formulas and
// names. One workgroup is one row; its lanes walk over the row side by side.

const MAP: u32 = {{ map }}u;
const GELU: u32 = 0u;
const SILU: u32 = 1u;
const KEY: u32 = 2u;
const SHARP: u32 = 3u;
const UNIT: u32 = 4u;
const RMS: u32 = 5u;
const BACKWARD: bool = {{ backward }};

const LANES: u32 = {{ lanes }}u;
const A: f32 = {{ a }};
const B: f32 = {{ b }};
const TINY: f32 = {{ tiny }};
const EPSILON: f32 = {{ epsilon }};

struct Info {
    rows: u32,
    n: u32,
}

// [rows, n]
@group(0) @binding(0) var<storage, {{ access }}> input: array<f32>;
// As the input, in the backward.
{{ gradient }}
@group(0) @binding({{ output }}) var<storage, read_write> output: array<f32>;
@group(0) @binding({{ info }}) var<uniform> info: Info;

var<workgroup> sums: array<f32, LANES>;

fn sigmoid(x: f32) -> f32 {
    return 1.0 / (1.0 + exp(-x));
}

// What of a number makes up the row's length, and what the row is scaled of.
fn part(x: f32) -> f32 {
    let positive = max(x, 0.0);
    if (MAP == KEY) {
        return positive * positive;
    }
    if (MAP == SHARP) {
        return positive * positive * positive;
    }
    return x;
}

// The sum of every lane's number, in every lane. Ends with a barrier, so that `sums` may be used again.
fn total(lane: u32, own: f32) -> f32 {
    sums[lane] = own;
    workgroupBarrier();
    for (var half = LANES / 2u; half > 0u; half /= 2u) {
        if (lane < half) {
            sums[lane] += sums[lane + half];
        }
        workgroupBarrier();
    }
    let all = sums[0];
    workgroupBarrier();
    return all;
}

fn share() -> f32 {
    return select(1.0, 1.0 / f32(info.n), MAP == RMS);
}

// 1 / the row's length.
fn inverse_length(lane: u32, first: u32) -> f32 {
    var own = 0.0;
    for (var i = lane; i < info.n; i += LANES) {
        let p = part(input[first + i]);
        own += p * p;
    }
    return inverseSqrt(total(lane, own) * share() + select(TINY, EPSILON, MAP == RMS));
}

fn forward(x: f32, inverse: f32) -> f32 {
    if (MAP == GELU) {
        return x * sigmoid(A * x * (1.0 + B * x * x));
    }
    if (MAP == SILU) {
        return x * sigmoid(x);
    }
    return part(x) * inverse;
}

fn backward(x: f32, dy: f32, inverse: f32, along: f32) -> f32 {
    if (MAP == GELU) {
        let s = sigmoid(A * x * (1.0 + B * x * x));
        return dy * (s + x * s * (1.0 - s) * A * (1.0 + 3.0 * B * x * x));
    }
    if (MAP == SILU) {
        let s = sigmoid(x);
        return dy * s * (1.0 + x * (1.0 - s));
    }
    let positive = max(x, 0.0);
    let slope = select(select(1.0, 2.0 * positive, MAP == KEY), 3.0 * positive * positive, MAP == SHARP);
    return slope * (dy - part(x) * inverse * along) * inverse;
}

@compute @workgroup_size({{ lanes }}, 1, 1)
fn main(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let row = group.y * groups.x + group.x;
    // The same for a whole workgroup, so that barriers stay in uniform control flow.
    if (row >= info.rows) {
        return;
    }
    let first = row * info.n;
    var inverse = 1.0;
    var along = 0.0;
    if (MAP >= KEY) {
        inverse = inverse_length(lane, first);
        if (BACKWARD) {
            var own = 0.0;
            for (var i = lane; i < info.n; i += LANES) {
                let at = first + i;
                own += part(input[at]) * {{ incoming }};
            }
            along = total(lane, own) * inverse * share();
        }
    }
    for (var i = lane; i < info.n; i += LANES) {
        let at = first + i;
        if (BACKWARD) {
            output[at] = backward(input[at], {{ incoming }}, inverse, along);
        } else {
            output[at] = forward(input[at], inverse);
        }
    }
}
