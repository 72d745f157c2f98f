// The inner pass over one chunk: forward, explicit backward towards activations, writes; the formulas are those of
// crate/model/src/chunk.rs. The backward is written out here too: autodiff would build gradients of more than δ needs.
import { LEVELS, type Ops } from "../ops";
import { pass, passBack, think, weighed, type Levelled } from "./level";
import { fromList, LASTING, shieldOf, type Memory } from "./memory";
import { mix, mixBack, type Mixed } from "./mixer";
import { rms, rmsBack } from "./rows";
import { absorb, direct } from "./shield";
import type { Weights } from "./weights";

/** Keeps the root of a sum of squares from zero. */
const LEAST = 1e-24;
const FLOOR = 1e-30;

/** What a chunk leaves to itself of a memory: everything but D, which only updates change. */
export function learned<T>(done: T[], before: Memory<T>): Memory<T> {
  const mixers = before.mixers.map((_, b) => ({ gain: done[2 * b]!, tail: done[2 * b + 1]! }));
  const first = 2 * mixers.length;
  const count = LEVELS.length;
  const levels = before.levels.map(({ memory }, b) => ({
    memory: [...memory],
    pending: done.slice(first + b * count, first + (b + 1) * count),
  }));
  return { mixers, levels, shields: done[first + count * levels.length]! };
}

/**
 * Memory, then tokens `[t]`, targets `[t]`, lessons `[t, 1]`, ends `[t, t]` and how strongly lasting levels are written
 * `[t, 1]`: what [learned] makes the next memory of, then the report `[4 t]`: surprise, and ‖β δ‖ of each level.
 */
export function learn<T>(o: Ops<T>, w: Weights<T>): (...given: T[]) => T[] {
  return (...given) => {
    const { config } = w;
    const t = config.chunk;
    const [tokens, targets, lessons, ends, vigour] = given.slice(-5) as [T, T, T, T, T];
    const memory = fromList(given.slice(0, -5), config);
    let x = o.rows(w.embedding, tokens);
    const walked: { mixed: Mixed<T>; levels: Levelled<T>[] }[] = [];
    const moved: T[] = [];
    for (const [b, p] of w.mixers.entries()) {
      const state = memory.mixers[b]!;
      const mixed = mix(o, w, p, x, state.gain, state.tail, t);
      moved.push(mixed.gain, mixed.tail);
      x = mixed.x;
      const place = b - w.fixed.length;
      if (place < 0) {
        for (const level of w.fixed[b]!) x = think(o, w, level, x);
        continue;
      }
      const levels = w.levels[place]!.map((level, l) => {
        const passed = pass(
          o,
          w,
          level,
          x,
          memory.levels[place]!.memory[l]!,
          shieldOf(o, config.familiarity === true, config, memory.shields, place, l),
        );
        x = passed.x;
        const by = { turnGate: config.turn_gate ?? false, ahead: level.ahead };
        return { ...passed, strength: weighed(o, by, passed.key.row, passed.strength, ends, t) };
      });
      walked.push({ mixed, levels });
    }
    // Head: surprise and its gradient.
    const last = rms(o, x, 1, config.width);
    const odds = o.softmax(o.matmul(o.mul(last.row, w.norm), w.embeddingBack));
    const hit = o.sum(o.mul(odds, o.oneHot(targets, config.vocabulary)), 1);
    const surprise = o.neg(o.log(o.add(hit, FLOOR)));
    const wrong = o.mul(o.sub(o.matmul(odds, w.embedding), o.rows(w.embedding, targets)), lessons);
    let dx = rmsBack(o, last, o.mul(wrong, w.norm), 1, config.width);
    // Where the lasting levels' writes go depends on keys alone: all of them at once.
    const lasting = walked.flatMap(({ levels }) => levels.slice(1));
    const stacked = (of: (level: Levelled<T>) => T, width: number): T =>
      o.concat(
        lasting.map((level) => o.reshape(of(level), [1, t, width])),
        0,
      );
    const found = direct(
      o,
      stacked((level) => level.key.row, config.units),
      memory.shields,
    );
    const pending = memory.levels.map((block) => [...block.pending]);
    const weights: (T | null)[] = LEVELS.map(() => null);
    for (let b = walked.length - 1; b >= 0; b--) {
      const { mixed, levels } = walked[b]!;
      const state = memory.levels[b]!;
      for (let l = LEVELS.length - 1; l >= 0; l--) {
        const level = levels[l]!;
        const length = o.sqrt(o.add(o.sum(o.square(dx), 1), LEAST));
        const delta = o.neg(o.mul(o.div(dx, o.maximum(length, 1)), lessons));
        const again = o.mul(o.matmul(ends, level.strength, true, false), level.closing);
        // min(‖∂x‖, 1)
        const bounded = o.neg(o.maximum(o.neg(length), -1));
        const weight = o.mul(o.mul(bounded, o.add(level.strength, again)), lessons);
        weights[l] = weights[l] === null ? weight : o.add(weights[l]!, weight);
        const strength = l === 0 ? level.strength : o.mul(level.strength, vigour);
        const written = o.mul(o.add(o.matmul(ends, o.mul(delta, level.closing)), delta), strength);
        const at = b * LASTING + l - 1;
        const direction = l === 0 ? level.key.row : o.reshape(o.slice(found.directions, 0, at, 1), [t, config.units]);
        pending[b]![l] = o.add(state.pending[l]!, o.matmul(direction, written, true, false));
        dx = passBack(o, w, w.levels[b]![l]!, level, state.memory[l]!, dx);
      }
      // Before the first block that remembers there is nobody to teach.
      if (b > 0) dx = mixBack(o, w, w.mixers[w.fixed.length + b]!, mixed.trace, dx, t);
    }
    const shields = absorb(
      o,
      w,
      found,
      memory.shields,
      o.mul(
        stacked((level) => level.strength, 1),
        o.reshape(o.mul(lessons, vigour), [1, t, 1]),
      ),
    );
    const report = o.concat([surprise, ...weights.map((weight) => weight!)], 1);
    return [...moved, ...pending.flat(), shields, o.reshape(o.transpose(report, [1, 0]), [(1 + LEVELS.length) * t])];
  };
}

/** D ← D + η A, A ← 0, given D, A and η: D, A, and the norms of η A, D before and D after, `[3]`. */
export function update<T>(o: Ops<T>): (...given: T[]) => T[] {
  return (...given) => {
    const [memory, pending, rate] = given as [T, T, T];
    const change = o.mul(pending, rate);
    const next = o.add(memory, change);
    const norm = (x: T): T => o.sqrt(o.sum(o.sum(o.square(x), 1), 0));
    const norms = o.concat([norm(change), norm(memory), norm(next)], 1);
    return [next, o.mul(pending, 0), o.reshape(norms, [3])];
  };
}
