// A level's weights as a picture, drawn where they are: no number leaves the graphics card. The twin is
// www/src/components/heat-map.ts. The long side lies flat: a matrix with more rows than columns is drawn on its side.

// On each side of zero.
const STEPS: f32 = {{ steps }}.0;
const BROKEN: u32 = {{ broken }}u;
const GLOW: u32 = {{ glow }}u;

struct Shape {
    rows: u32,
    columns: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
// The colours of the values from one end to the other, of what is no number, of what has just changed.
@group(0) @binding(1) var<storage, read> palette: array<u32>;
// The value with the full colour, and the change that glows fully.
@group(0) @binding(2) var<storage, read> scale: array<f32>;
@group(0) @binding(3) var<storage, read> now: array<f32>;
@group(0) @binding(4) var<storage, read> before: array<f32>;

// One triangle that is larger than the picture.
@vertex
fn corner(@builtin(vertex_index) corner: u32) -> @builtin(position) vec4f {
    return vec4f(f32((corner << 1u) & 2u) * 2.0 - 1.0, f32(corner & 2u) * 2.0 - 1.0, 0.0, 1.0);
}

// Where the number of a pixel is.
fn place(at: vec4f) -> u32 {
    let pixel = vec2u(at.xy);
    let lying = shape.rows > shape.columns;
    return select(pixel.y * shape.columns + pixel.x, pixel.x * shape.columns + pixel.y, lying);
}

fn is_number(value: f32) -> bool {
    return (bitcast<u32>(value) & 0x7f800000u) != 0x7f800000u;
}

fn colour(value: f32) -> u32 {
    if (!is_number(value)) {
        return BROKEN;
    }
    var share = 0.0;
    if (scale[0] > 0.0) {
        share = clamp(value / scale[0], -1.0, 1.0);
    }
    return u32(floor(share * STEPS + 0.5) + STEPS);
}

@fragment
fn weights(@builtin(position) at: vec4f) -> @location(0) vec4f {
    return unpack4x8unorm(palette[colour(now[place(at)])]);
}

// Premultiplied: a layer over the weights, which the page lets fade.
@fragment
fn glow(@builtin(position) at: vec4f) -> @location(0) vec4f {
    let change = abs(now[place(at)] - before[place(at)]);
    var share = 0.0;
    if (is_number(change) && scale[1] > 0.0) {
        share = min(1.0, change / scale[1]);
    }
    return vec4f(unpack4x8unorm(palette[GLOW]).rgb * share, share);
}
