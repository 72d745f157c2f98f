// A memory's tensors, and the flat order in which compiled functions take and give them.
import type { Ops } from "../ops";
import { LEVELS } from "../ops";
import type { Weights } from "./weights";

export interface BlockMemory<T> {
  /** The mixer's gain, `[h, n, n]`, and last projections, `[3, 2d]`. */
  gain: T;
  tail: T;
  /** D and A of each level: `[u, d]`. */
  memory: T[];
  pending: T[];
}

export interface Memory<T> {
  blocks: BlockMemory<T>[];
  /** P of the lasting levels, block by block: `[2 · blocks, u, u]`. */
  shields: T;
}

/** Levels of a block that are shielded. */
export const LASTING = LEVELS.length - 1;
/** Tensors of a block in a list. */
const PER_BLOCK = 2 + 2 * LEVELS.length;

export function toList<T>({ blocks, shields }: Memory<T>): T[] {
  return [...blocks.flatMap(({ gain, tail, memory, pending }) => [gain, tail, ...memory, ...pending]), shields];
}

export function fromList<T>(list: T[], blocks: number): Memory<T> {
  const block = (b: number): BlockMemory<T> => {
    const [gain, tail, ...rest] = list.slice(b * PER_BLOCK, (b + 1) * PER_BLOCK);
    return { gain: gain!, tail: tail!, memory: rest.slice(0, LEVELS.length), pending: rest.slice(LEVELS.length) };
  };
  return { blocks: Array.from({ length: blocks }, (_, b) => block(b)), shields: list[blocks * PER_BLOCK]! };
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
  return {
    blocks: Array.from({ length: blocks }, () => ({
      gain: o.tensor(new Float32Array(h * n * n), [h, n, n]),
      tail: o.tensor(new Float32Array(6 * d), [3, 2 * d]),
      memory: LEVELS.map(empty),
      pending: LEVELS.map(empty),
    })),
    shields: o.tensor(identities(LASTING * blocks, u), [LASTING * blocks, u, u]),
  };
}

/** All numbers in the order of the worker's report: for each block gain and tail, then for each level D, A and P. */
export async function numbers<T>(o: Ops<T>, { blocks, shields }: Memory<T>, units: number): Promise<Float32Array> {
  const parts: ArrayLike<number>[] = [];
  const shieldNumbers = await o.read(shields);
  for (const [b, { gain, tail, memory, pending }] of blocks.entries()) {
    parts.push(await o.read(gain), await o.read(tail));
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
