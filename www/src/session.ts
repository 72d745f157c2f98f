import { Levels } from "./levels";
import { Night } from "./night";
import { NestedMemory, type MemoryEvents, type OpenOptions } from "./nested-memory";
import { Past } from "./past";
import type { Draw, Failure, Level, Mode, Notice, Probed, Progress, Reply, SnapshotSummary, Stage, Turn } from "./protocol";
import { Questions } from "./questions";
import type { SpokenMessage } from "./transcript";
import { Transcript } from "./transcript";
import { MemoryError } from "./worker-client";

export type Phase = "loading" | "ready" | "failed";
export type Busy = "saying" | "ending" | "sleeping" | "asking" | "working" | null;

export interface SessionOptions extends OpenOptions {
  /** How words are drawn; without it the likeliest are taken. */
  draw?: Draw;
}

/** So many questions are put to two versions that are compared. */
const MOST_PROBES = 8;

/**
 * What the page shows, in one place: it turns the memory's events into state and says "change" when some of it did. It hands the
 * memory's events on, and says "progress", "ready", "reply", "slept" and "failure" itself.
 */
export class Session extends EventTarget {
  phase: Phase = "loading";
  busy: Busy = null;
  memory: NestedMemory | null = null;
  progress: Partial<Record<Stage, Progress>> = {};
  transcript = new Transcript();
  levels = new Levels();
  /** What becomes of what is said. */
  mode: Mode = "lasting";
  lastReply: Reply | null = null;
  /** The sleep that goes on, or that is over and still shown. */
  night: Night | null = null;
  /** The last question that was asked level by level, and the answers. */
  probed: { question: string; answers: Probed["answers"] } | null = null;
  /** What the memory was at other times. */
  readonly past = new Past({
    work: (task) => this.#work("working", task),
    replaced: (memory, turns, why) => this.#replaced(memory, turns, why),
    probes: () => this.#probes(),
  });
  /** What is asked again after every sleep. */
  readonly questions = new Questions({ work: (task) => this.#work("working", task) });
  saved: { at: number; bytes: number } | null = null;
  /** Whether the browser has promised to keep what is saved; null: it was not asked. */
  persisted: boolean | null = null;
  notices: Notice[] = [];
  failure: Failure | null = null;
  /** Typed before the model was ready. */
  #queued: { text: string; message: SpokenMessage } | null = null;
  #stop: AbortController | null = null;
  #asked = false;
  #options: SessionOptions = {};
  /** Ends the opening; once it is aborted this session is over. */
  #over = new AbortController();
  #cardLost = false;

  async open(options: SessionOptions): Promise<void> {
    this.#options = options;
    try {
      const memory = await NestedMemory.open(
        {
          ...options,
          signal: this.#over.signal,
          onProgress: (progress) => {
            this.progress = { ...this.progress, [progress.stage]: progress };
            this.#tell("progress", progress);
            this.#changed();
          },
        },
        (instance) => this.#listen(instance),
      );
      this.memory = memory;
      const typed = this.#queued;
      this.levels.begin(memory.summary);
      this.transcript = Transcript.restore(memory.transcript, memory.summary.pending);
      // A memory can be talked with without its questions.
      await this.questions.load(memory).catch((error: unknown) => this.#fail(error));
      // What stood in the way of opening does so no more.
      this.notices = this.notices.filter((notice) => notice.code !== "blocked");
      this.phase = "ready";
      if (this.mode !== "lasting") await memory.mode(this.mode);
      this.#changed();
      this.#tell("ready", memory);
      if (typed) await this.say(typed.text);
    } catch (error) {
      if (this.#over.signal.aborted) return;
      if (this.#canStepDown(error)) return this.#stepDown();
      this.phase = "failed";
      this.#fail(offline(error));
    }
  }

  /** Whether the worker draws the levels: a graphics card holds them. */
  get live(): boolean {
    return this.memory?.device.kind === "webgpu" && !this.#cardLost;
  }

  /** Lets go of the memory and its worker, whatever goes on. What was saved stays. */
  async close(): Promise<void> {
    this.#over.abort();
    this.#stop?.abort();
    await this.memory?.close().catch(() => {
      // The worker had stopped already.
    });
  }

  /** Asks for the numbers behind the pictures. */
  inspect(): void {
    void this.numbers();
  }

  /** The same, and waits until they are here. */
  async numbers(): Promise<void> {
    await this.memory?.weights().catch((error: unknown) => this.#fail(error));
  }

  get canSay(): boolean {
    return this.phase === "ready" && this.busy === null;
  }

  /** Whether another page keeps this memory, so that this one only looks on. */
  get follows(): boolean {
    return this.memory?.summary.storage === "elsewhere";
  }

  /** Whether what is said goes anywhere: into this page's memory, or into a copy of one that another page keeps. */
  get mayTalk(): boolean {
    return !this.follows || this.mode !== "lasting";
  }

  /** Whether the memory can be changed now. */
  get canChange(): boolean {
    return this.canSay && !this.follows;
  }

  /** Says it now, or as soon as the model is ready. */
  async say(text: string): Promise<void> {
    const words = text.trim();
    if (!words) return;
    if (this.phase === "loading" && !this.#queued) {
      const message = this.transcript.add("user", words, this.mode);
      message.state = "waiting";
      this.#queued = { text: words, message };
      this.#changed();
    }
    if (!this.canSay || !this.memory || !this.mayTalk) {
      if (this.#queued?.text !== words) this.#refuse(words);
      return;
    }
    this.#queued = null;
    this.failure = null;
    this.busy = "saying";
    this.#stop = new AbortController();
    const user = this.transcript.add("user", words, this.mode);
    const answer = this.transcript.add("assistant", "", this.mode);
    answer.state = "speaking";
    this.#changed();
    try {
      const { draw } = this.#options;
      const pieces = this.memory.say(words, { signal: this.#stop.signal, ...(draw && { draw }) });
      for await (const piece of pieces) {
        answer.text += piece;
        this.transcript.touch(answer);
        this.#changed();
      }
      const reply = this.memory.lastReply!;
      user.truncated = reply.truncatedInput;
      this.lastReply = reply;
      this.transcript.finish(answer, reply);
      this.#tell("reply", reply);
      this.#askToPersist();
    } catch (error) {
      // A refused request was not said: the counting of turns must not move.
      if (answer.text === "") this.transcript.remove(answer);
      else answer.state = "failed";
      if (answer.text === "" && user.tokens.length === 0) {
        this.transcript.remove(user);
        this.#refuse(words);
      }
      if (this.phase === "ready") this.#fail(error);
      // The worker is gone, and with it whatever of these words was not saved.
      else if (user.tokens.length > 0) this.#refuse(words);
    } finally {
      this.busy = null;
      this.#stop = null;
      this.#changed();
    }
  }

  stop(): void {
    this.#stop?.abort();
  }

  /** Stops the answer, or wakes up, whichever goes on. */
  interrupt(): void {
    if (this.busy === "saying") this.stop();
    if (this.busy === "sleeping") this.wake();
  }

  async endConversation(): Promise<void> {
    await this.#work("ending", async (memory) => {
      this.levels.settle(await memory.endConversation());
    });
  }

  /** Ends the conversation and sleeps over it, until it is done or somebody wakes it. */
  async sleep(): Promise<void> {
    if (!this.canChange) return;
    const night = new Night();
    const stop = new AbortController();
    this.night = night;
    this.#stop = stop;
    await this.#work("sleeping", async (memory) => {
      const slept = await memory.sleep({ signal: stop.signal });
      night.end(slept);
      this.levels.settle(slept.summary);
      this.transcript.slept(slept);
      this.#tell("slept", slept);
    });
    this.#stop = null;
    if (!night.result) this.closeNight();
  }

  wake(): void {
    if (!this.night) return;
    this.night.waking = true;
    this.#stop?.abort();
    this.#changed();
  }

  closeNight(): void {
    this.night = null;
    this.#changed();
  }

  /** Asks the memory and copies of it without some levels. Nothing changes. */
  async probe(question: string): Promise<void> {
    const words = question.trim();
    if (!words) return;
    await this.#work("asking", async (memory) => {
      const { answers } = await memory.probe(words);
      this.probed = { question: words, answers };
    });
  }

  /** The snapshot as a file; null when it failed. */
  async export(): Promise<File | null> {
    let file: File | null = null;
    await this.#work("working", async (memory) => {
      file = await memory.export();
    });
    return file;
  }

  async preview(file: File): Promise<SnapshotSummary | Failure> {
    try {
      return await this.#need().preview(file);
    } catch (error) {
      return failureOf(error);
    }
  }

  async import(file: File): Promise<void> {
    await this.#work("working", async (memory) => {
      await memory.import(file);
      this.transcript.imported();
      await this.#another(memory);
    });
  }

  /**
   * Makes a memory of a file under another key, and leaves this page's alone. Says whether that was done: a key that holds
   * something already is refused.
   */
  async importAs(file: File, key: string): Promise<boolean> {
    let done = false;
    await this.#work("working", async () => {
      const other = await NestedMemory.open({ ...this.#options, key });
      try {
        if (other.restored || other.summary.storage !== "indexeddb") throw taken(key);
        await other.import(file);
        done = true;
      } finally {
        await other.close();
      }
    });
    return done;
  }

  async startOver(level?: Level): Promise<void> {
    await this.#work("working", async (memory) => {
      await memory.reset(level ? { level } : {});
      if (!level) await this.#forgot(memory);
      await this.#another(memory);
    });
  }

  /** Deletes every memory that this browser keeps of this page. */
  async eraseAll(): Promise<void> {
    await this.#work("working", async (memory) => {
      await memory.erase();
      await this.#forgot(memory);
      await this.#another(memory);
    });
  }

  async freeze(level: Level, frozen: boolean): Promise<void> {
    await this.#work("working", async (memory) => {
      this.levels.settle(await memory.freeze(level, frozen));
    });
  }

  async setMode(mode: Mode): Promise<void> {
    await this.#work("working", async (memory) => {
      await memory.mode(mode);
      this.mode = mode;
    });
  }

  /** Says something that a person should know. */
  notify(code: string, message: string): void {
    const notice: Notice = { type: "notice", request: null, code, message };
    this.notices = [...this.notices.filter((other) => other.code !== code), notice];
    this.#tell("notice", notice);
    this.#changed();
  }

  dismissNotice(notice: Notice): void {
    this.notices = this.notices.filter((other) => other !== notice);
    this.#changed();
  }

  dismissFailure(): void {
    this.failure = null;
    this.#changed();
  }

  #need(): NestedMemory {
    if (this.memory) return this.memory;
    throw new MemoryError({ code: "busy", message: "The model is not ready yet.", kept: "", advice: "" });
  }

  async #work(kind: Busy, task: (memory: NestedMemory) => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = kind;
    this.failure = null;
    this.#changed();
    try {
      await task(this.#need());
    } catch (error) {
      if (this.phase === "ready") this.#fail(error);
    } finally {
      this.busy = null;
      this.#changed();
    }
  }

  #listen(memory: NestedMemory): void {
    const on = <K extends keyof MemoryEvents>(type: K, listener: (event: CustomEvent<MemoryEvents[K]>) => void) =>
      memory.addEventListener(type, (event) => {
        listener(event);
        if (type !== "error") this.#tell(type, event.detail);
        this.#changed();
      });
    on("write", (event) => this.transcript.write(event.detail));
    on("update", (event) => this.levels.update(event.detail));
    on("weights", (event) => this.levels.show(event.detail));
    on("clock", (event) => this.levels.tick(event.detail));
    on("dream", (event) => this.night?.dream(event.detail));
    on("saved", (event) => {
      this.saved = event.detail;
      if (this.busy === "saying") this.transcript.saved(event.detail.version);
    });
    on("again", (event) => (this.past.again = event.detail));
    on("followed", (event) => {
      const { summary, transcript } = event.detail;
      this.levels.begin(summary);
      this.transcript = Transcript.restore(transcript, summary.pending, "followed");
      if (summary.storage === "elsewhere") return;
      // The other page is gone, and this one goes on with the memory.
      this.notices = this.notices.filter((notice) => notice.code !== "second-tab");
      this.notify("took-over", "The other tab is gone. This one goes on with the memory, and keeps it.");
    });
    on("notice", (event) => {
      this.#cardLost ||= event.detail.code === "device-lost";
      this.notices = [...this.notices.filter((notice) => notice.code !== event.detail.code), event.detail];
    });
    on("conversationended", (event) => {
      this.levels.end(event.detail.wiped);
      this.transcript.end(null, event.detail.wiped, event.detail.kept);
      this.lastReply = null;
      this.probed = null;
    });
    on("error", (event) => {
      // While it opens, whoever opens it hears of it.
      if (this.phase === "loading") return;
      if (this.#canStepDown(event.detail)) return void this.#stepDown();
      this.phase = "failed";
      this.#fail(event.detail);
    });
  }

  /** Whether the worker broke down over a graphics card: a shader that does not compile, a limit too low, a fault of ours. */
  #canStepDown(error: unknown): boolean {
    const broke = error instanceof MemoryError && error.code === "panic";
    return broke && this.#options.device !== "cpu" && this.memory?.device.kind !== "cpu";
  }

  /** The same memory in a new worker, as of the last turn that was saved, on the CPU. */
  async #stepDown(): Promise<void> {
    Object.assign(this, { phase: "loading", memory: null, progress: {}, night: null, probed: null, lastReply: null });
    this.notify("stepped-down", "The graphics processor failed. The model goes on, on the CPU.");
    this.#changed();
    await this.open({ ...this.#options, device: "cpu" });
  }

  /** Gives a text back to the message field: it was not said. */
  #refuse(text: string): void {
    this.dispatchEvent(new CustomEvent("refused", { detail: text }));
  }

  #fail(error: unknown): void {
    this.failure = failureOf(error);
    this.#tell("failure", this.failure);
    this.#changed();
  }

  /** The memory is that of another version now. */
  async #replaced(memory: NestedMemory, turns: readonly Turn[], why: "rewound" | "forgotten"): Promise<void> {
    this.transcript = Transcript.restore(turns, memory.summary.pending, why);
    await this.#another(memory);
  }

  /** The levels are other ones now, and what was asked of those before is not true of them. */
  async #another(memory: NestedMemory): Promise<void> {
    this.levels.begin(memory.summary);
    this.lastReply = null;
    this.probed = null;
    await memory.weights();
  }

  /** Nothing is left of what was said. */
  async #forgot(memory: NestedMemory): Promise<void> {
    this.transcript.clear();
    this.saved = null;
    await this.questions.load(memory);
  }

  /** What shows what two versions mean: the questions that are asked after every sleep, and those that were asked last. */
  #probes(): string[] {
    const asked = this.transcript.messages.filter((message) => message.role === "user" && /[?？]\s*$/.test(message.text));
    const questions = [
      ...this.questions.asked.map((question) => question.question),
      ...asked.map((message) => message.text).reverse(),
    ];
    return [...new Set(questions)].slice(0, MOST_PROBES);
  }

  /** Asked once, after something worth keeping was kept. Workers cannot ask. */
  #askToPersist(): void {
    if (this.#asked || !this.saved || this.memory?.summary.storage !== "indexeddb") return;
    this.#asked = true;
    const answered = (persisted: boolean | undefined) => {
      this.persisted = persisted ?? null;
      this.#changed();
    };
    navigator.storage?.persist?.().then(answered, () => answered(false));
  }

  #tell(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}

/** A key cannot be used for a new memory. */
function taken(key: string): MemoryError {
  return new MemoryError({ code: "key-taken", message: `The name “${key}” holds a memory already.`, kept: "", advice: "" });
}

/** What could not be fetched because there is no network is not missing. */
function offline(error: unknown): unknown {
  const fetching = error instanceof MemoryError && ["base-missing", "runtime"].includes(error.code);
  if (!fetching || globalThis.navigator?.onLine !== false) return error;
  return new MemoryError({ code: "offline", message: error.message, kept: "", advice: "" });
}

/** What is told of an error. */
export function failureOf(error: unknown): Failure {
  if (error instanceof MemoryError) {
    return { code: error.code, message: error.message, kept: error.kept, advice: error.advice };
  }
  return { code: "unknown", message: error instanceof Error ? error.message : String(error), kept: "", advice: "" };
}
