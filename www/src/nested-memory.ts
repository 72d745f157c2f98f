import type {
  Again,
  BaseInfo,
  Checked,
  Clock,
  Compared,
  ConversationEnded,
  Device,
  DeviceChoice,
  Draw,
  Dream,
  Followed,
  LedgerCheck,
  Level,
  Mode,
  Notice,
  PaletteOf,
  Panel,
  Probed,
  Progress,
  Question,
  Reply,
  Rewound,
  Saved,
  SelfCheck,
  Slept,
  SnapshotSummary,
  StateNotice,
  Summary,
  Turn,
  Update,
  Version,
  Weights,
  Write,
} from "./protocol";
import type { Contest, StrategyName } from "./contest";
import { startWorker } from "./start-worker";
import { MemoryError, WorkerClient, type Port } from "./worker-client";

export interface OpenOptions {
  /** Which memory of this browser: one key, one memory. */
  key?: string;
  device?: DeviceChoice;
  /** The folder with base.safetensors, base.json and tokenizer.json. */
  base?: string | URL;
  /** Whether what was said is kept in this browser, for the person's eyes only. */
  keepTranscript?: boolean;
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal;
  /** Tests give another worker here. */
  createWorker?: () => Port;
}

export interface SayOptions {
  signal?: AbortSignal;
  maxTokens?: number;
  /** Without it the words are the likeliest, which is best for facts. */
  draw?: Draw;
}

/** The events of a memory and what each carries. */
export interface MemoryEvents {
  update: Update;
  write: Write;
  weights: Weights;
  clock: Clock;
  conversationended: ConversationEnded;
  dream: Dream;
  saved: Saved;
  followed: Followed;
  again: Again;
  notice: Notice;
  error: MemoryError;
}

/**
 * One memory in one worker. Events: update, write, weights, clock, conversationended, dream, saved, followed, again, notice, error;
 * what each carries is in `event.detail`.
 */
export class NestedMemory extends EventTarget {
  /** Where the base is unless somebody says otherwise. */
  static base: string | URL = "base/";
  #client: WorkerClient;
  #closed = false;
  device!: Device;
  base!: BaseInfo;
  summary!: Summary;
  /** What was said before this page opened the memory. The model never sees it. */
  transcript: Turn[] = [];
  restored = false;
  /** How many bytes the snapshots of the history may take: then the oldest go. */
  historyBudget = 0;
  /** What the worker has fetched so far. */
  readonly fetched: string[] = [];
  /** What the last `say` gave back. */
  lastReply: Reply | null = null;

