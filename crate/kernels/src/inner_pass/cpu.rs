//! The CPU twin: the whole chunk at once through every layer and back, so that each matrix is read twice a chunk.

use super::{Parts, ROWS};
use crate::mixer_scan::cpu as scan;
use crate::model::cpu::{LevelTrace, MixerTrace, Model, times};
use crate::model::{LEVELS, TAPS};
use crate::products::{linear, linear_back};
use crate::real::{Real, sum};
use crate::row_map::{Map, cpu as row_map};

/// The inner pass over `text` (`[3, t]`), packed as [`super::Found`] says.
#[must_use]
pub(crate) fn inner_pass<R: Real>(model: &Model<'_, R>, state: &[R], text: &[R]) -> Vec<R> {
    let (s, tokens) = (&model.sizes, text.len() / ROWS);
    let at = Parts::new(s, tokens);
    model.check(state);
    let mut found = vec![R::zero(); at.total];
    found[at.state..].copy_from_slice(state);
    let [ids, targets, mask] = [0, 1, 2].map(|row| &text[row * tokens..][..tokens]);

    let mut x = Vec::with_capacity(tokens * s.width);
    ids.iter().for_each(|id| x.extend(model.embedding(*id)));
    let mut traces = Vec::with_capacity(s.blocks - s.fixed);
    for block in 0..s.blocks {
        let state = at.state + block * s.mixer_state();
        let mixer = model.mix(block, &mut x, &mut found[state..state + s.mixer_state()]);
        let Some(place) = s.place(block) else {
            (0..LEVELS).for_each(|level| model.think(block, level, &mut x));
            continue;
        };
        let levels: [LevelTrace<R>; LEVELS] = std::array::from_fn(|level| {
            let row = (place * LEVELS + level) * tokens;
            let (trace, key, gates) = model.remember(place, level, &mut x);
            found[at.key + row * s.units..][..key.len()].copy_from_slice(&key);
            for (gate, from) in gates.iter().zip([at.strength, at.closing]) {
                found[from + row..][..tokens].copy_from_slice(gate);
            }
            trace
        });
        traces.push((mixer, levels));
    }
    let mut dx = model.surprise(&x, targets, mask, &mut found[..tokens]);
    for (place, (mixer, levels)) in traces.iter().enumerate().rev() {
        for (level, trace) in levels.iter().enumerate().rev() {
            let row = (place * LEVELS + level) * tokens;
            for (t, dx) in dx.chunks_exact(s.width).enumerate() {
                let length = (sum(dx, dx, |a, b| a * b) + R::of(1e-24)).sqrt();
                found[at.length + row + t] = length;
                let scale = -mask[t] / length.max(R::one());
                let delta = &mut found[at.delta + (row + t) * s.width..][..s.width];
                delta.iter_mut().zip(dx).for_each(|(delta, dx)| *delta = *dx * scale);
            }
            model.remember_back(place, level, trace, &mut dx);
        }
        // Before the first block that remembers there is nobody to teach.
        if place > 0 {
            model.mix_back(s.fixed + place, mixer, &mut dx);
        }
    }
    found
}

/// e to the power of each, less the highest; gives their sum.
#[multiversion::multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
fn exponentials<R: Real>(odds: &mut [R]) -> R {
    let mut highest = R::neg_infinity();
    for odds in odds.iter() {
        highest = highest.max(*odds);
    }
    let mut all = R::zero();
    for odds in odds.iter_mut() {
        *odds = (*odds - highest).power_of_e();
        all = all + *odds;
    }
    all
}

/// x += y
fn add<R: Real>(x: &mut [R], y: &[R]) {
    x.iter_mut().zip(y).for_each(|(x, y)| *x = *x + *y);
}

