// A memory's tensors, and the flat order in which compiled functions take and give them.
import type { Config, Ops } from "../ops";
import { LEVELS } from "../ops";
import type { Weights } from "./weights";

/** The mixer's gain, `[h, n, n]`, and last projections, `[3, 2d]`. */
export interface MixerMemory<T> {
  gain: T;
  tail: T;
}

/** D and A of each level: `[u, d]`. */
export interface LevelMemory<T> {
  memory: T[];
  pending: T[];
}

export interface Memory<T> {
  mixers: MixerMemory<T>[];
  /** Of the blocks that remember. */
  levels: LevelMemory<T>[];
  /** P of the lasting levels, block by block: `[2 · blocks that remember, u, u]`. */
  shields: T;
}

/** Levels of a block that are shielded. */
export const LASTING = LEVELS.length - 1;

/** The shield of a lasting level, `[u, u]`, as one of all of them, if it is read. */
export function shieldOf<T>(
  o: Ops<T>,
  isRead: boolean,
  { units: u }: Config,
  shields: T,
  place: number,
  level: number,
): T | null {
  if (!isRead || level === 0) return null;
  return o.reshape(o.slice(shields, 0, place * LASTING + level - 1, 1), [u, u]);
}

/** Blocks that remember. */
export function remembering({ blocks, fixed_blocks = 0 }: Config): number {
  return blocks - fixed_blocks;
}

export function toList<T>({ mixers, levels, shields }: Memory<T>): T[] {
  const all = mixers.flatMap(({ gain, tail }) => [gain, tail]);
  return [...all, ...levels.flatMap(({ memory, pending }) => [...memory, ...pending]), shields];
}

export function fromList<T>(list: T[], config: Config): Memory<T> {
  const count = LEVELS.length;
  const first = 2 * config.blocks;
  const mixers = Array.from({ length: config.blocks }, (_, b) => ({ gain: list[2 * b]!, tail: list[2 * b + 1]! }));
  const levels = Array.from({ length: remembering(config) }, (_, b) => {
    const rest = list.slice(first + b * 2 * count, first + (b + 1) * 2 * count);
    return { memory: rest.slice(0, count), pending: rest.slice(count) };
  });
  return { mixers, levels, shields: list[first + levels.length * 2 * count]! };
}

/** Identities one after the other. */
function identities(count: number, size: number): Float32Array {
  const values = new Float32Array(count * size * size);
  for (let k = 0; k < count; k++) for (let i = 0; i < size; i++) values[(k * size + i) * size + i] = 1;
  return values;
}

/** A memory that knows nothing. */
export function fresh<T>(o: Ops<T>, { config }: Weights<T>): Memory<T> {
  const { width: d, heads: h, units: u, blocks } = config;
  const n = d / h;
  const empty = (): T => o.tensor(new Float32Array(u * d), [u, d]);
  const count = remembering(config);
  return {
    mixers: Array.from({ length: blocks }, () => ({
      gain: o.tensor(new Float32Array(h * n * n), [h, n, n]),
      tail: o.tensor(new Float32Array(6 * d), [3, 2 * d]),
    })),
    levels: Array.from({ length: count }, () => ({ memory: LEVELS.map(empty), pending: LEVELS.map(empty) })),
    shields: o.tensor(identities(LASTING * count, u), [LASTING * count, u, u]),
  };
}

/** All numbers in the order of the worker's report: gains and tails, then for each level D, A and P. */
export async function numbers<T>(o: Ops<T>, { mixers, levels, shields }: Memory<T>, units: number): Promise<Float32Array> {
  const parts: ArrayLike<number>[] = [];
  const shieldNumbers = await o.read(shields);
  for (const { gain, tail } of mixers) parts.push(await o.read(gain), await o.read(tail));
  for (const [b, { memory, pending }] of levels.entries()) {
    for (let level = 0; level < LEVELS.length; level++) {
      parts.push(await o.read(memory[level]!), await o.read(pending[level]!));
      const at = b * LASTING + level - 1;
      if (level > 0) parts.push(shieldNumbers.subarray(at * units * units, (at + 1) * units * units));
    }
  }
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
