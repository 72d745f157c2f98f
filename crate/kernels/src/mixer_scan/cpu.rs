//! The CPU twin: one head of one sequence at a time, the gain in registers and first-level cache, laid out so
//! that every inner loop runs over contiguous lanes. Generic over `f32` and `f64` (finite differences need the
//! latter).

use super::Rule;
use super::expression::{SHARE, TINY};
use crate::real::{Real, sum};

/// How many tokens of gains the backward keeps at a time; in between it runs the forward again from the last
/// kept one, so memory stays small and in cache.
const STRETCH: usize = 32;

/// The sizes of a call and the rule it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// How the state is written.
    pub rule: Rule,
    /// Sequences.
    pub batch: usize,
    /// Heads.
    pub heads: usize,
    /// Tokens.
    pub tokens: usize,
    /// Head size `n`.
    pub size: usize,
}

/// Contiguous inputs in the layouts of [`super::Inputs`].
#[derive(Debug, Clone, Copy)]
pub struct View<'a, R> {
    /// `[b, h, t, n]`
    pub input: &'a [R],
    /// `[b, h, t, n]`
    pub query: &'a [R],
    /// `[h, 2n + 2, n]`
    pub maps: &'a [R],
    /// `[h, 2]`
    pub bias: &'a [R],
    /// `[b, h, n, n]`
    pub state: &'a [R],
}

/// Rows of one head in the packed output of the forward: the reads, then the final gain.
#[must_use]
pub const fn forward_rows(tokens: usize, size: usize) -> usize {
    tokens + size
}

/// Rows of one head in the packed gradients: input, query, start gain, maps, and one row that begins with the two
/// biases.
#[must_use]
pub const fn backward_rows(tokens: usize, size: usize) -> usize {
    2 * tokens + size + 2 * size + 2 + 1
}

/// The head sizes that have a compiled form.
pub const HEAD_SIZES: [usize; 4] = [4, 8, 16, 32];

macro_rules! by_head_size {
    ($size:expr, $call:ident, $($argument:expr),*) => {
        match $size {
            4 => $call::<R, 4>($($argument),*),
            8 => $call::<R, 8>($($argument),*),
            16 => $call::<R, 16>($($argument),*),
            32 => $call::<R, 32>($($argument),*),
            other => panic!("mixer head size {other} has no compiled form; Config::check admits {HEAD_SIZES:?}"),
        }
    };
}

/// Forward over all sequences and heads; `[b, h, t + n, n]`, see [`forward_rows`].
#[must_use]
pub fn forward<R: Real>(sizes: Sizes, view: View<'_, R>) -> Vec<R> {
    let mut packed =
        vec![R::zero(); sizes.batch * sizes.heads * forward_rows(sizes.tokens, sizes.size) * sizes.size];
    by_head_size!(sizes.size, forward_all, sizes, view, &mut packed);
    packed
}

/// Backward over all sequences and heads, given ∂L/∂packed of the forward; `[b, h, rows, n]`, see
/// [`backward_rows`].
#[must_use]
pub fn backward<R: Real>(sizes: Sizes, view: View<'_, R>, gradient: &[R]) -> Vec<R> {
    let mut packed =
        vec![R::zero(); sizes.batch * sizes.heads * backward_rows(sizes.tokens, sizes.size) * sizes.size];
    by_head_size!(sizes.size, backward_all, sizes, view, gradient, &mut packed);
    packed
}

type Row<R, const N: usize> = [R; N];
type Square<R, const N: usize> = [[R; N]; N];

#[inline(always)]
fn row<R: Real, const N: usize>(data: &[R], index: usize) -> &Row<R, N> {
    data[index * N..(index + 1) * N].try_into().expect("a row is N long by construction")
}

#[inline(always)]
fn row_mut<R: Real, const N: usize>(data: &mut [R], index: usize) -> &mut Row<R, N> {
    (&mut data[index * N..(index + 1) * N]).try_into().expect("a row is N long by construction")
}

