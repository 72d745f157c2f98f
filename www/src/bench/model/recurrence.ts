// The gated delta rule, all heads at once; the formulas are those of crate/kernels/src/mixer_scan. What does not hang on the
// gain is computed for all tokens in one go. Rows are `[h, t, n]`, numbers of a token `[h, t, 1]`.
import type { Ops } from "../ops";
import type { MixerWeights, Weights } from "./weights";
import { TINY } from "./rows";

export interface Scan<T> {
  /** r of each token: `[h, t, n]`. */
  read: T;
  gain: T;
  trace: Trace<T>;
}

/** What the backward needs. */
interface Trace<T> {
  query: T;
  /** k over v: `[h, t, 2, n]`, what they were divided by, and 1 where they were. */
  pair: T;
  divisor: T;
  long: T;
  key: T;
  rate: T;
  keep: T;
  /** The gains before each token and after the last: `[h, n, n]`. */
  gains: T[];
  /** P k − v of each token: `[h, n, 1]`. */
  writes: T[];
}

/** `input`, `query`: `[h, t, n]`; `start`: `[h, n, n]`. */
export function scan<T>(o: Ops<T>, w: Weights<T>, p: MixerWeights<T>, input: T, query: T, start: T, count: number): Scan<T> {
  const h = w.config.heads;
  const n = w.config.width / h;
  const mapped = o.matmul(input, p.mapsBack);
  const raw = o.reshape(o.slice(mapped, 2, 0, 2 * n), [h, count, 2, n]);
  const length = o.sqrt(o.add(o.sum(o.square(raw), 3), TINY));
  const floor = o.reshape(w.floor, [1, 1, 2, 1]);
  const divisor = o.maximum(length, floor);
  const pair = o.div(raw, divisor);
  const key = o.reshape(o.slice(pair, 2, 0, 1), [h, count, n]);
  const value = o.reshape(o.slice(pair, 2, 1, 1), [h, count, n]);
  const gates = o.sigmoid(o.add(o.slice(mapped, 2, 2 * n, 2), o.reshape(p.bias, [h, 1, 2])));
  const rate = o.slice(gates, 2, 0, 1);
  const keep = o.slice(gates, 2, 1, 1);
  const gains = [start];
  const writes: T[] = [];
  const reads: T[] = [];
  for (let t = 0; t < count; t++) {
    const row = (rows: T): T => o.slice(rows, 1, t, 1);
    const column = (rows: T): T => o.reshape(row(rows), [h, n, 1]);
    const gain = gains[t]!;
    const write = o.sub(o.matmul(gain, column(key)), column(value));
    const next = o.sub(o.mul(gain, row(keep)), o.mul(o.mul(write, row(rate)), row(key)));
    writes.push(write);
    gains.push(next);
    reads.push(o.reshape(o.matmul(next, column(query)), [h, 1, n]));
  }
  return {
    read: count === 1 ? reads[0]! : o.concat(reads, 1),
    gain: gains[count]!,
    trace: { query, pair, divisor, long: o.add(o.neg(o.atMost(length, floor)), 1), key, rate, keep, gains, writes },
  };
}

/** ∂input and ∂query, `[h, t, n]`, given ∂r. Nothing flows in from after the last token. */
export function scanBack<T>(o: Ops<T>, w: Weights<T>, p: MixerWeights<T>, f: Trace<T>, dRead: T): [T, T] {
  const h = w.config.heads;
  const n = w.config.width / h;
  const count = f.writes.length;
  const [keys, values, rates, keeps, queries]: [T[], T[], T[], T[], T[]] = [[], [], [], [], []];
  /** ∂L/∂P after the token; nothing after the last one. */
  let after: T | null = null;
  for (let t = count - 1; t >= 0; t--) {
    const row = (rows: T): T => o.slice(rows, 1, t, 1);
    const column = (rows: T): T => o.reshape(row(rows), [h, n, 1]);
    const gain = f.gains[t]!;
    const write = f.writes[t]!;
    queries.unshift(o.matmul(row(dRead), f.gains[t + 1]!));
    const throughRead = o.mul(column(dRead), row(f.query));
    const whole: T = after === null ? throughRead : o.add(after, throughRead);
    const alongKey: T = o.matmul(whole, column(f.key));
    const dWrite = o.neg(o.mul(alongKey, row(f.rate)));
    const line = o.reshape(dWrite, [h, 1, n]);
    const alongWrite = o.mul(o.matmul(o.reshape(write, [h, 1, n]), whole), row(f.rate));
    keys.unshift(o.sub(o.matmul(line, gain), alongWrite));
    values.unshift(o.neg(line));
    rates.unshift(o.neg(o.sum(o.mul(write, alongKey), 1)));
    keeps.unshift(o.sum(o.sum(o.mul(whole, gain), 2), 1));
    after = o.add(o.mul(whole, row(f.keep)), o.mul(dWrite, row(f.key)));
  }
  const rows = (parts: T[]): T => (count === 1 ? parts[0]! : o.concat(parts, 1));
  const four = (parts: T[]): T => o.reshape(rows(parts), [h, count, 1, n]);
  const open = (gate: T): T => o.mul(gate, o.add(o.neg(gate), 1));
  const dPair = o.concat([four(keys), four(values)], 2);
  const across = o.mul(o.sum(o.mul(dPair, f.pair), 3), f.long);
  const dRaw = o.reshape(o.div(o.sub(dPair, o.mul(f.pair, across)), f.divisor), [h, count, 2 * n]);
  const dMapped = o.concat([dRaw, o.mul(rows(rates), open(f.rate)), o.mul(rows(keeps), open(f.keep))], 2);
  return [o.matmul(dMapped, p.maps), rows(queries)];
}