  private constructor(createWorker: () => Port, onProgress?: (progress: Progress) => void) {
    super();
    this.#client = new WorkerClient(createWorker(), {
      ...(onProgress && { onProgress }),
      onNotice: (notice) => this.#announce(notice),
      onCrash: (error) => this.#emit("error", error),
    });
  }

  /**
   * Opens the memory of a key, or makes an empty one. `onInstance` hands the object out before it is open, so that
   * listeners hear the notices of the opening too.
   */
  static async open(options: OpenOptions = {}, onInstance?: (memory: NestedMemory) => void): Promise<NestedMemory> {
    options.signal?.throwIfAborted();
    const memory = new NestedMemory(options.createWorker ?? startWorker, options.onProgress);
    onInstance?.(memory);
    const stop = () => memory.#client.terminate();
    options.signal?.addEventListener("abort", stop, { once: true });
    try {
      const opened = await memory.#client.request<"open">({
        type: "open",
        key: options.key ?? "default",
        device: options.device ?? "auto",
        base: new URL(options.base ?? NestedMemory.base, document.baseURI).href,
        keepTranscript: options.keepTranscript ?? true,
      });
      const { device, transcript, base, restored, historyBudget, ...summary } = opened;
      Object.assign(memory, { device, transcript, base, restored, historyBudget, summary });
      return memory;
    } catch (error) {
      memory.#client.terminate();
      options.signal?.throwIfAborted();
      throw error;
    } finally {
      options.signal?.removeEventListener("abort", stop);
    }
  }

  /** Says something and streams the answer. Leaving the loop early, or the signal, stops it. */
  async *say(text: string, options: SayOptions = {}): AsyncGenerator<string, Reply, void> {
    options.signal?.throwIfAborted();
    const queue: string[] = [];
    let wake: () => void = () => {};
    let settled = false;
    const { id, result } = this.#client.send<"say">(
      { type: "say", text, maxTokens: options.maxTokens, draw: options.draw },
      {
        onPiece: (piece) => {
          queue.push(piece.text);
          wake();
        },
      },
    );
    const finished = result.finally(() => {
      settled = true;
      wake();
    });
    finished.catch(() => {});
    const abort = () => void this.#client.request<"abort">({ type: "abort", request: id }).catch(() => {});
    options.signal?.addEventListener("abort", abort, { once: true });
    try {
      for (;;) {
        while (queue.length > 0) yield queue.shift()!;
        if (settled) break;
        await new Promise<void>((resolve) => (wake = resolve));
      }
      this.lastReply = await finished;
      return this.lastReply;
    } finally {
      options.signal?.removeEventListener("abort", abort);
      if (!settled) {
        abort();
        this.lastReply = await finished;
      }
    }
  }

  /** Learns what is pending, updates every level, wipes the mixer and the fast level. */
  async endConversation(): Promise<Summary> {
    return this.#keep(await this.#client.request<"endConversation">({ type: "endConversation" }));
  }

  /** Ends the conversation and consolidates it. The signal wakes it up: what was reached counts. */
  async sleep(options: { signal?: AbortSignal } = {}): Promise<Slept> {
    options.signal?.throwIfAborted();
    const { id, result } = this.#client.send<"sleep">({ type: "sleep" });
    const slept = await this.#stoppable<Slept>(id, result, options.signal);
    this.#keep(slept.summary);
    return slept;
  }

  /** Asks the memory and copies of it that lack lasting levels. Changes nothing. */
  async probe(text: string): Promise<Probed> {
    return this.#client.request<"probe">({ type: "probe", text });
  }

  /** The whole memory in a file. The base's weights are not in it. */
  async export(): Promise<File> {
    const { bytes, name } = await this.#client.request<"export">({ type: "export" });
    return new File([bytes as Uint8Array<ArrayBuffer>], name, { type: "application/octet-stream" });
  }

  /** Reads a snapshot and says what is in it. Changes nothing. */
  async preview(file: Blob): Promise<SnapshotSummary> {
    return this.#client.request<"preview">({ type: "preview", bytes: await bytesOf(file) });
  }

  /** Replaces this memory by a snapshot, or refuses and changes nothing. */
  async import(file: Blob): Promise<Summary> {
    return this.#keep(await this.#client.request<"import">({ type: "import", bytes: await bytesOf(file) }));
  }

  /** Empties one level, or without `level` everything, what was said included. */
  async reset(options: { level?: Level } = {}): Promise<Summary> {
    return this.#keep(await this.#client.request<"reset">({ type: "reset", ...(options.level && { level: options.level }) }));
  }

  /** Freezes a level, or lets it thaw. A frozen level is read as always, and does not change. */
  async freeze(level: Level, frozen: boolean): Promise<Summary> {
    return this.#keep(await this.#client.request<"freeze">({ type: "freeze", level, frozen }));
  }

  /** Forgets every memory that this browser keeps for this page. */
  async erase(): Promise<Summary> {
    return this.#keep(await this.#client.request<"erase">({ type: "erase" }));
  }

  /** What this memory was at other times, the newest first. */
  async versions(): Promise<Version[]> {
    return this.#client.request<"versions">({ type: "versions" });
  }

  /** Goes back to a version. That makes a new one: nothing is lost by it. Gives what was said, what is not in this memory marked. */
  async rewind(version: number): Promise<Turn[]> {
    const { summary, transcript } = await this.#client.request<"rewind">({ type: "rewind", version });
    this.#keep(summary);
    return transcript;
  }

  /**
   * Forgets the turn that made a version: the memory becomes, bit for bit, one that never heard it. What was said after it is
   * said again and answered anew; every version that heard it goes for good. The signal stops it: then nothing was changed.
   */
  async forgetTurn(version: number, options: { signal?: AbortSignal } = {}): Promise<Turn[]> {
    const { id, result } = this.#client.send<"forgetTurn">({ type: "forgetTurn", version });
    const { summary, transcript } = await this.#stoppable<Rewound>(id, result, options.signal);
    this.#keep(summary);
    return transcript;
  }

  /** What is different in two versions: where, by how much, and what both answer to some questions. */
  async compare(one: number, other: number, questions: string[] = []): Promise<Compared> {
    return this.#client.request<"compare">({ type: "compare", versions: [one, other], questions });
  }

  /** What is kept of a version, as a file, whether it can be read or not. */
  async kept(version: number): Promise<File> {
    const { bytes, name } = await this.#client.request<"kept">({ type: "kept", version });
    return new File([bytes as Uint8Array<ArrayBuffer>], name, { type: "application/octet-stream" });
  }

  /** The questions that are asked again after every sleep. */
  async questions(): Promise<Question[]> {
    return this.#client.request<"questions">({ type: "questions" });
  }

  /** Keeps other questions: all of them. */
  async keepQuestions(questions: Question[]): Promise<Question[]> {
    return this.#client.request<"keepQuestions">({ type: "keepQuestions", questions });
  }

  /** Asks the questions now. Changes nothing. */
  async checkQuestions(): Promise<Checked[]> {
    return this.#client.request<"checkQuestions">({ type: "checkQuestions" });
  }

  /** Gives a version a name, and says whether its snapshot stays whatever comes. */
  async mark(version: number, mark: { name: string | null; pinned: boolean }): Promise<Version[]> {
    return this.#client.request<"mark">({ type: "mark", version, ...mark });
  }

  /** One line for each version, each with the hash of the one before: for `nested-memory snapshot verify --ledger`. */
  async ledger(): Promise<File> {
    const { bytes, name } = await this.#client.request<"ledger">({ type: "ledger" });
    return new File([bytes as Uint8Array<ArrayBuffer>], name, { type: "application/json" });
  }

  /** Whether each line of the ledger follows the one before it, and the last is the memory of now. */
  async verifyLedger(): Promise<LedgerCheck> {
    return this.#client.request<"verifyLedger">({ type: "verifyLedger" });
  }

  /** Off: the bare base answers and nothing is written. */
  async levels(on: boolean): Promise<void> {
    await this.mode(on ? "lasting" : "bare");
  }

  /** Temporary: the model learns while one talks, in a copy of the memory that is thrown away. Bare: as `levels(false)`. */
  async mode(mode: Mode): Promise<void> {
    await this.#client.request<"mode">({ type: "mode", mode });
  }

  /** Says where the worker shall draw a level, or in which colours. Where no graphics card holds the weights it draws nothing. */
  draw(how: Panel | PaletteOf): void {
    this.#client.post(how, how.type === "panel" ? [how.weights, how.glow] : []);
  }

  /** Asks for a `weights` event, with all numbers, of every level and block. */
  async weights(): Promise<void> {
    await this.#client.request<"weights">({ type: "weights" });
  }

  /** Compares this device's fused operations with their twins on the CPU: the largest differences. */
  async selfCheck(): Promise<SelfCheck> {
    return this.#client.request<"selfCheck">({ type: "selfCheck" });
  }

  /** Lets one to four strategies of memory hear the same, beside this memory and apart from it. */
  async contest(strategies: readonly StrategyName[]): Promise<Contest> {
    // In a piece of its own: whoever only talks never loads it.
    const { Contest } = await import("./contest");
    return Contest.begin(this.#client, strategies);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.#client.request<"close">({ type: "close" });
    } finally {
      this.#client.terminate();
    }
  }

  override addEventListener<K extends keyof MemoryEvents>(
    type: K,
    listener: (event: CustomEvent<MemoryEvents[K]>) => void,
    options?: AddEventListenerOptions | boolean,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: AddEventListenerOptions | boolean,
  ): void;
  override addEventListener(type: string, listener: never, options?: AddEventListenerOptions | boolean): void {
    super.addEventListener(type, listener, options);
  }

  /** Waits for a request that the signal asks to stop. */
  async #stoppable<T>(id: number, result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const stop = () => void this.#client.request<"abort">({ type: "abort", request: id }).catch(() => {});
    signal?.addEventListener("abort", stop, { once: true });
    try {
      return await result;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  #keep(summary: Summary | undefined): Summary {
    if (summary?.norms) this.summary = summary;
    return this.summary;
  }

  #announce(notice: StateNotice): void {
    if (notice.type === "fetched") this.fetched.push(notice.url);
    if (notice.type === "followed") {
      this.#keep(notice.summary);
      this.transcript = notice.transcript;
    }
    this.#emit(notice.type, notice);
  }

  #emit(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

async function bytesOf(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}
