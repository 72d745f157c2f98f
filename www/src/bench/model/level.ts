// A level of the Continuum Memory System, forwards and backwards; the formulas are those of crate/model/src/level.rs.
import type { Ops } from "../ops";
import { gelu, geluBack, rms, rmsBack, unit, unitBack, type Scaled, type Silu } from "./rows";
import type { FixedWeights, LevelWeights, Weights } from "./weights";

/** What of a key's raw numbers counts towards its length: squares or cubes of what is positive. */
function raised<T>(o: Ops<T>, w: Weights<T>, positive: T): T {
  const squared = o.square(positive);
  return w.config.key_power === 3 ? o.mul(squared, positive) : squared;
}

/** The derivative of {@link raised}. */
function slope<T>(o: Ops<T>, w: Weights<T>, positive: T): T {
  return w.config.key_power === 3 ? o.mul(o.square(positive), 3) : o.mul(positive, 2);
}

interface Trace<T> {
  normed: Scaled<T>;
  positive: T;
  hidden: Silu<T>;
}

export interface Levelled<T> {
  x: T;
  /** The address: `[t, u]`, of unit length. */
  key: Scaled<T>;
  /** β and γ: `[t, 1]`. */
  strength: T;
  closing: T;
  trace: Trace<T>;
}

/** Through a level that remembers nothing. */
export function think<T>(o: Ops<T>, w: Weights<T>, p: FixedWeights<T>, x: T): T {
  const hidden = gelu(o, o.matmul(o.mul(rms(o, x, 1, w.config.width).row, p.norm), p.up));
  return o.add(x, o.matmul(hidden.after, p.down));
}

function fixed<T>(o: Ops<T>, p: LevelWeights<T>, x: T, memory: T, key: Scaled<T>, hidden: Silu<T>): T {
  return o.add(x, o.add(o.matmul(hidden.after, p.down), o.matmul(key.row, memory)));
}

/** How familiar keys are to a level, by its shield P, `[u, u]`: `[t, 1]`. */
function familiarity<T>(o: Ops<T>, { row: key }: Scaled<T>, shield: T): T {
  return o.sum(o.mul(o.sub(key, o.matmul(key, shield)), key), 1);
}

/** The hidden units before their gelu of a level that is told how familiar a key is, by its shield P, `[u, u]`. */
function told<T>(o: Ops<T>, p: LevelWeights<T>, hidden: T, key: Scaled<T>, shield: T | null): T {
  if (!p.familiarity || !shield) return hidden;
  return o.add(hidden, o.mul(familiarity(o, key, shield), p.familiarity));
}

/** Through a level with its memory D, `[u, d]`. */
export function pass<T>(o: Ops<T>, w: Weights<T>, p: LevelWeights<T>, x: T, memory: T, shield: T | null): Levelled<T> {
  const { width: d, units: u, hidden: m } = w.config;
  const normed = rms(o, x, 1, d);
  const all = o.matmul(o.mul(normed.row, p.norm), p.all);
  const positive = o.relu(o.slice(all, 1, 0, u));
  const key = unit(o, raised(o, w, positive), 1);
  const hidden = gelu(o, told(o, p, o.slice(all, 1, u, m), key, shield));
  const gates = o.sigmoid(o.add(o.slice(all, 1, u + m, 2), p.bias));
  return {
    x: fixed(o, p, x, memory, key, hidden),
    key,
    strength: o.slice(gates, 1, 0, 1),
    closing: o.slice(gates, 1, 1, 1),
    trace: { normed, positive, hidden },
  };
}

/** What makes β of a turn that is over: β of its end, and α of a base that looks ahead. */
export interface Weighing<T> {
  turnGate: boolean;
  ahead: LevelWeights<T>["ahead"];
}

/** α of each token's successor; the last has none, and keeps its own: `[t, 1]`. */
function ofSuccessors<T>(o: Ops<T>, { weight, bias }: NonNullable<LevelWeights<T>["ahead"]>, key: T, t: number): T {
  const all = o.sigmoid(o.add(o.matmul(key, weight), bias));
  return o.concat([o.slice(all, 0, 1, t - 1), o.slice(all, 0, t - 1, 1)], 0);
}

/** β as a turn turned out that is over, and that the chunk's last token ends: `[t, 1]`, with keys `[t, u]` and ends `[t, t]`. */
export function weighed<T>(o: Ops<T>, by: Weighing<T>, key: T, strength: T, ends: T, t: number): T {
  if (!by.turnGate && !by.ahead) return strength;
  const over = o.transpose(o.sum(ends, 0), [1, 0]);
  const end = by.turnGate ? o.matmul(ends, strength, true, false) : over;
  const said = by.ahead ? o.mul(end, ofSuccessors(o, by.ahead, key, t)) : end;
  const factor = o.add(o.sub(said, over), 1);
  const own = o.add(o.mul(o.slice(factor, 0, t - 1, 1), 0), 1);
  return o.mul(strength, o.concat([o.slice(factor, 0, 0, t - 1), own], 0));
}

/** What a level finds under a token's key: how familiar it is to a lasting level, how much the fast one reads: `[1, 1]`. */
function finding<T>(o: Ops<T>, key: Scaled<T>, memory: T, shield: T | null): T {
  if (shield) return familiarity(o, key, shield);
  return o.sqrt(o.sum(o.square(o.matmul(key.row, memory)), 1));
}

/** The same for speaking: nothing will be written, so no gates. What is found counts where an answer begins. */
export function passSpeaking<T>(
  o: Ops<T>,
  w: Weights<T>,
  p: LevelWeights<T>,
  x: T,
  memory: T,
  shield: T | null,
): { x: T; found: () => T } {
  const { width: d, units: u, hidden: m } = w.config;
  const all = o.matmul(o.mul(rms(o, x, 1, d).row, p.norm), p.spoken);
  const key = unit(o, raised(o, w, o.relu(o.slice(all, 1, 0, u))), 1);
  const spoken = fixed(o, p, x, memory, key, gelu(o, told(o, p, o.slice(all, 1, u, m), key, shield)));
  return { x: spoken, found: () => finding(o, key, memory, shield) };
}

/** ∂x, given ∂ of the level's output. */
export function passBack<T>(o: Ops<T>, w: Weights<T>, p: LevelWeights<T>, f: Levelled<T>, memory: T, dy: T): T {
  const dHidden = geluBack(o, f.trace.hidden, o.matmul(dy, p.downBack));
  const dRaised = unitBack(o, f.key, o.matmul(dy, memory, false, true), 1);
  const dRaw = o.mul(dRaised, slope(o, w, f.trace.positive));
  const dz = o.matmul(o.concat([dRaw, dHidden], 1), p.back);
  return o.add(dy, rmsBack(o, f.trace.normed, o.mul(dz, p.norm), 1, w.config.width));
}