impl<R: Real> Model<'_, R> {
    /// ∂x of [`Self::normed`], added to `dx`.
    fn add_normed_back(&self, x: &[R], gain: usize, mut dz: Vec<R>, dx: &mut [R]) {
        let d = self.sizes.width;
        let gain = self.part(gain, d);
        dz.chunks_exact_mut(d)
            .for_each(|dz| dz.iter_mut().zip(gain).for_each(|(dz, gain)| *dz = *dz * *gain));
        add(dx, &row_map::backward(Map::Rms, d, x, &dz));
    }

    /// ∂x of one plastic level given ∂(x + y).
    fn remember_back(&self, place: usize, level: usize, trace: &LevelTrace<R>, dx: &mut [R]) {
        let (s, layout) = (&self.sizes, self.layout());
        let (d, from) = (s.width, self.level(s.fixed + place, level));
        let (plastic, memory) = self.plastic(place * LEVELS + level);
        let d_active = linear_back(d, dx, self.part(from + layout.down, s.hidden * d));
        let d_hidden = row_map::backward(Map::Gelu, s.hidden, &trace.hidden, &d_active);
        let d_raw = row_map::backward(s.key, s.units, &trace.raw, &linear_back(d, dx, memory));
        let mut dz = linear_back(s.hidden, &d_hidden, self.part(from + layout.up, d * s.hidden));
        add(&mut dz, &linear_back(s.units, &d_raw, self.part(plastic, d * s.units)));
        self.add_normed_back(&trace.x, from, dz, dx);
    }

    /// ∂x of the mixer given ∂(x + o), within the chunk.
    fn mix_back(&self, block: usize, trace: &MixerTrace<R>, dx: &mut [R]) {
        let (s, layout) = (&self.sizes, self.layout());
        let (d, n, h) = (s.width, s.head_size(), s.heads);
        let (tokens, from) = (dx.len() / d, layout.blocks + block * layout.block);
        let d_mixed = linear_back(d, dx, self.part(from + layout.output, d * d));
        let d_gate = row_map::backward(Map::Silu, d, &trace.gate_before, &times(&d_mixed, &trace.unit_read));
        let d_y = row_map::backward(Map::Rms, n, &trace.read, &times(&d_mixed, &trace.gate));
        let mut d_read = vec![R::zero(); h * (tokens + n) * n];
        for (head, d_read) in d_read.chunks_exact_mut((tokens + n) * n).enumerate() {
            let reader = self.part(from + layout.reader + head * n * n, n * n);
            for (d_read, d_y) in d_read.chunks_exact_mut(n).zip(d_y.chunks_exact(d)) {
                for (d_y, row) in d_y[head * n..][..n].iter().zip(reader.chunks_exact(n)) {
                    d_read.iter_mut().zip(row).for_each(|(d_read, m)| *d_read = *d_read + *d_y * *m);
                }
            }
        }
        let back =
            scan::backward(self.one_scan(tokens), self.view(block, &trace.scan, &trace.gains), &d_read);
        let skipped = linear_back(d, &d_mixed, self.part(from + layout.skip, d * d));
        let (rows, mut d_query) = (scan::backward_rows(tokens, n), vec![R::zero(); tokens * d]);
        let mut d_after = vec![R::zero(); tokens * 2 * d];
        for (head, back) in back.chunks_exact(rows * n).enumerate() {
            for t in 0..tokens {
                let place = t * d + head * n;
                let input = &mut d_after[t * 2 * d + head * n..][..n];
                input.copy_from_slice(&back[t * n..][..n]);
                add(input, &skipped[place..][..n]);
                d_query[place..][..n].copy_from_slice(&back[(tokens + t) * n..][..n]);
            }
        }
        let d_query = row_map::backward(Map::Unit, n, &trace.query, &d_query);
        for (row, d_query) in d_after.chunks_exact_mut(2 * d).zip(d_query.chunks_exact(d)) {
            row[d..].copy_from_slice(d_query);
        }
        let d_before = row_map::backward(Map::Silu, 2 * d, &trace.before_silu, &d_after);
        let taps = self.part(from + layout.convolution, TAPS * 2 * d);
        let mut d_projected = vec![R::zero(); tokens * 2 * d];
        for (t, sums) in d_projected.chunks_exact_mut(2 * d).enumerate() {
            let later = d_before[t * 2 * d..].chunks_exact(2 * d);
            for (dy, taps) in later.zip(taps.chunks_exact(2 * d).rev()) {
                for ((sum, dy), tap) in sums.iter_mut().zip(dy).zip(taps) {
                    *sum = *sum + *dy * *tap;
                }
            }
        }
        let mut dz = linear_back(2 * d, &d_projected, self.part(from + layout.input, 2 * d * d));
        add(&mut dz, &linear_back(d, &d_gate, self.part(from + layout.gate, d * d)));
        self.add_normed_back(&trace.x, from, dz, dx);
    }

    /// Losses, and ∂(Σ m nats)/∂x.
    fn surprise(&self, x: &[R], targets: &[R], mask: &[R], nats: &mut [R]) -> Vec<R> {
        let (s, norm) = (&self.sizes, self.layout().norm);
        let table = self.part(0, s.vocabulary * s.width);
        let hidden = self.normed(x, norm);
        let mut odds = linear_back(s.width, &hidden, table);
        for (((odds, target), mask), nats) in
            odds.chunks_exact_mut(s.vocabulary).zip(targets).zip(mask).zip(nats)
        {
            let all = exponentials(odds);
            let target = target.to_usize().unwrap_or(0).min(s.vocabulary - 1);
            *nats = -(odds[target] / all + R::of(1e-30)).ln();
            odds.iter_mut().for_each(|odds| *odds = *odds * *mask / all);
            odds[target] = odds[target] - *mask;
        }
        let d_hidden = linear(s.vocabulary, &odds, table);
        let mut dx = vec![R::zero(); x.len()];
        self.add_normed_back(x, norm, d_hidden, &mut dx);
        dx
    }
}
