// A peer: the model on one of the other libraries, with the same requests as our worker's door.
import { LEVELS, type Ops } from "./ops";
import type { BaseFile } from "./safetensors";
import { Acquaintance } from "./model/acquaintance";
import { forbid, step } from "./model/answer";
import { learn, learned, update } from "./model/learn";
import { fresh, numbers, toList, type Memory } from "./model/memory";
import { place, type Weights } from "./model/weights";

/** How a request went, as our worker tells it. */
export interface Report {
  /** Of each run. */
  seconds: number[];
  tokens: number[];
  /** Surprise of each token of the last chunk, then ‖β δ‖ of each level. */
  written: ArrayLike<number>;
  /** The memory after learning, f32. */
  bytes: Uint8Array;
}

/** Tokens that are never said: padding and the marks. */
const PADDING = 0;

export class Peer<T> {
  #ops: Ops<T>;
  #weights: Weights<T>;
  #learn: (...given: T[]) => T[];
  #update: (...given: T[]) => T[];
  #begin: (...given: T[]) => T[];
  #step: (...given: T[]) => T[];
  #unspeakable: number[];
  #forbidden: T;

  constructor(ops: Ops<T>, base: BaseFile) {
    const { config } = base;
    if (config.mixer !== "gated-delta" || config.protection === undefined)
      throw new Error("The peers are written for bases with the gated delta rule and shields.");
    this.#ops = ops;
    this.#weights = place(ops, base);
    this.#learn = ops.compiled(learn(ops, this.#weights));
    this.#update = ops.compiled(update(ops));
    this.#begin = ops.compiled(step(ops, this.#weights, true));
    this.#step = ops.compiled(step(ops, this.#weights, false));
    const { user, assistant, end } = config.marks;
    this.#unspeakable = [PADDING, user, assistant, end];
    this.#forbidden = forbid(ops, this.#weights, this.#unspeakable);
  }

