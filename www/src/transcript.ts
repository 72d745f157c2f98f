import type { Mode, Reply, Role, Slept, Turn, Write, WrittenToken } from "./protocol";
import { splitWords } from "./words";

export interface SpokenMessage {
  kind: "message";
  id: number;
  role: Role;
  text: string;
  /** Index among the messages of the same role; -1 when it was not said to the memory. */
  turn: number;
  /** Said before this page was opened, in an ended conversation, or to another memory. */
  past: boolean;
  state: "waiting" | "speaking" | "done" | "stopped" | "failed";
  /** The version of the memory that it made; null where that is not known. */
  version: number | null;
  /** Not in the memory any more: it was taken back to a version from before. */
  lost: boolean;
  tokens: WrittenToken[];
  /** What became of it. */
  mode: Mode;
  truncated: boolean;
  /** Counts changes: the element that shows the message draws again when it moves. */
  revision: number;
}

/** Why a transcript was made anew: the page was opened, the memory is another version, another page has changed it. */
export type Why = "reloaded" | "rewound" | "forgotten" | "followed";

export interface Divider {
  kind: "ended" | "slept" | Why | "imported";
  id: number;
  conversation: number | null;
  wiped: readonly string[];
  kept: readonly string[];
  /** Tokens that were not yet learned when the page was opened. */
  pending: number;
  /** How it slept. */
  slept: Slept | null;
}

export type Entry = SpokenMessage | Divider;

/** What the person sees. The model never sees it. */
export class Transcript {
  entries: Entry[] = [];
  /** The largest weight that one word wrote so far: fast, mid, slow. Shades are relative to it. */
  most: readonly [number, number, number] = [0, 0, 0];
  #nextId = 1;
  #turns: Record<Role, number> = { user: 0, assistant: 0 };

  /** What was said before, and why it stands here. */
  static restore(turns: readonly Turn[], pending: number, why: Why = "reloaded"): Transcript {
    const transcript = new Transcript();
    let conversation: number | null = null;
    for (const turn of turns) {
      if (conversation !== null && turn.conversation !== conversation) transcript.#divide({ kind: "ended" });
      conversation = turn.conversation;
      const message = transcript.add(turn.role, turn.text);
      message.state = turn.complete ? "done" : "stopped";
      message.lost = turn.lost;
      message.version = turn.version;
    }
    if (turns.length > 0) transcript.#divide({ kind: why, pending });
    transcript.#makePast();
    return transcript;
  }

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  /** The last question that the person asked; else the last that they said. */
  get lastQuestion(): string {
    return this.asked ?? this.messages.findLast((message) => message.role === "user")?.text ?? "";
  }

  /** The last question that the person asked; undefined: none. */
  get asked(): string | undefined {
    const mine = this.messages.filter((message) => message.role === "user").map((message) => message.text);
    return mine.findLast((text) => /[?？]\s*$/.test(text));
  }

  /** Whether something was said to the memory since the last conversation ended. */
  get isOpen(): boolean {
    return this.messages.some((message) => !message.past && message.turn >= 0);
  }

  get messages(): SpokenMessage[] {
    return this.entries.filter((entry): entry is SpokenMessage => entry.kind === "message");
  }

  add(role: Role, text: string, mode: Mode = "lasting"): SpokenMessage {
    const message: SpokenMessage = {
      kind: "message",
      id: this.#nextId++,
      role,
      text,
      turn: mode === "lasting" ? this.#turns[role]++ : -1,
      past: false,
      state: "done",
      version: null,
      lost: false,
      tokens: [],
      mode,
      truncated: false,
      revision: 0,
    };
    this.entries = [...this.entries, message];
    return message;
  }

  /** Takes back a message that was never said, the last of its role. */
  remove(message: SpokenMessage): void {
    if (message.turn >= 0) this.#turns[message.role]--;
    this.entries = this.entries.filter((entry) => entry !== message);
  }

  finish(message: SpokenMessage, reply: Reply): void {
    message.text = reply.reply;
    message.state = reply.stopped ? "stopped" : "done";
    this.touch(message);
  }

  /** What was said last was written as this version. */
  saved(version: number): void {
    const [user, answer] = this.messages.slice(-2);
    for (const message of [user, answer]) {
      if (!message || message.turn < 0 || message.past || message.version !== null) continue;
      message.version = version;
      this.touch(message);
    }
  }

  /** Hands each token to the message that it belongs to. */
  write(write: Write): void {
    const touched = new Set<SpokenMessage>();
    for (const token of write.tokens) {
      const message = this.#find(token.role ?? write.role, token.turn);
      if (!message) continue;
      message.tokens = [...message.tokens, token];
      touched.add(message);
    }
    for (const message of touched) {
      this.touch(message);
      for (const { written } of splitWords(message.text, message.tokens)) {
        const [fast, mid, slow] = written?.weight ?? [0, 0, 0];
        const [a, b, c] = this.most;
        if (fast > a || mid > b || slow > c) this.most = [Math.max(fast, a), Math.max(mid, b), Math.max(slow, c)];
      }
    }
  }

  end(conversation: number | null, wiped: readonly string[], kept: readonly string[]): void {
    this.#divide({ kind: "ended", conversation, wiped, kept });
    this.#makePast();
  }

  slept(slept: Slept): void {
    this.#divide({ kind: "slept", slept });
  }

  imported(): void {
    if (!this.isEmpty) this.#divide({ kind: "imported" });
    this.#makePast();
  }

  clear(): void {
    this.entries = [];
    this.most = [0, 0, 0];
    this.#turns = { user: 0, assistant: 0 };
  }

  touch(message: SpokenMessage): void {
    message.revision++;
    this.entries = [...this.entries];
  }

  #find(role: Role, turn: number): SpokenMessage | undefined {
    if (turn < 0) return undefined;
    return this.messages.findLast((message) => message.role === role && message.turn === turn);
  }

  #divide(divider: Partial<Divider> & { kind: Divider["kind"] }): void {
    const empty = { conversation: null, wiped: [], kept: [], pending: 0, slept: null };
    this.entries = [...this.entries, { ...empty, ...divider, id: this.#nextId++ }];
  }

  #makePast(): void {
    for (const message of this.messages) message.past = true;
  }
}
