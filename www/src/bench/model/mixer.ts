// A block's mixer, forwards and backwards; the formulas are those of crate/model/src/mixer.rs.
import type { Ops } from "../ops";
import { scan, scanBack, type Scan } from "./recurrence";
import { rms, rmsBack, silu, siluBack, unit, unitBack, type Scaled, type Silu } from "./rows";
import type { MixerWeights, Weights } from "./weights";

interface Trace<T> {
  normed: Scaled<T>;
  projected: Silu<T>;
  query: Scaled<T>;
  scan: Scan<T>;
  gate: Silu<T>;
  read: Scaled<T>;
  joined: T;
}

export interface Mixed<T> {
  /** x + o: `[t, d]`. */
  x: T;
  gain: T;
  tail: T;
  trace: Trace<T>;
}

/** `x`: `[t, d]`; `gain`: `[h, n, n]`; `tail`: `[3, 2d]`. */
export function mix<T>(o: Ops<T>, w: Weights<T>, p: MixerWeights<T>, x: T, gain: T, tail: T, t: number): Mixed<T> {
  const { width: d, heads: h } = w.config;
  const n = d / h;
  const split = (rows: T): T => o.transpose(o.reshape(rows, [t, h, n]), [1, 0, 2]);
  const normed = rms(o, x, 1, d);
  const inward = o.matmul(o.mul(normed.row, p.norm), p.input);
  const all = o.concat([tail, o.slice(inward, 1, 0, 2 * d)], 0);
  const projected = silu(o, o.convolve(all, p.taps));
  const input = o.slice(projected.after, 1, 0, d);
  const query = unit(o, split(o.slice(projected.after, 1, d, d)), 2);
  const scanned = scan(o, w, p, split(input), query.row, gain, t);
  const read = rms(o, o.matmul(scanned.read, p.reader), 2, n);
  const joined = o.reshape(o.transpose(read.row, [1, 0, 2]), [t, d]);
  const gate = silu(o, o.slice(inward, 1, 2 * d, d));
  const mixed = o.add(o.mul(gate.after, joined), o.matmul(input, p.skip));
  return {
    x: o.add(x, o.matmul(mixed, p.output)),
    gain: scanned.gain,
    tail: o.slice(all, 0, t, 3),
    trace: { normed, projected, query, scan: scanned, gate, read, joined },
  };
}

/** ∂x of x + o, within the chunk. */
export function mixBack<T>(o: Ops<T>, w: Weights<T>, p: MixerWeights<T>, f: Trace<T>, dy: T, t: number): T {
  const { width: d, heads: h } = w.config;
  const n = d / h;
  const split = (rows: T): T => o.transpose(o.reshape(rows, [t, h, n]), [1, 0, 2]);
  const join = (heads: T): T => o.reshape(o.transpose(heads, [1, 0, 2]), [t, d]);
  const dMixed = o.matmul(dy, p.outputBack);
  const dGate = siluBack(o, f.gate, o.mul(dMixed, f.joined));
  const dRead = rmsBack(o, f.read, split(o.mul(dMixed, f.gate.after)), 2, n);
  const [dScanned, dAsked] = scanBack(o, w, p, f.scan.trace, o.matmul(dRead, p.readerBack));
  const dInput = o.add(join(dScanned), o.matmul(dMixed, p.skipBack));
  const dQuery = join(unitBack(o, f.query, dAsked, 2));
  const dBefore = siluBack(o, f.projected, o.concat([dInput, dQuery], 1));
  const dProjected = o.convolve(o.concat([dBefore, w.nothing], 0), p.tapsBack);
  const dz = o.matmul(o.concat([dProjected, dGate], 1), p.inputBack);
  return o.add(dy, rmsBack(o, f.normed, o.mul(dz, p.norm), 1, d));
}