  /** Says `most` tokens after `tokens`, `runs` times from the same memory. */
  async answer(tokens: number[], most: number, runs: number): Promise<Report> {
    const { memory, acquaintance } = await this.#heard(tokens);
    const report: Report = { seconds: [], tokens: [], written: [], bytes: new Uint8Array() };
    const { config } = this.#weights;
    const given = config.declines ? acquaintance.gives(config, this.#turn(tokens)) : [];
    const begin = forbid(this.#ops, this.#weights, this.#unspeakable, given);
    for (let run = 0; run < runs; run++) {
      const began = performance.now();
      report.tokens = await this.#say(memory, begin, tokens.at(-1)!, most);
      report.seconds.push((performance.now() - began) / 1e3);
    }
    this.#ops.free([begin, ...toList(memory)]);
    return report;
  }

  /** Learns the last chunk of `tokens`, `runs` times from the same memory. */
  async learn(tokens: number[], runs: number): Promise<Report> {
    const { config } = this.#weights;
    const { memory: before } = await this.#heard(tokens.slice(0, -config.chunk));
    const report: Report = { seconds: [], tokens: [], written: [], bytes: new Uint8Array() };
    for (let run = 0; run < runs; run++) {
      const began = performance.now();
      const { memory, written } = await this.#chunk(before, tokens, tokens.length - 1 - config.chunk);
      report.seconds.push((performance.now() - began) / 1e3);
      if (run === runs - 1) {
        report.written = written;
        report.bytes = new Uint8Array((await numbers(this.#ops, memory, config.units)).buffer);
      }
      this.#ops.free(toList(memory).filter((tensor) => !toList(before).includes(tensor)));
    }
    this.#ops.free(toList(before));
    return report;
  }

  /** A new memory after whole chunks and one token. */
  async #heard(tokens: number[]): Promise<{ memory: Memory<T>; acquaintance: Acquaintance }> {
    const { chunk } = this.#weights.config;
    if ((tokens.length - 1) % chunk !== 0) throw new Error("The peers hear whole chunks and one token.");
    let memory = fresh(this.#ops, this.#weights);
    const acquaintance = new Acquaintance();
    for (let from = 0; from + 1 < tokens.length; from += chunk) {
      const { memory: next, written } = await this.#chunk(memory, tokens, from);
      const place = [from + 1, from + 1 + chunk] as const;
      acquaintance.meets(tokens.slice(...place), this.#lessons(tokens).slice(...place), written);
      this.#ops.free(toList(memory).filter((tensor) => !toList(next).includes(tensor)));
      memory = next;
    }
    return { memory, acquaintance };
  }

  /** Learns one chunk and updates the levels that are due. The memory given stays. */
  async #chunk(memory: Memory<T>, tokens: number[], from: number): Promise<{ memory: Memory<T>; written: ArrayLike<number> }> {
    const o = this.#ops;
    const { config, levels } = this.#weights;
    const t = config.chunk;
    const inputs = tokens.slice(from, from + t);
    const targets = tokens.slice(from + 1, from + 1 + t);
    const turn = targets.at(-1) === config.marks.assistant;
    const ends = new Float32Array(t * t);
    if (turn) ends.fill(1, (t - 1) * t + Math.max(0, inputs.lastIndexOf(config.marks.user)));
    const lessons = this.#lessons(tokens).slice(from + 1, from + 1 + t);
    const vigour = new Float32Array(t).fill(from === 0 ? (config.opening_vigour ?? 1) : 1);
    const given = [
      o.ids(inputs),
      o.ids(targets),
      o.tensor(Float32Array.from(lessons), [t, 1]),
      o.tensor(ends, [t, t]),
      o.tensor(vigour, [t, 1]),
    ];
    const done = this.#learn(...toList(memory), ...given);
    o.free(given);
    const report = done.pop()!;
    const next = learned(done, memory);
    const told: T[] = [report];
    for (let l = 0; l < LEVELS.length; l++) {
      const period = config.periods[l];
      const passed = period != null && Math.floor((from + t) / period) > Math.floor(from / period);
      if (!passed && !(turn && l === 0)) continue;
      for (const [b, block] of next.levels.entries()) {
        const written = block.pending[l]!;
        const [D, A, norms] = this.#update(block.memory[l]!, written, levels[b]![l]!.rate) as [T, T, T];
        // D before is the given memory's and stays.
        o.free([written]);
        block.memory[l] = D;
        block.pending[l] = A;
        told.push(norms);
      }
    }
    const [all] = o.scope(() => [o.concat(told, 0)]) as [T];
    const written = (await o.read(all)).slice(0, (1 + LEVELS.length) * t);
    o.free([all, ...told]);
    return { memory: next, written };
  }

  /** Which tokens the person says. */
  #lessons(tokens: number[]): number[] {
    const { user, assistant, end } = this.#weights.config.marks;
    let speaking = false;
    return tokens.map((token) => {
      if (token === user) speaking = false;
      else if (token === assistant || token === end) speaking = true;
      else return speaking ? 0 : 1;
      return 0;
    });
  }

  /** The words of the turn that is being answered. */
  #turn(tokens: number[]): number[] {
    const { user } = this.#weights.config.marks;
    const began = Math.max(0, tokens.lastIndexOf(user));
    return tokens.slice(began).filter((_, i) => this.#lessons(tokens)[began + i]);
  }

  async #say(memory: Memory<T>, begin: T, last: number, most: number): Promise<number[]> {
    const o = this.#ops;
    const memories = [...memory.levels.flatMap((block) => block.memory), memory.shields];
    const kept = memory.mixers.flatMap(({ gain, tail }) => [gain, tail]);
    let state = kept;
    let token = o.ids([last]);
    const made: T[] = [token];
    const said: T[] = [];
    for (let place = 0; place < most; place++) {
      const first = place === 0 && last === this.#weights.config.marks.assistant;
      const go = first ? this.#begin : this.#step;
      const [next, odds, ...moved] = go(token, first ? begin : this.#forbidden, ...state, ...memories) as [T, T, ...T[]];
      if (state !== kept) o.free(state);
      state = moved;
      token = next;
      said.push(next);
      made.push(next, odds);
    }
    const [all] = o.scope(() => [o.concat(said, 0)]) as [T];
    const tokens = Array.from(await o.read(all));
    o.free([all, ...made, ...(state === kept ? [] : state)]);
    return tokens;
  }
}