#[inline(always)]
fn dot<R: Real, const N: usize>(a: &Row<R, N>, b: &Row<R, N>) -> R {
    sum(a, b, |a, b| a * b)
}

#[inline(always)]
fn add<R: Real, const N: usize>(to: &mut Row<R, N>, a: R, x: &Row<R, N>) {
    for (to, x) in to.iter_mut().zip(x) {
        *to = *to + a * *x;
    }
}

/// Σ_j columns[j] x_j: the product with a matrix that is kept by columns.
#[inline(always)]
fn product<R: Real, const N: usize>(columns: &Square<R, N>, x: &Row<R, N>) -> Row<R, N> {
    let mut y = [R::zero(); N];
    for (column, x) in columns.iter().zip(x) {
        add(&mut y, *x, column);
    }
    y
}

/// The product with the transpose of a matrix that is kept by columns.
#[inline(always)]
fn product_transposed<R: Real, const N: usize>(columns: &Square<R, N>, x: &Row<R, N>) -> Row<R, N> {
    let mut y = [R::zero(); N];
    for (y, column) in y.iter_mut().zip(columns) {
        *y = dot(column, x);
    }
    y
}

/// columns += a bᵀ
#[inline(always)]
fn add_outer<R: Real, const N: usize>(columns: &mut Square<R, N>, a: &Row<R, N>, b: &Row<R, N>) {
    for (column, b) in columns.iter_mut().zip(b) {
        add(column, *b, a);
    }
}

fn softplus<R: Real>(x: R) -> R {
    x.max(R::zero()) + (-x.abs()).exp().ln_1p()
}

fn sigmoid<R: Real>(x: R) -> R {
    if x >= R::zero() {
        R::one() / (R::one() + (-x).exp())
    } else {
        let e = x.exp();
        e / (R::one() + e)
    }
}

/// The initial memories of one head, both ways round.
struct Maps<'a, R, const N: usize> {
    rows: &'a [R],
    key: Box<Square<R, N>>,
    value: Box<Square<R, N>>,
    rate: Row<R, N>,
    keep: Row<R, N>,
    bias: [R; 2],
}

impl<'a, R: Real, const N: usize> Maps<'a, R, N> {
    fn new(view: &View<'a, R>, head: usize) -> Self {
        let rows = &view.maps[head * (2 * N + 2) * N..(head + 1) * (2 * N + 2) * N];
        let columns = |from: usize| {
            let mut columns = Box::new([[R::zero(); N]; N]);
            for i in 0..N {
                for (j, column) in columns.iter_mut().enumerate() {
                    column[i] = rows[(from + i) * N + j];
                }
            }
            columns
        };
        Self {
            rows,
            key: columns(0),
            value: columns(N),
            rate: *row(rows, 2 * N),
            keep: *row(rows, 2 * N + 1),
            bias: [view.bias[head * 2], view.bias[head * 2 + 1]],
        }
    }
}

/// What one token computes from the gain; the backward needs all of it.
struct Token<R, const N: usize> {
    x: Row<R, N>,
    key: Row<R, N>,
    key_length: R,
    value: Row<R, N>,
    value_length: R,
    keep: R,
    wish: R,
    wish_slope: R,
    difference: R,
    cap: R,
    rate: R,
    /// What the state is asked for before it is written: 2k − v (self-modifying) or k (gated delta).
    target: Row<R, N>,
    /// What is written against the key: P (2k − v), or S k − v.
    write: Row<R, N>,
}

