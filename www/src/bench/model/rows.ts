// Functions of rows and their backwards; the formulas are those of crate/kernels/src/row_map.
import type { Ops } from "../ops";

/** τ: below this a squared length counts as zero. */
export const TINY = 1e-12;
const EPSILON = 1e-6;
const A = 1.5957691216057309;
const B = 0.044715;

/** A row brought to some length, and what it was divided by. */
export interface Scaled<T> {
  row: T;
  length: T;
}

/** x / √(Σ x² + τ) along the last axis. */
export function unit<T>(o: Ops<T>, x: T, axis: number): Scaled<T> {
  const length = o.sqrt(o.add(o.sum(o.square(x), axis), TINY));
  return { row: o.div(x, length), length };
}

/** ∂x of [unit]. */
export function unitBack<T>(o: Ops<T>, { row, length }: Scaled<T>, dy: T, axis: number): T {
  return o.div(o.sub(dy, o.mul(row, o.sum(o.mul(row, dy), axis))), length);
}

/** x / √(Σ x² / n + ε) along the last axis, of `n` numbers. */
export function rms<T>(o: Ops<T>, x: T, axis: number, n: number): Scaled<T> {
  const length = o.sqrt(o.add(o.mul(o.sum(o.square(x), axis), 1 / n), EPSILON));
  return { row: o.div(x, length), length };
}

/** ∂x of [rms]. */
export function rmsBack<T>(o: Ops<T>, { row, length }: Scaled<T>, dy: T, axis: number, n: number): T {
  return o.div(o.sub(dy, o.mul(row, o.mul(o.sum(o.mul(row, dy), axis), 1 / n))), length);
}

/** σ and x σ(x). */
export interface Silu<T> {
  before: T;
  sigma: T;
  after: T;
}

export function silu<T>(o: Ops<T>, before: T): Silu<T> {
  const sigma = o.sigmoid(before);
  return { before, sigma, after: o.mul(before, sigma) };
}

/** ∂y σ (1 + x (1 − σ)) */
export function siluBack<T>(o: Ops<T>, { before, sigma }: Silu<T>, dy: T): T {
  return o.mul(o.mul(dy, sigma), o.add(o.mul(before, o.add(o.neg(sigma), 1)), 1));
}

/** x σ(a (x + b x³)) */
export function gelu<T>(o: Ops<T>, before: T): Silu<T> {
  const sigma = o.sigmoid(o.mul(before, o.add(o.mul(o.square(before), A * B), A)));
  return { before, sigma, after: o.mul(before, sigma) };
}

/** ∂y (σ + x σ (1 − σ) a (1 + 3 b x²)) */
export function geluBack<T>(o: Ops<T>, { before, sigma, after }: Silu<T>, dy: T): T {
  const slope = o.mul(o.add(o.neg(sigma), 1), o.add(o.mul(o.square(before), 3 * A * B), A));
  return o.mul(dy, o.add(sigma, o.mul(after, slope)));
}
