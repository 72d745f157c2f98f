// The few tensor operations in which the peers' model is written. One is jax-js, one is TensorFlow.js: the formulas are
// written once, so that both compute the same, and each library does every operation in its own best way.
//
// No operation takes its arguments away. `scope` frees what was made inside and is not given back, as `tf.tidy` does;
// `compiled` is the library's own way to make a function fast (jax-js: `jit`; TensorFlow.js has none and only tidies).

/** The peers' libraries differ in what a tensor is. */
export interface Ops<T> {
  /** A tensor that stays until it is freed. */
  tensor(values: Float32Array, shape: number[]): T;
  /** Whole numbers, a vector. */
  ids(values: number[]): T;
  add(a: T, b: T | number): T;
  sub(a: T, b: T): T;
  mul(a: T, b: T | number): T;
  div(a: T, b: T): T;
  maximum(a: T, b: T | number): T;
  minimum(a: T, b: T): T;
  neg(a: T): T;
  exp(a: T): T;
  log(a: T): T;
  sqrt(a: T): T;
  square(a: T): T;
  relu(a: T): T;
  sigmoid(a: T): T;
  softplus(a: T): T;
  /** 1 where a ≤ b, else 0. */
  atMost(a: T, b: T | number): T;
  /** Along the last axis. */
  softmax(a: T): T;
  /** Along an axis, which stays with length 1. */
  sum(a: T, axis: number): T;
  max(a: T, axis: number): T;
  /** The lowest index of the largest number along the last axis, which goes. */
  argmax(a: T): T;
  /** Products of the last two axes of tensors of one rank; either may be taken the other way round. */
  matmul(a: T, b: T, turnA?: boolean, turnB?: boolean): T;
  transpose(a: T, axes: number[]): T;
  reshape(a: T, shape: number[]): T;
  /** `count` entries of an axis. */
  slice(a: T, axis: number, from: number, count: number): T;
  concat(parts: T[], axis: number): T;
  /** Rows of a matrix. */
  rows(matrix: T, ids: T): T;
  /** Rows of zeros with a 1: `[t]` → `[t, count]`. */
  oneHot(ids: T, count: number): T;
  /** Depth-wise causal convolution: `[t + taps − 1, c]`, `[taps, c]` → `[t, c]`, the last tap at the last row. */
  convolve(rows: T, taps: T): T;
  compiled<A extends T[], R extends T[]>(f: (...args: A) => R): (...args: A) => R;
  /** Frees what `work` makes but for what it gives. */
  scope<R extends T[]>(work: () => R): R;
  free(tensors: T[]): void;
  /** Waits for the device and reads. */
  read(tensor: T): Promise<Float32Array | Int32Array>;
}

/** Sizes of a model: the configuration in the metadata of the base's file. */
export interface Config {
  vocabulary: number;
  width: number;
  blocks: number;
  /** So many of the first blocks remember nothing. */
  fixed_blocks?: number;
  heads: number;
  units: number;
  hidden: number;
  chunk: number;
  periods: (number | null)[];
  mixer: string;
  protection?: number;
  key_power?: number;
  turn_gate?: boolean;
  look_ahead?: boolean;
  /** How many times as strongly a conversation's first passage is written into levels that last. */
  opening_vigour?: number;
  familiarity?: boolean;
  declines?: number[];
  recognition?: { rarity: string; weights: number[] };
  marks: { user: number; assistant: number; end: number };
}

/** The levels of a block. */
export const LEVELS = ["fast", "mid", "slow"] as const;
