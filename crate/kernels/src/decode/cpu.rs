//! The CPU twin: every product is a sum of a matrix's rows, so that all loops run over contiguous lanes.

use super::{NONE, Task};
use crate::mixer_scan::cpu as scan;
use crate::model::{LEVELS, Sizes, TAPS};
use crate::products::{add_rows, dots};
use crate::real::{Real, sum};
use crate::row_map::{Map, cpu as row_map};

/// A model and a memory.
#[derive(Debug, Clone, Copy)]
pub struct Model<'a, R> {
    /// Its sizes.
    pub sizes: Sizes,
    /// The base's numbers, as [`crate::model::Layout`] says.
    pub base: &'a [R],
    /// D of every block and level: `[blocks, levels, u, d]`.
    pub memory: &'a [R],
}

/// Takes in the prompt from `state` and speaks: tokens and probabilities.
#[must_use]
pub fn decode<R: Real>(model: &Model<'_, R>, mut state: Vec<R>, prompt: &[R], task: &Task) -> Vec<R> {
    assert_eq!(model.base.len(), model.sizes.layout().total, "decode: the base has other sizes");
    assert_eq!(model.memory.len(), model.sizes.memory(), "decode: the memory has other sizes");
    assert_eq!(state.len(), model.sizes.state(), "decode: the state has other sizes");
    let none = R::of(f64::from(NONE));
    let mut said = vec![none; 2 * task.most];
    let mut x = Vec::new();
    for token in prompt {
        x = model.step(token.to_usize().unwrap_or(0), &mut state);
    }
    for place in 0..task.most {
        let (token, odds) = model.likeliest(&x, task);
        said[place] = R::of(f64::from(token));
        said[task.most + place] = odds;
        if token == task.end || place + 1 == task.most {
            break;
        }
        x = model.step(token as usize, &mut state);
    }
    said
}

impl<R: Real> Model<'_, R> {
    fn part(&self, from: usize, count: usize) -> &[R] {
        &self.base[from..from + count]
    }

    /// rms(x) with the gain at `norm`.
    fn normed(&self, x: &[R], norm: usize) -> Vec<R> {
        let mut z = row_map::forward(Map::Rms, x.len(), x);
        z.iter_mut().zip(self.part(norm, x.len())).for_each(|(z, gain)| *z = *z * *gain);
        z
    }

    /// x W with the matrix at `from`.
    fn linear(&self, x: &[R], from: usize, outputs: usize) -> Vec<R> {
        let mut y = vec![R::zero(); outputs];
        add_rows(x, self.part(from, x.len() * outputs), &mut y);
        y
    }

    /// One token: the residual stream after all blocks.
    fn step(&self, token: usize, state: &mut [R]) -> Vec<R> {
        let (s, layout) = (&self.sizes, self.sizes.layout());
        let mut x = self.part(token.min(s.vocabulary - 1) * s.width, s.width).to_vec();
        for (block, state) in state.chunks_exact_mut(s.mixer_state()).enumerate() {
            let from = layout.blocks + block * layout.block;
            self.mix(from, &mut x, state);
            for level in 0..LEVELS {
                let at = from + layout.levels + level * layout.level;
                let z = self.normed(&x, at);
                let key = row_map::forward(Map::Key, s.units, &self.linear(&z, at + layout.key, s.units));
                let up = self.linear(&z, at + layout.up, s.hidden);
                let hidden = row_map::forward(Map::Gelu, s.hidden, &up);
                add_rows(&hidden, self.part(at + layout.down, s.hidden * s.width), &mut x);
                let size = s.units * s.width;
                add_rows(&key, &self.memory[(block * LEVELS + level) * size..][..size], &mut x);
            }
        }
        x
    }

    /// The mixer of the block at `from`.
    fn mix(&self, from: usize, x: &mut [R], state: &mut [R]) {
        let (s, layout) = (&self.sizes, self.sizes.layout());
        let (d, n, h) = (s.width, s.head_size(), s.heads);
        let z = self.normed(x, from);
        let projected = self.linear(&z, from + layout.input, 2 * d);
        let (gains, tail) = state.split_at_mut(h * n * n);
        let taps = self.part(from + layout.convolution, TAPS * 2 * d);
        let mut after = vec![R::zero(); 2 * d];
        for (past, taps) in
            tail.chunks_exact(2 * d).chain([projected.as_slice()]).zip(taps.chunks_exact(2 * d))
        {
            for ((after, past), tap) in after.iter_mut().zip(past).zip(taps) {
                *after = *after + *past * *tap;
            }
        }
        tail.copy_within(2 * d.., 0);
        tail[(TAPS - 2) * 2 * d..].copy_from_slice(&projected);
        let after = row_map::forward(Map::Silu, 2 * d, &after);
        let (input, query) = after.split_at(d);
        let query = row_map::forward(Map::Unit, n, query);
        let one = scan::Sizes { rule: s.rule(), batch: 1, heads: h, tokens: 1, size: n };
        let maps = self.part(from + layout.maps, h * (2 * n + 2) * n);
        let bias = self.part(from + layout.bias, 2 * h);
        let packed = scan::forward(one, scan::View { input, query: &query, maps, bias, state: gains });
        let mut read = vec![R::zero(); d];
        for (head, packed) in packed.chunks_exact((1 + n) * n).enumerate() {
            gains[head * n * n..][..n * n].copy_from_slice(&packed[n..]);
            let reader = self.part(from + layout.reader + head * n * n, n * n);
            for (read, row) in read[head * n..][..n].iter_mut().zip(reader.chunks_exact(n)) {
                *read = sum(row, &packed[..n], |a, b| a * b);
            }
        }
        let read = row_map::forward(Map::Rms, n, &read);
        let gate = row_map::forward(Map::Silu, d, &self.linear(&z, from + layout.gate, d));
        let mut mixed: Vec<R> = gate.iter().zip(&read).map(|(gate, read)| *gate * *read).collect();
        add_rows(input, self.part(from + layout.skip, d * d), &mut mixed);
        add_rows(&mixed, self.part(from + layout.output, d * d), x);
    }

    /// The likeliest token and its probability among those that are not forbidden.
    fn likeliest(&self, x: &[R], task: &Task) -> (u32, R) {
        let z = self.normed(x, self.sizes.layout().norm);
        let logits = dots(&z, self.part(0, self.sizes.vocabulary * self.sizes.width));
        let allowed = (0_u32..).zip(&logits).filter(|(token, _)| !task.forbidden.contains(token));
        let mut best = (0, R::neg_infinity());
        for (token, logit) in allowed.clone() {
            if *logit > best.1 {
                best = (token, *logit);
            }
        }
        let all: R = allowed.map(|(_, logit)| (*logit - best.1).exp()).sum();
        (best.0, all.recip())
    }
}
