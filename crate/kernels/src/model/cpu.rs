//! A whole model's layers on the CPU, over plain slices: some tokens at once, forwards, with what a backward needs.

use super::{LEVELS, Layout, Sizes, TAPS};
use crate::mixer_scan::cpu as scan;
use crate::products::{add_linear, linear};
use crate::real::{Real, sum};
use crate::row_map::{Map, cpu as row_map};
use crate::shield::cpu as shield;

/// A model and a memory.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Model<'a, R> {
    /// Its sizes.
    pub(crate) sizes: Sizes,
    /// The base's numbers, as [`Layout`] says.
    pub(crate) base: &'a [R],
    /// D of every level of the blocks that remember, `[l, u, d]`; then the shields, if they are read.
    pub(crate) memory: &'a [R],
}

/// What the backward of a mixer needs.
pub(crate) struct MixerTrace<R> {
    pub(crate) x: Vec<R>,
    pub(crate) before_silu: Vec<R>,
    /// The queries before they have unit length.
    pub(crate) query: Vec<R>,
    /// Inputs and queries of the scan: `[h, t, n]`.
    pub(crate) scan: [Vec<R>; 2],
    /// The gains before the chunk.
    pub(crate) gains: Vec<R>,
    pub(crate) gate_before: Vec<R>,
    pub(crate) gate: Vec<R>,
    pub(crate) read: Vec<R>,
    pub(crate) unit_read: Vec<R>,
}

/// What the backward of a level needs.
pub(crate) struct LevelTrace<R> {
    pub(crate) x: Vec<R>,
    pub(crate) raw: Vec<R>,
    pub(crate) hidden: Vec<R>,
}

/// `[t, h, n]` → `[h, t, n]`
fn split<R: Real>(heads: usize, n: usize, x: &[R]) -> Vec<R> {
    let tokens = x.len() / (heads * n);
    let mut y = Vec::with_capacity(x.len());
    for head in 0..heads {
        (0..tokens).for_each(|t| y.extend_from_slice(&x[(t * heads + head) * n..][..n]));
    }
    y
}

/// x ⊙ y
pub(crate) fn times<R: Real>(x: &[R], y: &[R]) -> Vec<R> {
    x.iter().zip(y).map(|(x, y)| *x * *y).collect()
}

impl<'a, R: Real> Model<'a, R> {
    /// Refuses buffers that do not fit the sizes: nothing is looked at twice afterwards.
    pub(crate) fn check(&self, state: &[R]) {
        let s = &self.sizes;
        assert_eq!(self.base.len(), s.layout().total, "the base has other sizes");
        assert_eq!(self.memory.len(), s.memory(), "the memory has other sizes");
        assert_eq!(state.len(), s.state(), "the state has other sizes");
    }

