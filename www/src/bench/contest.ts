// The benchmark: everybody does the same work on the same device, one after the other, in one go.
import { learnedApart, refusal } from "./agree";
import type { Report } from "./peer";
import { Contestant, type DeviceKind, type Work } from "./requests";
import { median, type Measure, type Name, type Plan, type Result, type Row, type Stretch } from "./result";
import { stretchOf, TEXT } from "./texts";

export interface Listener {
  /** `done` of `of` pieces of work. */
  progress(done: number, of: number, device: DeviceKind, name: Name, work: Work["kind"]): void;
  row(row: Row): void;
  stretch(stretch: Stretch): void;
}

/** Marks of the committed base (crate/dialogue/src/tokenizer.rs). */
const USER = 1;
const ASSISTANT = 2;
/** Two chunks; the second one is measured. */
const LEARNED = 64;

const WORKERS: Record<Name, () => Worker> = {
  ours: () => new Worker(new URL("./ours.worker.ts", import.meta.url), { type: "module", name: "ours" }),
  plain: () => new Worker(new URL("./ours.worker.ts", import.meta.url), { type: "module", name: "plain" }),
  jax: () => new Worker(new URL("./jax.worker.ts", import.meta.url), { type: "module", name: "jax-js" }),
  tfjs: () => new Worker(new URL("./tfjs.worker.ts", import.meta.url), { type: "module", name: "tfjs" }),
};

/** Seconds after which a run is not repeated. */
const LONG = 10;

/** What ours computed, for the others to be held against. */
interface Reference {
  learned: Report;
  said: number[];
}

export class Contest {
  #plan: Plan;
  #listener: Listener;
  #running: Contestant | null = null;
  #stopped = false;
  #done = 0;

  constructor(plan: Plan, listener: Listener) {
    this.#plan = plan;
    this.#listener = listener;
  }

  /** Ends whatever runs; `run` then gives what was found until then. */
  stop(): void {
    this.#stopped = true;
    this.#running?.end("stopped");
  }

