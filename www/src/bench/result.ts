// What the benchmark found, as it is written to the file.
import type { DeviceKind } from "./requests";

/** Who takes part. */
export const CONTESTANTS = ["ours", "plain", "jax", "tfjs"] as const;
export type Name = (typeof CONTESTANTS)[number];

/** One work of one contestant. Seconds; counts for one run. */
export interface Measure {
  /** What the first time cost more than a later one: kernels compiled, programs recorded. */
  firstUse: number;
  runs: number[];
  median: number;
  dispatches: number;
  submits: number;
}

export interface Row {
  device: DeviceKind;
  name: Name;
  adapter: string;
  answer: Measure | null;
  learn: Measure | null;
  /** ‖memory − ours‖ / ‖ours‖ after learning. */
  apart: number | null;
  /** Why there are no numbers. */
  refused: string | null;
}

/** A stretch of the endless conversation. */
export interface Stretch {
  device: DeviceKind;
  /** Tokens heard and said up to and with this stretch. */
  tokens: number;
  secondsPerThousand: number;
  heap: number | null;
}

export interface Plan {
  devices: DeviceKind[];
  contestants: Name[];
  /** Tokens of an answer. */
  most: number;
  /** Runs of which the median is taken; one where a run takes more than ten seconds. */
  runs: number;
  /** Tokens of the endless conversation; 0: none. */
  stream: number;
  /** Tokens of one of its stretches. */
  stretch: number;
}

export interface Result {
  date: string;
  browser: string;
  plan: Plan;
  rows: Row[];
  stream: Stretch[];
}

export function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
