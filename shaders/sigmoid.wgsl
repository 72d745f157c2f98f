// 1 / (1 + e^(−x)), of either sign without overflow. Before or behind any text that needs it.

fn sigmoid(x: f32) -> f32 {
    let e = exp(-min(abs(x), 80.0));
    let s = 1.0 / (1.0 + e);
    return select(e * s, s, x >= 0.0);
}