#[inline(always)]
fn token<R: Real, const N: usize>(
    rule: Rule,
    gain: &Square<R, N>,
    maps: &Maps<'_, R, N>,
    u: &Row<R, N>,
) -> Token<R, N> {
    let tiny = R::of(TINY);
    let self_modifying = rule == Rule::SelfModifying;
    let x = if self_modifying { product(gain, u) } else { *u };
    let mut key = product(&maps.key, &x);
    let key_length = (dot(&key, &key) + tiny).sqrt();
    key.iter_mut().for_each(|k| *k = *k / key_length);
    let mut value = product(&maps.value, &x);
    let value_length = (dot(&value, &value) + tiny).sqrt();
    let shrink = value_length.max(R::one());
    value.iter_mut().for_each(|v| *v = *v / shrink);
    let keep = sigmoid(dot(&maps.keep, &x) + maps.bias[1]);
    let wished = dot(&maps.rate, &x) + maps.bias[0];
    let wish_slope = sigmoid(wished);
    let wish = softplus(wished);
    let mut apart = key;
    add(&mut apart, -R::one(), &value);
    let difference = (dot(&apart, &apart) + tiny).sqrt();
    let cap = (keep + keep).min(R::of(SHARE) * (R::one() - keep) / difference);
    let (rate, target, write) = if self_modifying {
        let mut target = apart;
        add(&mut target, R::one(), &key);
        (cap * -(-wish / cap).exp_m1(), target, product(gain, &target))
    } else {
        let mut write = product(gain, &key);
        add(&mut write, -R::one(), &value);
        (wish_slope, key, write)
    };
    Token {
        x,
        key,
        key_length,
        value,
        value_length,
        keep,
        wish,
        wish_slope,
        difference,
        cap,
        rate,
        target,
        write,
    }
}

#[inline(always)]
fn step<R: Real, const N: usize>(rule: Rule, gain: &mut Square<R, N>, token: &Token<R, N>) {
    let home = if rule == Rule::SelfModifying { R::one() - token.keep } else { R::zero() };
    for (i, (column, key)) in gain.iter_mut().zip(&token.key).enumerate() {
        let scale = -token.rate * *key;
        for (p, w) in column.iter_mut().zip(&token.write) {
            *p = token.keep * *p + scale * *w;
        }
        column[i] = column[i] + home;
    }
}

#[inline(always)]
fn load<R: Real, const N: usize>(rows: &[R]) -> Square<R, N> {
    let mut columns = [[R::zero(); N]; N];
    for i in 0..N {
        for (j, column) in columns.iter_mut().enumerate() {
            column[i] = rows[i * N + j];
        }
    }
    columns
}

#[inline(always)]
fn store<R: Real, const N: usize>(columns: &Square<R, N>, rows: &mut [R]) {
    for i in 0..N {
        for (j, column) in columns.iter().enumerate() {
            rows[i * N + j] = column[i];
        }
    }
}

#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
fn forward_all<R: Real, const N: usize>(sizes: Sizes, view: View<'_, R>, packed: &mut [R]) {
    let rows = forward_rows(sizes.tokens, N);
    for head in 0..sizes.heads {
        let maps = Maps::<R, N>::new(&view, head);
        for batch in 0..sizes.batch {
            let index = batch * sizes.heads + head;
            let (input, query) =
                (&view.input[index * sizes.tokens * N..], &view.query[index * sizes.tokens * N..]);
            let packed = &mut packed[index * rows * N..(index + 1) * rows * N];
            let mut gain = load::<R, N>(&view.state[index * N * N..(index + 1) * N * N]);
            for t in 0..sizes.tokens {
                let token = token(sizes.rule, &gain, &maps, row(input, t));
                if sizes.rule == Rule::SelfModifying {
                    *row_mut(packed, t) = product(&gain, row(query, t));
                    step(sizes.rule, &mut gain, &token);
                } else {
                    step(sizes.rule, &mut gain, &token);
                    *row_mut(packed, t) = product(&gain, row(query, t));
                }
            }
            store(&gain, &mut packed[sizes.tokens * N..]);
        }
    }
}

/// Gradient buffers of one head of one sequence, in packed order.
struct Gradients<'a, R> {
    input: &'a mut [R],
    query: &'a mut [R],
    state: &'a mut [R],
    maps: &'a mut [R],
    bias: &'a mut [R],
}

