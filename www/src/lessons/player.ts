import { LEVELS, type Failure, type Level } from "../protocol";
import type { Session } from "../session";
import type { Action, Lesson, Step, Without } from "./lesson";
import { observe, type Shape } from "./observe";
import type { Happening, Round, StepRecord } from "./record";

/** As the worker answers a probe. */
const WITHOUT: readonly Without[] = ["nothing", "slow", "mid", "both"];

/** Something in a step could not be done, or somebody stopped it. */
class Interrupted extends Error {
  constructor(readonly failure: Failure | null) {
    super(failure?.message ?? "stopped");
  }
}

/**
 * Plays a lesson on a session, step by step. Says "change" when something did, and "begin" when the lesson starts over. Whoever goes back, jumps, or says something
 * of their own in between gets the same memory all the same: before a step is played the lesson starts over and plays the
 * steps before it again.
 */
export class Player extends EventTarget {
  /** Which step the reader is at. */
  at = 0;
  /** What happened in each step that was played. */
  readonly records: (StepRecord | null)[];
  /** resting: waits for the reader; catching-up: plays again what comes before. */
  state: "resting" | "catching-up" | "playing" = "resting";
  /** How many of the steps before this one were played again. */
  caughtUp = 0;
  /** The contest that goes on, or was last in the step. */
  rounds: Round[] = [];
  /** Why the step could not be played to its end. */
  failure: Failure | null = null;
  /** The last step was left. */
  finished = false;
  #session: Session | null = null;
  /** How many steps the memory has been through; null: not known, or something else was said to it. */
  #through: number | null = null;
  /** What the session looked like when the last step was over. */
  #mark = "";
  #checkpoints = new Map<string, { version: number; shape: Shape }>();
  #stopping = false;

  constructor(readonly lesson: Lesson) {
    super();
    this.records = lesson.steps.map(() => null);
  }

  /** Plays on this session from now on, from the beginning; null: there is nothing to play on. */
  use(session: Session | null): void {
    if (session === this.#session || this.state !== "resting") return;
    this.#session = session;
    this.#through = null;
    this.#changed();
  }

  get session(): Session | null {
    return this.#session;
  }

  get step(): Step {
    return this.lesson.steps[this.at]!;
  }

  get record(): StepRecord | null {
    return this.records[this.at] ?? null;
  }

  get canPlay(): boolean {
    return this.state === "resting" && Boolean(this.#session?.canSay) && actionsOf(this.step).length > 0;
  }

  /** Whether going on plays this step, rather than turning to the next. */
  get playsNext(): boolean {
    return actionsOf(this.step).length > 0 && this.record === null && this.#session !== null;
  }

  get isLast(): boolean {
    return this.at === this.lesson.steps.length - 1;
  }

  /** Plays this step, or turns to the next if it was played. */
  async go(): Promise<void> {
    if (this.state !== "resting") return;
    if (this.playsNext) await this.play();
    else if (this.isLast) this.#finish();
    else this.show(this.at + 1);
  }

  /** Goes one step back: it can be played again. */
  back(): void {
    if (this.at > 0) this.show(this.at - 1);
  }

  /** Turns to a step. Those after it are as if they had not been played. */
  show(at: number): void {
    if (this.state !== "resting") return;
    this.at = Math.max(0, Math.min(this.lesson.steps.length - 1, at));
    this.records.fill(null, this.at);
    this.rounds = [];
    this.failure = null;
    this.finished = false;
    this.#changed();
  }

  /** Begins anew, with an empty memory. */
  restart(): void {
    this.#through = null;
    this.show(0);
  }

  /** Plays this step, and before it whatever has to come before. */
  async play(): Promise<void> {
    if (!this.canPlay) return;
    this.failure = null;
    this.#stopping = false;
    const here = this.at;
    try {
      this.state = "catching-up";
      this.#changed();
      await this.#catchUp(here);
      this.state = "playing";
      this.#changed();
      await this.#perform(here);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      this.failure = error.failure;
      this.#through = null;
    } finally {
      this.state = "resting";
      this.#changed();
    }
  }

  /** Stops what is being played. The step can be played again. */
  stop(): void {
    if (this.state === "resting") return;
    this.#stopping = true;
    this.#session?.stop();
    this.#session?.past.stop();
  }

  async #catchUp(to: number): Promise<void> {
    const untouched = this.#through !== null && this.#through <= to && this.#mark === this.#look();
    if (!untouched) await this.#begin();
    for (let at = this.#through ?? 0; at < to; at++) {
      this.caughtUp = at;
      this.#changed();
      await this.#perform(at);
    }
  }

  /** An empty memory, all levels on and thawed. */
  async #begin(): Promise<void> {
    const session = this.#need();
    this.#checkpoints.clear();
    this.#through = 0;
    session.closeNight();
    if (session.mode !== "lasting") await this.#do(() => session.setMode("lasting"));
    for (const level of LEVELS) {
      if (session.levels.state[level].frozen) await this.#do(() => session.freeze(level, false));
    }
    this.dispatchEvent(new Event("begin"));
    await this.#do(() => session.startOver());
  }

