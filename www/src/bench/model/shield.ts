// Where writes go (crate/model/src/shield.rs), for all protected levels of all blocks at once.
//
// Taking the chunk's keys out of P one by one is the same as taking all of them out at once, which is what a library of
// whole-tensor operations does better:
//
//   P ← P − Vᵀ S⁻¹ V,   V = K P,   S = I + V Kᵀ
//
// S is symmetric with eigenvalues between 1 and 1 + Σ β, so Newton's iteration for its inverse, X ← X (2I − S X),
// converges from X = 2 I / (1 + bound) in a handful of steps, whatever the keys are.
import type { Ops } from "../ops";
import type { Weights } from "./weights";

/** g: how much longer than its key a write's direction may be. */
const LONGEST = 2;
/** (1 − 2 / 34) to the power of 2⁹ is 3·10⁻¹⁴: enough for a chunk of 32 keys of any strength. */
const STEPS = 9;

export interface Directed<T> {
  /** K: `[levels, t, u]`. */
  keys: T;
  /** V: `[levels, t, u]`. */
  left: T;
  /** k̂: `[levels, t, u]`. */
  directions: T;
}

/** Directions of all keys: `[levels, t, u]`, given P: `[levels, u, u]`. */
export function direct<T>(o: Ops<T>, keys: T, shields: T): Directed<T> {
  const left = o.matmul(keys, shields);
  const share = o.maximum(o.sum(o.mul(left, keys), 2), 1 / LONGEST);
  return { keys, left, directions: o.div(left, share) };
}

/** P after writes of these strengths, `[levels, t, 1]`. */
export function absorb<T>(o: Ops<T>, w: Weights<T>, found: Directed<T>, shields: T, strengths: T): T {
  const t = w.config.chunk;
  const scale = o.sqrt(o.mul(strengths, 1 / (w.config.protection ?? 1)));
  const left = o.mul(found.left, scale);
  const unit = o.reshape(w.unitOfChunk, [1, t, t]);
  const sums = o.add(o.matmul(left, o.mul(found.keys, scale), false, true), unit);
  const bound = o.max(o.sum(o.maximum(sums, o.neg(sums)), 2), 1);
  const two = o.mul(unit, 2);
  let inverse = o.div(two, o.add(bound, 1));
  for (let step = 0; step < STEPS; step++) inverse = o.matmul(inverse, o.sub(two, o.matmul(sums, inverse)));
  return o.sub(shields, o.matmul(left, o.matmul(inverse, left), true, false));
}
