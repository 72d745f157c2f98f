// A whole model in one buffer: the sizes, the places of its parts, and what every shader does with them that has the whole
// model before it. After the bindings, of which `base` must be one.

const BLOCKS: u32 = {{ blocks }}u;
// The first blocks, whose levels have no plastic weights.
const FIXED: u32 = {{ fixed }}u;
const LANES: u32 = {{ lanes }}u;
const LEVELS: u32 = {{ levels_count }}u;

// Where the parts of the base are; see Layout in crate/kernels/src/model.rs.
const NORM: u32 = {{ norm }}u;
const FIRST_BLOCK: u32 = {{ first_block }}u;
const BLOCK: u32 = {{ block }}u;
const INPUT: u32 = {{ input }}u;
const CONVOLUTION: u32 = {{ convolution }}u;
const GATE: u32 = {{ gate }}u;
const SKIP: u32 = {{ skip }}u;
const OUTPUT: u32 = {{ output }}u;
const MAPS: u32 = {{ maps }}u;
const READER: u32 = {{ reader }}u;
const BIAS: u32 = {{ bias }}u;
const FIRST_LEVEL: u32 = {{ first_level }}u;
const LEVEL: u32 = {{ level }}u;
const UP: u32 = {{ up }}u;
const DOWN: u32 = {{ down }}u;
const PLASTIC: u32 = {{ plastic }}u;
const PLASTIC_LEVEL: u32 = {{ plastic_level }}u;
const WRITE: u32 = {{ write }}u;
const CLOSE: u32 = {{ close }}u;
// What hidden units make of familiarity, and where the shields are in the memory.
const TOLD: bool = {{ told }};
const FAMILIARITY: u32 = {{ familiarity }}u;
const SHIELDS: u32 = {{ shields }}u;
const DOUBTING: bool = {{ doubting }};
const DECLINES: u32 = {{ declines }}u;
const DOUBT: u32 = {{ doubt }}u;
const DOUBTS: u32 = {{ doubts }}u;

const SELF_MODIFYING: bool = {{ self_modifying }};
const SHARE: f32 = {{ share }};

const MIXER_STATE: u32 = H * N * N + (TAPS - 1u) * 2u * D;
// Lanes that share a sum towards one number of the residual stream.
const PARTS: u32 = LANES / D;

// The residual stream.
var<workgroup> x: array<f32, D>;
// x with unit mean square and a gain.
var<workgroup> z: array<f32, D>;
var<workgroup> sums: array<f32, LANES>;

// Where the MLP of a block's level begins in the base.
fn level_at(block: u32, l: u32) -> u32 {
    return FIRST_BLOCK + block * BLOCK + FIRST_LEVEL + l * LEVEL;
}

// Where the plastic part of a level begins in the base: W_key. `row` counts levels over the blocks that remember.
fn plastic_at(row: u32) -> u32 {
    return PLASTIC + row * PLASTIC_LEVEL;
}

// Lanes in a row of a square of all lanes: what all have found is gathered along columns first, then along one row. That
// is two barriers instead of one for each halving, and where lanes are emulated barriers cost more than sums.
const SIDE: u32 = 16u;
var<workgroup> columns: array<f32, SIDE>;

// The sum of every lane's number, in every lane.
fn total(lane: u32, own: f32) -> f32 {
    sums[lane] = own;
    workgroupBarrier();
    if (lane < SIDE) {
        var sum = 0.0;
        for (var row = 0u; row < LANES / SIDE; row++) {
            sum += sums[row * SIDE + lane];
        }
        columns[lane] = sum;
    }
    workgroupBarrier();
    var all = 0.0;
    for (var column = 0u; column < SIDE; column++) {
        all += columns[column];
    }
    return all;
}

// z = rms(x) with the gain at `gain`.
fn normalise(lane: u32, gain: u32) {
    var own = 0.0;
    if (lane < D) {
        own = x[lane] * x[lane];
    }
    let inverse = inverseSqrt(total(lane, own) / f32(D) + EPSILON);
    if (lane < D) {
        z[lane] = x[lane] * inverse * base[gain + lane];
    }
    workgroupBarrier();
}

// Adds what PARTS lanes have found towards each number of the residual stream.
fn add_to_stream(lane: u32, own: f32) {
    sums[lane] = own;
    workgroupBarrier();
    if (lane < D) {
        var sum = x[lane];
        for (var part = 0u; part < PARTS; part++) {
            sum += sums[part * D + lane];
        }
        x[lane] = sum;
    }
    workgroupBarrier();
}

// Four numbers of the base, `apart` from one to the next, and sixteen. What is asked for at once is waited for once: a lane
// that asks for one number after the other spends most of its time waiting.
fn four(at: u32, apart: u32) -> vec4<f32> {
    return vec4(base[at], base[at + apart], base[at + 2u * apart], base[at + 3u * apart]);
}

fn sixteen(at: u32, apart: u32) -> mat4x4<f32> {
    return mat4x4(four(at, apart), four(at + 4u * apart, apart), four(at + 8u * apart, apart), four(at + 12u * apart, apart));
}

// The sum of the products of what stands in the same places.
fn meet(a: mat4x4<f32>, b: mat4x4<f32>) -> f32 {
    return (dot(a[0], b[0]) + dot(a[1], b[1])) + (dot(a[2], b[2]) + dot(a[3], b[3]));
}

fn four_of_z(i: u32) -> vec4<f32> {
    return vec4(z[i], z[i + 1u], z[i + 2u], z[i + 3u]);
}

// Number `own` of z W, for a matrix with `outputs` columns. A width is a multiple of four.
fn product(matrix: u32, outputs: u32, own: u32) -> f32 {
    var sum = 0.0;
    var i = 0u;
    for (; i + 16u <= D; i += 16u) {
        let sight = mat4x4(four_of_z(i), four_of_z(i + 4u), four_of_z(i + 8u), four_of_z(i + 12u));
        sum += meet(sight, sixteen(matrix + i * outputs + own, outputs));
    }
    for (; i < D; i += 4u) {
        sum += dot(four_of_z(i), four(matrix + i * outputs + own, outputs));
    }
    return sum;
}