  async #perform(at: number): Promise<void> {
    const step = this.lesson.steps[at]!;
    const session = this.#need();
    const before = this.#shape();
    const happenings: Happening[] = [];
    for (const action of actionsOf(step)) {
      session.closeNight();
      happenings.push(await this.#act(action));
    }
    const after = this.#shape();
    const sizes = ofLevels((level) => ({ before: before[level], after: after[level] }));
    const { origin, clock, ends, state } = session.levels;
    const traces = { origin, clock, ends: [...ends], marks: ofLevels((level) => [...state[level].marks]) };
    const shapes = new Map([...this.#checkpoints].map(([name, { shape }]) => [name, shape]));
    const outcomes = observe(step.expect ?? [], { happenings, sizes, traces }, shapes);
    this.records[at] = { happenings, sizes, traces, outcomes };
    this.#through = at + 1;
    this.#mark = this.#look();
  }

  async #act(action: Action): Promise<Happening> {
    const session = this.#need();
    if ("say" in action) {
      await this.#do(() => session.say(action.say));
      const { reply, contextTokenIds } = session.lastReply!;
      return { kind: "said", text: action.say, answer: reply, mode: session.mode, waiting: contextTokenIds.length };
    }
    if ("end" in action) {
      await this.#do(() => session.endConversation());
      return { kind: "ended" };
    }
    if ("sleep" in action) {
      await this.#do(() => session.sleep());
      const { ending, known, of, exchanges, whole } = session.night!.result!;
      const turns = exchanges.filter((exchange) => exchange.replayed).length;
      return { kind: "slept", ending, known, of, turns, whole };
    }
    if ("mode" in action) {
      await this.#do(() => session.setMode(action.mode));
      return { kind: "mode", mode: action.mode };
    }
    if ("probe" in action) {
      await this.#do(() => session.probe(action.probe));
      const answers = session.probed!.answers.map(({ reply, unknown }, row) => ({ without: WITHOUT[row]!, reply, unknown }));
      return { kind: "probed", question: action.probe, answers };
    }
    if ("freeze" in action) {
      await this.#do(() => session.freeze(action.freeze, true));
      return { kind: "froze", level: action.freeze };
    }
    if ("thaw" in action) {
      await this.#do(() => session.freeze(action.thaw, false));
      return { kind: "thawed", level: action.thaw };
    }
    if ("reset" in action) {
      await this.#do(() => session.startOver());
      return { kind: "reset" };
    }
    if ("checkpoint" in action) {
      await this.#do(() => session.past.list());
      const version = session.past.versions.find(({ current }) => current);
      if (!version) throw new Interrupted(notKept(action.checkpoint));
      this.#checkpoints.set(action.checkpoint, { version: version.id, shape: this.#shape() });
      return { kind: "checkpoint", name: action.checkpoint };
    }
    if ("rewind" in action) {
      await this.#do(() => session.past.rewind(this.#checkpoints.get(action.rewind)!.version));
      return { kind: "rewound", name: action.rewind };
    }
    if ("forget" in action) {
      const said = session.transcript.messages.findLast(
        ({ role, text, lost }) => role === "user" && text === action.forget && !lost,
      );
      if (!said || said.version === null) throw new Interrupted(notKept(action.forget));
      await this.#do(() => session.past.forget(said.version!));
      return { kind: "forgot", text: action.forget };
    }
    return this.#contest(action.contest);
  }

  async #contest({ strategies, script }: Extract<Action, { contest: unknown }>["contest"]): Promise<Happening> {
    const rounds: Round[] = [];
    this.rounds = rounds;
    await this.#do(async () => {
      const contest = await this.#need().memory!.contest(strategies);
      try {
        for (const cue of script) {
          if (this.#stopping) return;
          if ("say" in cue) rounds.push({ cue: "say", text: cue.say, standings: await contest.say(cue.say) });
          else if ("ask" in cue) rounds.push({ cue: "ask", text: cue.ask, standings: await contest.ask(cue.ask) });
          else rounds.push({ cue: "end", text: "", standings: await contest.end() });
          this.rounds = [...rounds];
          this.#changed();
        }
      } finally {
        await contest.close();
      }
    });
    return { kind: "contest", strategies, rounds };
  }

  /** Does one thing, and fails as the session does. */
  async #do(work: () => Promise<unknown>): Promise<void> {
    if (this.#stopping) throw new Interrupted(null);
    const session = this.#need();
    if (!session.canSay) throw new Interrupted(session.failure ?? busy());
    session.dismissFailure();
    await work();
    if (session.failure) throw new Interrupted(session.failure);
    if (this.#stopping) throw new Interrupted(null);
  }

  #need(): Session {
    if (!this.#session) throw new Interrupted(busy());
    return this.#session;
  }

  #shape(): Shape {
    const { state } = this.#need().levels;
    return ofLevels((level) => Math.hypot(...state[level].norms));
  }

  /** Moves when somebody did something to the memory besides the lesson. */
  #look(): string {
    const { levels, transcript, mode } = this.#need();
    return JSON.stringify([levels.clock, transcript.entries.length, mode, LEVELS.map((level) => levels.state[level].frozen)]);
  }

  #finish(): void {
    this.finished = true;
    this.#changed();
  }

  #changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}

export function actionsOf(step: Step): readonly Action[] {
  return step.do ?? [];
}

function ofLevels<T>(of: (level: Level) => T): Record<Level, T> {
  return { fast: of("fast"), mid: of("mid"), slow: of("slow") };
}

function busy(): Failure {
  return { code: "busy", message: "The model is not ready.", kept: "", advice: "" };
}

function notKept(what: string): Failure {
  return { code: "not-kept", message: `No version was kept for “${what}”.`, kept: "", advice: "" };
}