    pub(crate) fn part(&self, from: usize, count: usize) -> &'a [R] {
        &self.base[from..from + count]
    }

    pub(crate) fn layout(&self) -> Layout {
        self.sizes.layout()
    }

    pub(crate) fn embedding(&self, id: R) -> &'a [R] {
        let (s, id) = (&self.sizes, id.to_usize().unwrap_or(0));
        self.part(id.min(s.vocabulary - 1) * s.width, s.width)
    }

    /// rms(x) with the gain at `gain`, row by row.
    pub(crate) fn normed(&self, x: &[R], gain: usize) -> Vec<R> {
        let (d, mut z) = (self.sizes.width, row_map::forward(Map::Rms, self.sizes.width, x));
        let gain = self.part(gain, d);
        z.chunks_exact_mut(d).for_each(|z| z.iter_mut().zip(gain).for_each(|(z, gain)| *z = *z * *gain));
        z
    }

    /// Where the MLP of a block's level begins in the base.
    pub(crate) fn level(&self, block: usize, level: usize) -> usize {
        let layout = self.layout();
        layout.blocks + block * layout.block + layout.levels + level * layout.level
    }

    /// Where the plastic part of level `row`, counted over the blocks that remember, begins in the base, and its D.
    pub(crate) fn plastic(&self, row: usize) -> (usize, &'a [R]) {
        let (layout, size) = (self.layout(), self.sizes.units * self.sizes.width);
        (layout.plastic + row * layout.plastic_level, &self.memory[row * size..][..size])
    }

    /// The hidden units of a level's MLP before their gelu.
    fn look_inside(&self, from: usize, z: &[R]) -> Vec<R> {
        let s = &self.sizes;
        linear(s.width, z, self.part(from + self.layout().up, s.width * s.hidden))
    }

    /// What a level's MLP says, given its hidden units: x moves on.
    fn speak_up(&self, from: usize, hidden: &[R], x: &mut [R]) {
        let s = &self.sizes;
        let active = row_map::forward(Map::Gelu, s.hidden, hidden);
        add_linear(s.hidden, &active, self.part(from + self.layout().down, s.hidden * s.width), x);
    }

    /// One level of a block that remembers nothing, over the chunk: x moves on.
    pub(crate) fn think(&self, block: usize, level: usize, x: &mut [R]) {
        let from = self.level(block, level);
        let hidden = self.look_inside(from, &self.normed(x, from));
        self.speak_up(from, &hidden, x);
    }

    /// φ of keys, for a level whose shield is read.
    pub(crate) fn familiarity(&self, place: usize, level: usize, key: &[R]) -> Option<Vec<R>> {
        let s = &self.sizes;
        let from = s.shield(place, level)?;
        Some(shield::familiarity(s.units, &self.memory[from..from + s.units * s.units], key))
    }

    /// Tells a level's hidden units how familiar the keys are to it.
    fn tell(&self, place: usize, level: usize, key: &[R], hidden: &mut [R]) {
        let (s, layout) = (&self.sizes, self.layout());
        let familiarity = self.familiarity(place, level, key).filter(|_| s.familiarity);
        let Some(familiarity) = familiarity else { return };
        let told = self.part(layout.familiarity + (place * LEVELS + level) * s.hidden, s.hidden);
        for (hidden, familiarity) in hidden.chunks_exact_mut(s.hidden).zip(familiarity) {
            hidden.iter_mut().zip(told).for_each(|(hidden, told)| *hidden = *hidden + familiarity * *told);
        }
    }

    /// One plastic level over the chunk: x moves on. The trace, the keys, and the gates β and γ.
    pub(crate) fn remember(
        &self,
        place: usize,
        level: usize,
        x: &mut [R],
    ) -> (LevelTrace<R>, Vec<R>, [Vec<R>; 2]) {
        let (s, layout) = (&self.sizes, self.layout());
        let (d, (from, memory)) = (s.width, self.plastic(place * LEVELS + level));
        let (trace_x, mlp) = (x.to_vec(), self.level(s.fixed + place, level));
        let z = self.normed(x, mlp);
        let raw = linear(d, &z, self.part(from, d * s.units));
        let key = row_map::forward(s.key, s.units, &raw);
        let mut hidden = self.look_inside(mlp, &z);
        self.tell(place, level, &key, &mut hidden);
        self.speak_up(mlp, &hidden, x);
        let gates = [layout.write, layout.close].map(|gate| {
            let (weight, bias) = self.part(from + gate, d + 1).split_at(d);
            let open = |z: &[R]| R::one() / (R::one() + (-(sum(z, weight, |a, b| a * b) + bias[0])).exp());
            z.chunks_exact(d).map(open).collect()
        });
        add_linear(s.units, &key, memory, x);
        (LevelTrace { x: trace_x, raw, hidden }, key, gates)
    }

    pub(crate) fn one_scan(&self, tokens: usize) -> scan::Sizes {
        let s = &self.sizes;
        scan::Sizes { rule: s.rule(), batch: 1, heads: s.heads, tokens, size: s.head_size() }
    }

    pub(crate) fn view<'b>(
        &self,
        block: usize,
        [input, query]: &'b [Vec<R>; 2],
        gains: &'b [R],
    ) -> scan::View<'b, R>
    where
        'a: 'b,
    {
        let (s, layout) = (&self.sizes, self.layout());
        let (from, n) = (layout.blocks + block * layout.block, s.head_size());
        let maps = self.part(from + layout.maps, s.heads * (2 * n + 2) * n);
        let bias = self.part(from + layout.bias, 2 * s.heads);
        scan::View { input, query, maps, bias, state: gains }
    }

    /// The mixer over the chunk: x and the state move on.
    pub(crate) fn mix(&self, block: usize, x: &mut [R], state: &mut [R]) -> MixerTrace<R> {
        let (s, layout) = (&self.sizes, self.layout());
        let (d, n, h) = (s.width, s.head_size(), s.heads);
        let (tokens, from) = (x.len() / d, layout.blocks + block * layout.block);
        let trace_x = x.to_vec();
        let z = self.normed(x, from);
        let projected = linear(d, &z, self.part(from + layout.input, 2 * d * d));
        let (gains, tail) = state.split_at_mut(h * n * n);
        let all = [&tail[..], &projected[..]].concat();
        let taps = self.part(from + layout.convolution, TAPS * 2 * d);
        let mut before_silu = vec![R::zero(); tokens * 2 * d];
        for (t, sums) in before_silu.chunks_exact_mut(2 * d).enumerate() {
            for (past, taps) in all[t * 2 * d..].chunks_exact(2 * d).zip(taps.chunks_exact(2 * d)) {
                for ((sum, past), tap) in sums.iter_mut().zip(past).zip(taps) {
                    *sum = *sum + *past * *tap;
                }
            }
        }
        tail.copy_from_slice(&all[tokens * 2 * d..]);
        let after = row_map::forward(Map::Silu, 2 * d, &before_silu);
        let half = |from: usize| -> Vec<R> {
            after.chunks_exact(2 * d).flat_map(|row| row[from..from + d].iter().copied()).collect()
        };
        let (input, query) = (half(0), half(d));
        let inputs = [split(h, n, &input), split(h, n, &row_map::forward(Map::Unit, n, &query))];
        let kept = gains.to_vec();
        let packed = scan::forward(self.one_scan(tokens), self.view(block, &inputs, &kept));
        let mut read = vec![R::zero(); tokens * d];
        for (head, packed) in packed.chunks_exact((tokens + n) * n).enumerate() {
            let (reads, gain) = packed.split_at(tokens * n);
            gains[head * n * n..][..n * n].copy_from_slice(gain);
            let reader = self.part(from + layout.reader + head * n * n, n * n);
            for (read, y) in reads.chunks_exact(n).zip(read.chunks_exact_mut(d)) {
                for (y, row) in y[head * n..][..n].iter_mut().zip(reader.chunks_exact(n)) {
                    *y = sum(row, read, |a, b| a * b);
                }
            }
        }
        let unit_read = row_map::forward(Map::Rms, n, &read);
        let gate_before = linear(d, &z, self.part(from + layout.gate, d * d));
        let gate = row_map::forward(Map::Silu, d, &gate_before);
        let mut mixed = times(&gate, &unit_read);
        add_linear(d, &input, self.part(from + layout.skip, d * d), &mut mixed);
        add_linear(d, &mixed, self.part(from + layout.output, d * d), x);
        MixerTrace {
            x: trace_x,
            before_silu,
            query,
            scan: inputs,
            gains: kept,
            gate_before,
            gate,
            read,
            unit_read,
        }
    }
}