impl<'a, R: Real> Gradients<'a, R> {
    fn split(packed: &'a mut [R], tokens: usize, n: usize) -> Self {
        let (input, rest) = packed.split_at_mut(tokens * n);
        let (query, rest) = rest.split_at_mut(tokens * n);
        let (state, rest) = rest.split_at_mut(n * n);
        let (maps, bias) = rest.split_at_mut((2 * n + 2) * n);
        Self { input, query, state, maps, bias }
    }
}

#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
fn backward_all<R: Real, const N: usize>(sizes: Sizes, view: View<'_, R>, gradient: &[R], packed: &mut [R]) {
    let (rows, rows_forward) = (backward_rows(sizes.tokens, N), forward_rows(sizes.tokens, N));
    let mut kept: Vec<Square<R, N>> = Vec::new();
    let mut gains: Vec<(Square<R, N>, Token<R, N>)> = Vec::with_capacity(STRETCH);
    for head in 0..sizes.heads {
        let maps = Maps::<R, N>::new(&view, head);
        for batch in 0..sizes.batch {
            let index = batch * sizes.heads + head;
            let (input, query) =
                (&view.input[index * sizes.tokens * N..], &view.query[index * sizes.tokens * N..]);
            let incoming = &gradient[index * rows_forward * N..(index + 1) * rows_forward * N];
            let out = &mut packed[index * rows * N..(index + 1) * rows * N];
            let mut out = Gradients::split(out, sizes.tokens, N);
            let mut gain = load::<R, N>(&view.state[index * N * N..(index + 1) * N * N]);
            kept.clear();
            kept.push(gain);
            let last_stretch = sizes.tokens.saturating_sub(1) / STRETCH * STRETCH;
            for t in 0..last_stretch {
                let token = token(sizes.rule, &gain, &maps, row(input, t));
                step(sizes.rule, &mut gain, &token);
                if (t + 1) % STRETCH == 0 {
                    kept.push(gain);
                }
            }
            let mut adjoint = load::<R, N>(&incoming[sizes.tokens * N..]);
            for (stretch, start) in kept.iter().enumerate().rev() {
                let (from, to) = (stretch * STRETCH, sizes.tokens.min((stretch + 1) * STRETCH));
                let mut gain = *start;
                gains.clear();
                for t in from..to {
                    let before = gain;
                    let token = token(sizes.rule, &gain, &maps, row(input, t));
                    step(sizes.rule, &mut gain, &token);
                    gains.push((before, token));
                }
                for t in (from..to).rev() {
                    let (before, token) = &gains[t - from];
                    let d_read = row::<R, N>(incoming, t);
                    if sizes.rule == Rule::SelfModifying {
                        back(sizes.rule, before, token, &maps, row(input, t), &mut adjoint, &mut out, t);
                        *row_mut(out.query, t) = product_transposed(before, d_read);
                        add_outer(&mut adjoint, d_read, row(query, t));
                    } else {
                        let after = gains.get(t - from + 1).map_or(&gain, |(next, _)| next);
                        *row_mut(out.query, t) = product_transposed(after, d_read);
                        add_outer(&mut adjoint, d_read, row(query, t));
                        back(sizes.rule, before, token, &maps, row(input, t), &mut adjoint, &mut out, t);
                    }
                }
            }
            store(&adjoint, out.state);
        }
    }
}

