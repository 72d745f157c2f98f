// The self-modifying recurrence, token by token, all heads at once; the formulas are those of
// crate/kernels/src/mixer_scan. Vectors are columns `[h, n, 1]`, numbers `[h, 1, 1]`.
import type { Ops } from "../ops";
import type { MixerWeights, Weights } from "./weights";
import { TINY } from "./rows";

/** μ: the share of the bound that a write may use. */
const SHARE = 0.75;

/** What the backward needs of a token. */
interface Token<T> {
  gain: T;
  input: T;
  query: T;
  /** k over v: `[h, 2, n]`, what they were divided by, and 1 where they were. */
  pair: T;
  divisor: T;
  long: T;
  key: T;
  wished: T;
  keep: T;
  free: T;
  apart: T;
  difference: T;
  room: T;
  twice: T;
  share: T;
  left: T;
  rate: T;
  target: T;
  write: T;
}

export interface Scan<T> {
  /** r of each token: `[h, t, n]`. */
  read: T;
  gain: T;
  tokens: Token<T>[];
}

const row = <T>(o: Ops<T>, column: T, h: number, n: number): T => o.reshape(column, [h, 1, n]);

/** `both`: inputs beside queries, `[h, t, n, 2]`; `gain`: `[h, n, n]`. */
export function scan<T>(o: Ops<T>, w: Weights<T>, p: MixerWeights<T>, both: T, start: T, count: number): Scan<T> {
  const h = w.config.heads;
  const n = w.config.width / h;
  const tokens: Token<T>[] = [];
  const reads: T[] = [];
  let gain = start;
  for (let t = 0; t < count; t++) {
    const asked = o.reshape(o.slice(both, 1, t, 1), [h, n, 2]);
    // P u and P q in one product.
    const seen = o.matmul(gain, asked);
    reads.push(row(o, o.slice(seen, 2, 1, 1), h, n));
    const mapped = o.matmul(p.maps, o.slice(seen, 2, 0, 1));
    const raw = o.reshape(o.slice(mapped, 1, 0, 2 * n), [h, 2, n]);
    const length = o.sqrt(o.add(o.sum(o.square(raw), 2), TINY));
    const divisor = o.maximum(length, w.floor);
    const pair = o.div(raw, divisor);
    const key = o.reshape(o.slice(pair, 1, 0, 1), [h, n, 1]);
    const value = o.reshape(o.slice(pair, 1, 1, 1), [h, n, 1]);
    const gates = o.add(o.slice(mapped, 1, 2 * n, 2), p.bias);
    const wished = o.slice(gates, 1, 0, 1);
    const keep = o.sigmoid(o.slice(gates, 1, 1, 1));
    const free = o.add(o.neg(keep), 1);
    const apart = o.sub(key, value);
    const difference = o.sqrt(o.add(o.sum(o.square(apart), 1), TINY));
    const room = o.div(o.mul(free, SHARE), difference);
    const twice = o.mul(keep, 2);
    const cap = o.minimum(twice, room);
    const share = o.div(o.softplus(wished), cap);
    const left = o.exp(o.neg(share));
    const rate = o.mul(cap, o.add(o.neg(left), 1));
    const target = o.add(key, apart);
    const write = o.matmul(gain, target);
    tokens.push({
      gain,
      input: o.slice(asked, 2, 0, 1),
      query: o.slice(asked, 2, 1, 1),
      pair,
      divisor,
      long: o.add(o.neg(o.atMost(length, w.floor)), 1),
      key,
      wished,
      keep,
      free,
      apart,
      difference,
      room,
      twice,
      share,
      left,
      rate,
      target,
      write,
    });
    const kept = o.add(o.mul(gain, keep), o.mul(o.reshape(w.unit, [1, n, n]), free));
    gain = o.sub(kept, o.mul(o.mul(write, rate), row(o, key, h, n)));
  }
  return { read: count === 1 ? reads[0]! : o.concat(reads, 1), gain, tokens };
}

/** ∂input and ∂query, `[h, t, n]`, given ∂r. Nothing flows in from after the last token. */
export function scanBack<T>(o: Ops<T>, w: Weights<T>, p: MixerWeights<T>, tokens: Token<T>[], dRead: T): [T, T] {
  const h = w.config.heads;
  const n = w.config.width / h;
  const home = o.reshape(w.unit, [1, n, n]);
  const inputs: T[] = [];
  const queries: T[] = [];
  /** ∂L/∂P after the token; nothing after the last one. */
  let after: T | null = null;
  for (let t = tokens.length - 1; t >= 0; t--) {
    const f = tokens[t]!;
    const dr = o.slice(dRead, 1, t, 1);
    queries.unshift(o.matmul(dr, f.gain));
    const throughRead = o.mul(o.reshape(dr, [h, n, 1]), row(o, f.query, h, n));
    if (after === null) {
      // What the last token wrote was never read.
      inputs.unshift(o.mul(row(o, f.input, h, n), 0));
      after = throughRead;
      continue;
    }
    const alongKey: T = o.matmul(after, f.key);
    const dRate = o.neg(o.sum(o.mul(f.write, alongKey), 1));
    const dWrite = o.neg(o.mul(alongKey, f.rate));
    const dTarget = o.matmul(row(o, dWrite, h, n), f.gain);
    const alongWrite: T = o.mul(o.matmul(row(o, f.write, h, n), after), f.rate);
    const dWished = o.mul(o.mul(dRate, f.left), o.sigmoid(f.wished));
    const dCap = o.mul(dRate, o.add(o.neg(o.mul(f.left, o.add(f.share, 1))), 1));
    const dTwice = o.mul(dCap, o.atMost(f.twice, f.room));
    const dRoom = o.sub(dCap, dTwice);
    const dKept: T = o.sum(o.sum(o.mul(after, o.sub(f.gain, home)), 2), 1);
    const dKeep = o.sub(o.add(dKept, o.mul(dTwice, 2)), o.mul(o.div(dRoom, f.difference), SHARE));
    const pull = row(o, o.mul(f.apart, o.div(o.mul(dRoom, f.room), o.square(f.difference))), h, n);
    const dKey = o.sub(o.sub(o.mul(dTarget, 2), alongWrite), pull);
    const dValue = o.sub(pull, dTarget);
    const dPair = o.concat([dKey, dValue], 1);
    const across = o.mul(o.sum(o.mul(dPair, f.pair), 2), f.long);
    const dRaw = o.div(o.sub(dPair, o.mul(f.pair, across)), f.divisor);
    const dMapped = o.concat([o.reshape(dRaw, [h, 2 * n, 1]), dWished, o.mul(dKeep, o.mul(f.keep, f.free))], 1);
    const dx = o.matmul(p.mapsBack, dMapped);
    inputs.unshift(o.matmul(row(o, dx, h, n), f.gain));
    const throughMaps = o.mul(dx, row(o, f.input, h, n));
    const throughWrite = o.add(o.mul(after, f.keep), o.mul(dWrite, row(o, f.target, h, n)));
    after = o.add(throughWrite, o.add(throughMaps, throughRead));
  }
  return [o.concat(inputs, 1), o.concat(queries, 1)];
}