  async run(): Promise<Result> {
    const { devices, contestants } = this.#plan;
    const rows: Row[] = [];
    const stream: Stretch[] = [];
    for (const device of devices) {
      let reference: Reference | null = null;
      for (const name of contestants) {
        if (this.#stopped) break;
        const row = emptyRow(device, name);
        try {
          reference = await this.#measure(row, reference);
        } catch (error) {
          row.refused = error instanceof Error ? error.message : String(error);
        }
        if (!this.#stopped) this.#listener.row(row);
        rows.push(row);
      }
      if (this.#plan.stream > 0 && !this.#stopped) {
        // What was streamed until it was stopped counts.
        await this.#stream(device, stream).catch(() => undefined);
      }
    }
    return { date: new Date().toISOString(), browser: navigator.userAgent, plan: this.#plan, rows, stream };
  }

  /** All work of one contestant. Gives what the next ones are held against. */
  async #measure(row: Row, reference: Reference | null): Promise<Reference> {
    const { most } = this.#plan;
    const contestant = await this.#open(row.name, row.device, row);
    try {
      const tokens = await this.#tokens(contestant, row.name);
      const work = { tokens, most, steps: row.name === "plain" };
      const learn = await this.#repeat(contestant, row, (runs) => ({ kind: "learn", tokens, runs }));
      const answer = await this.#repeat(contestant, row, (runs) => ({ kind: "answer", ...work, runs }));
      const found = { learned: learn.report, said: answer.report.tokens };
      if (!reference) {
        if (row.name !== "ours") throw new Error("ours did not run, so there is nothing to hold it against");
        reference = found;
      }
      row.apart = learnedApart(found.learned, reference.learned);
      row.refused = refusal(row.apart, found.said, reference.said);
      if (row.refused === null) Object.assign(row, { answer: answer.measure, learn: learn.measure });
      return reference;
    } finally {
      contestant.end("closed");
      this.#running = null;
    }
  }

  /** The tokens that everybody gets: ours has the tokenizer. */
  #heard: number[] = [];
  async #tokens(contestant: Contestant, name: Name): Promise<number[]> {
    if (name === "ours") {
      const { tokens } = await contestant.bench({ kind: "encode", text: TEXT });
      this.#heard = [USER, ...tokens.slice(0, LEARNED - 1), ASSISTANT];
    }
    if (this.#heard.length !== LEARNED + 1) throw new Error("the text is too short for two chunks");
    return this.#heard;
  }

  /** Once for the first time, then only what comes before every run, then that and `runs` runs: what a run sends to the
   * device is the difference. Where a run takes long, one must do. */
  async #repeat(contestant: Contestant, row: Row, work: (runs: number) => Work): Promise<{ measure: Measure; report: Report }> {
    const { devices, contestants } = this.#plan;
    this.#listener.progress(this.#done++, devices.length * contestants.length * 2, row.device, row.name, work(1).kind);
    const timed = async (count: number): Promise<{ report: Report; wall: number; dispatches: number; submits: number }> => {
      const before = await contestant.counts();
      const began = performance.now();
      const report = await contestant.bench(work(count));
      const wall = (performance.now() - began) / 1e3;
      const after = await contestant.counts();
      return { report, wall, dispatches: after.dispatches - before.dispatches, submits: after.submits - before.submits };
    };
    const first = await timed(1);
    const runs = (first.report.seconds[0] ?? 0) > LONG ? 1 : this.#plan.runs;
    const before = await timed(0);
    const many = await timed(runs);
    const usual = median(many.report.seconds);
    const each = (count: (of: typeof many) => number): number => (count(many) - count(before)) / runs;
    const measure = {
      firstUse: Math.max(0, first.wall - before.wall - usual),
      runs: many.report.seconds,
      median: usual,
      dispatches: each((of) => of.dispatches),
      submits: each((of) => of.submits),
    };
    return { measure, report: many.report };
  }

  async #open(name: Name, device: DeviceKind, row: Row | null): Promise<Contestant> {
    const contestant = new Contestant(WORKERS[name]());
    this.#running = contestant;
    const folder = (path: string): string => new URL(path, document.baseURI).href;
    const runtime = folder(`runtime/${name === "plain" ? "plain" : "fused"}/`);
    const opened = await contestant.open({
      key: `bench-${name}`,
      device,
      base: folder("base/"),
      keepTranscript: false,
      runtime,
    });
    if (opened.device.kind !== device) throw new Error(`there is no ${device} here: ${opened.device.adapter}`);
    if (row) row.adapter = opened.device.adapter;
    return contestant;
  }

  /** The endless conversation: what a thousand tokens cost, and the module's memory, as it goes on. */
  async #stream(device: DeviceKind, found: Stretch[]): Promise<void> {
    const { stream, stretch } = this.#plan;
    const contestant = await this.#open("ours", device, null);
    try {
      const { tokens: text } = await contestant.bench({ kind: "encode", text: TEXT });
      let tokens = 0;
      for (let part = 0; tokens < stream; part++) {
        this.#listener.progress(tokens, stream, device, "ours", "stream");
        const turns = stretchOf(text, stretch, part).map((turn) => [USER, ...turn, ASSISTANT]);
        const report = await contestant.bench({ kind: "stream", turns, most: 8, anew: part === 0 });
        const count = report.tokens[0] ?? 0;
        if (count === 0) throw new Error("a stretch without tokens");
        tokens += count;
        const { heap } = await contestant.counts();
        const next = { device, tokens, secondsPerThousand: (report.seconds[0]! * 1000) / count, heap };
        found.push(next);
        this.#listener.stretch(next);
      }
    } finally {
      contestant.end("closed");
      this.#running = null;
    }
  }
}

function emptyRow(device: DeviceKind, name: Name): Row {
  return { device, name, adapter: "", answer: null, learn: null, apart: null, refused: null };
}