/// One token backwards: `adjoint` is ∂L/∂P after the token on entry and before it on exit (less the read's share).
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "one step of a loop, split off so that it can be read")]
fn back<R: Real, const N: usize>(
    rule: Rule,
    gain: &Square<R, N>,
    f: &Token<R, N>,
    maps: &Maps<'_, R, N>,
    u: &Row<R, N>,
    adjoint: &mut Square<R, N>,
    out: &mut Gradients<'_, R>,
    t: usize,
) {
    let self_modifying = rule == Rule::SelfModifying;
    // P' = α P + (1 − α) I − η w kᵀ; the gated delta rule has no I
    let adjoint_key = product(adjoint, &f.key);
    let mut d_keep = adjoint.iter().zip(gain).map(|(a, p)| dot(a, p)).sum::<R>();
    if self_modifying {
        d_keep = d_keep - adjoint.iter().enumerate().map(|(i, column)| column[i]).sum::<R>();
    }
    let d_rate = -dot(&f.write, &adjoint_key);
    let d_write = adjoint_key.map(|a| -f.rate * a);
    let mut d_key = product_transposed(adjoint, &f.write).map(|a| -f.rate * a);
    adjoint.iter_mut().flatten().for_each(|a| *a = f.keep * *a);
    // w = P (2k − v), or w = S k − v
    add_outer(adjoint, &d_write, &f.target);
    let d_target = product_transposed(gain, &d_write);
    let (mut d_value, d_wish) = if self_modifying {
        add(&mut d_key, R::of(2.0), &d_target);
        let mut d_value = d_target.map(|d| -d);
        let d_wish = back_rate(f, d_rate, &mut d_keep, &mut d_key, &mut d_value);
        (d_value, d_wish * f.wish_slope)
    } else {
        add(&mut d_key, R::one(), &d_target);
        (d_write.map(|d| -d), d_rate * f.rate * (R::one() - f.rate))
    };
    let d_keep = d_keep * f.keep * (R::one() - f.keep);
    // k and v are shortened to (at most) unit length
    let along = dot(&f.key, &d_key);
    add(&mut d_key, -along, &f.key);
    d_key.iter_mut().for_each(|d| *d = *d / f.key_length);
    if f.value_length > R::one() {
        let along = dot(&f.value, &d_value);
        add(&mut d_value, -along, &f.value);
        d_value.iter_mut().for_each(|d| *d = *d / f.value_length);
    }
    // x = P u feeds all four projections
    let mut d_x = [R::zero(); N];
    for i in 0..N {
        add(&mut d_x, d_key[i], row(maps.rows, i));
        add(&mut d_x, d_value[i], row(maps.rows, N + i));
        add(row_mut(out.maps, i), d_key[i], &f.x);
        add(row_mut(out.maps, N + i), d_value[i], &f.x);
    }
    add(&mut d_x, d_wish, &maps.rate);
    add(&mut d_x, d_keep, &maps.keep);
    add(row_mut(out.maps, 2 * N), d_wish, &f.x);
    add(row_mut(out.maps, 2 * N + 1), d_keep, &f.x);
    out.bias[0] = out.bias[0] + d_wish;
    out.bias[1] = out.bias[1] + d_keep;
    if self_modifying {
        add_outer(adjoint, &d_x, u);
        d_x = product_transposed(gain, &d_x);
    }
    *row_mut(out.input, t) = d_x;
}

/// η = c (1 − e^(−s/c)), c = min(2α, μ (1 − α)/‖k − v‖), backwards; gives ∂L/∂s.
#[inline(always)]
fn back_rate<R: Real, const N: usize>(
    f: &Token<R, N>,
    d_rate: R,
    d_keep: &mut R,
    d_key: &mut Row<R, N>,
    d_value: &mut Row<R, N>,
) -> R {
    let times = f.wish / f.cap;
    let decay = (-times).exp();
    // Where α rounds to 1 the cap is 0 and `times` infinite; its product with the decay tends to 0.
    let tail = if decay > R::zero() { times * decay } else { R::zero() };
    let d_cap = d_rate * (R::one() - decay - tail);
    let room = R::of(SHARE) * (R::one() - f.keep) / f.difference;
    if f.keep + f.keep < room {
        *d_keep = *d_keep + d_cap + d_cap;
    } else {
        *d_keep = *d_keep - d_cap * R::of(SHARE) / f.difference;
        let scale = -d_cap * room / (f.difference * f.difference);
        let mut apart = f.key;
        add(&mut apart, -R::one(), &f.value);
        add(d_key, scale, &apart);
        add(d_value, -scale, &apart);
    }
    d_rate * decay
}
