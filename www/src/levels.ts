import { LEVELS, type Clock, type Dwelt, type Level, type Summary, type Update, type Weights } from "./protocol";

/** An update as the trace draws it, or the moment at which the level was wiped. */
export interface Mark {
  clock: number;
  block: number;
  magnitude: number;
  /** The magnitude as a share of the level's size. */
  relative: number;
  norm: number;
  wiped: boolean;
}

export interface LevelState {
  level: Level;
  marks: Mark[];
  /** ‖D‖ of each block, as last heard. */
  norms: number[];
  /** The last ‖ΔD‖ of each block, and its share of ‖D‖. */
  changes: ({ magnitude: number; relative: number } | null)[];
  weights: (Weights | null)[];
  until: number | null;
  period: number | null;
  /** Counts updates; a change of it makes the band pulse. */
  pulse: number;
  /** Whether it does not change. */
  frozen: boolean;
}

/** More than a screen's width of updates of the fastest level. */
const MOST_MARKS = 600;

/** What the page knows about the three levels. Fed with the worker's notices. */
export class Levels {
  state: Record<Level, LevelState> = {
    fast: emptyLevel("fast", 32),
    mid: emptyLevel("mid", 64),
    slow: emptyLevel("slow", null),
  };
  /** Tokens since the memory was born. */
  clock = 0;
  /** The clock when the traces begin: nothing is known of what came before. */
  origin = 0;
  /** Clocks at which a conversation ended. */
  ends: number[] = [];
  /** What the person came back to, most first. */
  dwelling: Dwelt[] = [];
  #started = false;

  /** The state as an opening, an import or a reset left it. */
  begin(summary: Summary): void {
    this.origin = summary.tokens;
    this.clock = summary.tokens;
    this.ends = [];
    for (const level of LEVELS) {
      const { until, period, weights, pulse } = this.state[level];
      const known = this.#started ? weights.map(() => null) : weights;
      const norms = [...(summary.norms[level] ?? [])];
      // The size that the level comes with: the trace's band begins there.
      const marks = norms.map((norm, block) => ({
        clock: summary.tokens,
        block,
        magnitude: 0,
        relative: 0,
        norm,
        wiped: false,
      }));
      this.state[level] = {
        ...emptyLevel(level, period),
        norms,
        marks,
        until,
        weights: known,
        pulse,
        frozen: summary.frozen.includes(level),
      };
    }
    this.#started = true;
  }

  /** Takes over the norms of a summary, without touching the traces. */
  settle(summary: Summary): void {
    for (const level of LEVELS) {
      const norms = [...(summary.norms[level] ?? this.state[level].norms)];
      this.#change(level, { norms, frozen: summary.frozen.includes(level) });
    }
  }

  tick(clock: Clock): void {
    this.clock = clock.tokens;
    this.dwelling = clock.dwelling ?? [];
    if (!this.#started) this.origin = clock.tokens;
    for (const level of LEVELS) this.#change(level, { until: clock.untilUpdate[level], period: clock.periods[level] });
  }

  update(update: Update): void {
    const before = this.state[update.level];
    const { clock, block, magnitude, relative, norm } = update;
    const mark = { clock, block, magnitude, relative, norm, wiped: false };
    this.clock = Math.max(this.clock, update.clock);
    this.#change(update.level, {
      marks: [...before.marks, mark].slice(-MOST_MARKS),
      norms: replace(before.norms, update.block, update.norm),
      changes: replace(before.changes, update.block, { magnitude: update.magnitude, relative: update.relative }),
      pulse: before.pulse + 1,
    });
  }

  /** Keeps the new values beside the old ones; the heat map finds what changed by itself. */
  show(weights: Weights): void {
    const before = this.state[weights.level];
    this.#change(weights.level, { weights: replace(before.weights, weights.block, weights) });
  }

  end(wiped: readonly string[]): void {
    this.ends = [...this.ends, this.clock];
    for (const level of LEVELS) {
      if (!wiped.includes(level)) continue;
      const before = this.state[level];
      const marks = before.norms.map((_, block) => ({
        clock: this.clock,
        block,
        magnitude: 0,
        relative: 0,
        norm: 0,
        wiped: true,
      }));
      this.#change(level, { marks: [...before.marks, ...marks], norms: before.norms.map(() => 0) });
    }
  }

  #change(level: Level, change: Partial<LevelState>): void {
    this.state = { ...this.state, [level]: { ...this.state[level], ...change } };
  }
}

function emptyLevel(level: Level, period: number | null): LevelState {
  return { level, marks: [], norms: [], changes: [], weights: [], until: null, period, pulse: 0, frozen: false };
}

function replace<T>(list: readonly T[], at: number, value: T): T[] {
  const next = [...list];
  while (next.length < at) next.push(null as T);
  next[at] = value;
  return next;
}
