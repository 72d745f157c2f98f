// The messages between the page and the worker. The other side is crate/web/src/protocol.rs: change both together.

export const LEVELS = ["fast", "mid", "slow"] as const;
export type Level = (typeof LEVELS)[number];
export type Role = "user" | "assistant";
/** lasting: what is said is written; temporary: into a copy, which is thrown away; bare: the base answers, nothing is written. */
export type Mode = "lasting" | "temporary" | "bare";
export type DeviceChoice = "auto" | "webgpu" | "cpu";

/** page → worker. Each request ends with exactly one `done` or `error` of the same id. */
export type Request =
  | { type: "open"; id: number; key: string; device: DeviceChoice; base: string; keepTranscript: boolean }
  | { type: "say"; id: number; text: string; maxTokens?: number | undefined; draw?: Draw | undefined }
  | { type: "abort"; id: number; request: number }
  | { type: "endConversation"; id: number }
  | { type: "sleep"; id: number }
  | { type: "probe"; id: number; text: string }
  | { type: "export"; id: number }
  | { type: "preview"; id: number; bytes: Uint8Array }
  | { type: "import"; id: number; bytes: Uint8Array }
  | { type: "reset"; id: number; level?: Level }
  | { type: "freeze"; id: number; level: Level; frozen: boolean }
  | { type: "versions"; id: number }
  | { type: "rewind"; id: number; version: number }
  | { type: "mark"; id: number; version: number; name: string | null; pinned: boolean }
  | { type: "forgetTurn"; id: number; version: number }
  | { type: "compare"; id: number; versions: [number, number]; questions: string[] }
  | { type: "kept"; id: number; version: number }
  | { type: "questions"; id: number }
  | { type: "keepQuestions"; id: number; questions: Question[] }
  | { type: "checkQuestions"; id: number }
  | { type: "erase"; id: number }
  | { type: "ledger"; id: number }
  | { type: "verifyLedger"; id: number }
  | { type: "mode"; id: number; mode: Mode }
  | { type: "weights"; id: number }
  | { type: "selfCheck"; id: number }
  | { type: "contest"; id: number; strategies: StrategyName[] }
  | { type: "contestSay"; id: number; text: string }
  | { type: "contestAsk"; id: number; question: string }
  | { type: "contestEnd"; id: number }
  | { type: "contestClose"; id: number }
  | { type: "close"; id: number };

/** How the words of an answer are drawn: temperature (above 0), from so many of the likeliest (0: all), with a seed. */
export interface Draw {
  temperature: number;
  top?: number;
  seed?: number;
}

export type RequestBody = Request extends infer R ? (R extends Request ? Omit<R, "id"> : never) : never;

/** What each kind of request gives back in `done.result`. */
export interface Results {
  open: Opened;
  say: Reply;
  abort: unknown;
  endConversation: Summary;
  sleep: Slept;
  probe: Probed;
  export: { bytes: Uint8Array; name: string };
  preview: SnapshotSummary;
  import: Summary;
  reset: Summary;
  freeze: Summary;
  versions: Version[];
  rewind: Rewound;
  forgetTurn: Rewound;
  compare: Compared;
  kept: { bytes: Uint8Array; name: string };
  questions: Question[];
  keepQuestions: Question[];
  checkQuestions: Checked[];
  erase: Summary;
  mark: Version[];
  ledger: { bytes: Uint8Array; name: string };
  verifyLedger: LedgerCheck;
  mode: unknown;
  weights: unknown;
  selfCheck: SelfCheck;
  contest: Standing[];
  contestSay: Standing[];
  contestAsk: Standing[];
  contestEnd: Standing[];
  contestClose: unknown;
  close: unknown;
}

export interface Summary {
  tokens: number;
  conversations: number;
  pending: number;
  bytes: number;
  /** elsewhere: another page keeps it, and this one follows. */
  storage: "indexeddb" | "elsewhere" | "none";
  /** ‖D‖ of each block that remembers; wherever a block has a number, it is its place among those. */
  norms: Record<Level, number[]>;
  /** Levels that do not change. */
  frozen: Level[];
}

export type ReasonCode = "real-adapter" | "no-webgpu" | "software-adapter" | "forced" | "device-failed";

export interface Device {
  kind: "webgpu" | "cpu";
  adapter: string;
  fallback: boolean;
  reason: string;
  reasonCode: ReasonCode;
}

export interface Turn {
  role: Role;
  text: string;
  /** Milliseconds since the epoch. */
  at: number;
  conversation: number;
  complete: boolean;
  /** Whether the memory was taken back to a version from before it. */
  lost: boolean;
  /** The version that it made; null where that was not noted. */
  version: number | null;
}

/** What going back, or forgetting a turn, gives. */
export interface Rewound {
  summary: Summary;
  transcript: Turn[];
}

/** A question that is asked again after every sleep, and what the answer must say. */
export interface Question {
  question: string;
  expected: string;
}

export interface Checked extends Question {
  reply: string;
  /** Whether the reply says what is expected. */
  right: boolean;
}

/** A level of a block in two versions. */
export interface ComparedLevel {
  level: Level;
  block: number;
  /** Units. */
  rows: number;
  /** The model's width. */
  columns: number;
  /** ‖D‖ in the one and in the other. */
  norms: [number, number];
  /** ‖D₂ − D₁‖ */
  change: number;
  /** D₂ − D₁, row by row, as little-endian 32-bit floats. */
  values: Uint8Array;
}

/** Whether the ledger is to be believed; `doubt` says in English what is wrong with it. */
export interface LedgerCheck {
  lines: number;
  doubt: string | null;
}

export interface Compared {
  levels: ComparedLevel[];
  answers: { question: string; replies: [string, string] }[];
}

/** What the memory was at some time; the newest first. */
export interface Version {
  id: number;
  /** The version that was gone back to. */
  of: number | null;
  /** Milliseconds since the epoch. */
  at: number;
  /** "turn" | "conversation-ended" | "sleep" | "import" | "rewind" | "reset-fast" … */
  reason: string;
  name: string | null;
  /** Whether its snapshot stays whatever comes. */
  pinned: boolean;
  /** Whether a turn in it was forgotten, and with it what it held. */
  forgotten: boolean;
  /** Whether its snapshot cannot be read; it can still be downloaded. */
  damaged: boolean;
  /** The size of its snapshot; 0: it is gone, and nobody can go back to it. */
  bytes: number;
  /** ‖D‖ of each level; null in versions from before that was noted. */
  norms: Record<Level, number> | null;
  tokens: number;
  conversations: number;
  /** Whether it is the memory of now. */
  current: boolean;
  /** Whether the memory of now has come from it. */
  remembered: boolean;
}

export interface BaseInfo {
  sha256: string;
  name: string;
  parameters: number;
}

export interface Opened extends Summary {
  device: Device;
  transcript: Turn[];
  base: BaseInfo;
  restored: boolean;
  /** How many bytes the snapshots of a history may take. */
  historyBudget: number;
}

export interface Reply {
  reply: string;
  tokens: number;
  stopped: boolean;
  truncatedInput: boolean;
  /** Every token id that went into the model during this request, in order. */
  fedTokenIds: number[];
  /** The pending ids before this request: the only text-like state there is. */
  contextTokenIds: number[];
}

/** A piece of what the person said, in the eyes of sleep. */
export interface SaidToken {
  text: string;
  /** Whether it surprises a base without memory, and is worth writing. */
  matters: boolean;
}

/** nothing: nothing mattered; known: all of it is known; spent: no rounds left; rejected: memory is as it was. */
export type Ending = "nothing" | "known" | "spent" | "stopped" | "rejected";

export interface Slept {
  ending: Ending;
  exchanges: { said: SaidToken[]; replayed: boolean }[];
  /** Tokens that matter and are known: before, afterwards. */
  known: [number, number];
  /** Tokens that matter. */
  of: number;
  /** Answers given as in the conversation: before, afterwards. */
  answers: [number, number];
  rounds: number;
  /** In readings of the conversation. */
  cost: number;
  /** Whether the whole conversation could be slept over. */
  whole: boolean;
  /** The questions that were answered right before this sleep, and are not any more. */
  broken: Checked[];
  /** The version from before this sleep, if it is kept. */
  before: number | null;
  summary: Summary;
}

/** An answer of a memory without some of its levels. */
export interface ProbedAnswer {
  without: Level[];
  reply: string;
  /** Whether it says that it does not know. */
  unknown: boolean;
  /** The probability of its first token. */
  sure: number | null;
}

export interface Probed {
  /** Of all levels, without slow, without mid, without both. */
  answers: ProbedAnswer[];
}

export interface SnapshotSummary {
  format: number;
  base: string;
  compatible: boolean;
  reason: string | null;
  tokens: number;
  conversations: number;
  /** ‖D‖ of each level; null where it cannot be taken here. */
  norms: Record<Level, number> | null;
  title: string;
  bytes: number;
}

/** How far the device's fused operations are from the CPU's: absolute for small numbers, relative for large ones. */
export interface SelfCheck {
  forward: number;
  backward: number;
  cases: number;
}

/** A way to remember. */
export type StrategyName = "frozen" | "context" | "notebook" | "fine-tuning" | "nested" | "nested-awake";

/** Where one of those who take part in a contest stands. */
export interface Standing {
  strategy: StrategyName;
  /** What it answered; null where nothing was said. */
  answer: string | null;
  /** Tokens that went through the model for it. */
  tokensRead: number;
  /** The same since the contest began. */
  totalRead: number;
  /** Bytes that outlast a conversation. */
  bytesKept: number;
  /** What is different since nothing was told: tokens of a transcript, notes, or weights that can have been written. */
  changed: { kind: "nothing" | "transcript" | "notes" | "weights"; amount: number };
}

export type Stage = "runtime" | "base" | "tokenizer" | "device" | "memory";

export interface Progress {
  type: "progress";
  request: number | null;
  stage: Stage;
  loaded: number;
  total: number | null;
}

export interface Piece {
  type: "piece";
  request: number;
  text: string;
}

export interface WrittenToken {
  text: string;
  /** The token's loss, in nats. */
  surprise: number;
  /** β·‖δ‖ summed over blocks: fast, mid, slow. */
  weight: [number, number, number];
  /** Index among the turns of the same role in the transcript; -1 for special tokens. */
  turn: number;
  role: Role;
}

export interface Write {
  type: "write";
  request: number | null;
  role: Role;
  tokens: WrittenToken[];
}

export interface Update {
  type: "update";
  request: number | null;
  level: Level;
  block: number;
  /** Tokens since the memory was born. */
  clock: number;
  /** ‖ΔD‖ */
  magnitude: number;
  /** ‖ΔD‖ / max(‖D‖, ε) */
  relative: number;
  /** ‖D‖ after the update. */
  norm: number;
}

export interface Weights {
  type: "weights";
  request: number | null;
  level: Level;
  block: number;
  /** Units. */
  rows: number;
  /** The model's width. */
  columns: number;
  /** D, row by row; null if the worker has drawn it on the canvas it was given. */
  values: Float32Array | null;
}

/** page → worker: where a level's weights in one block, and what has just changed of them, are to be drawn. No answer. */
export interface Panel {
  type: "panel";
  level: Level;
  block: number;
  weights: OffscreenCanvas;
  glow: OffscreenCanvas;
}

/** page → worker: a level's colours, each R, G, B, A from the lowest byte on. No answer. */
export interface PaletteOf {
  type: "palette";
  level: Level;
  colours: Uint32Array;
}

export interface Clock {
  type: "clock";
  request: number | null;
  tokens: number;
  pending: number;
  /** null: at the end of the conversation. */
  untilUpdate: Record<Level, number | null>;
  periods: Record<Level, number | null>;
  /** What the person came back to, most first; recordings of before have none. */
  dwelling?: Dwelt[];
}

/** A topic, and how often a person came back to it; it fades. */
export interface Dwelt {
  topic: string;
  often: number;
}

export interface ConversationEnded {
  type: "conversationended";
  request: number | null;
  wiped: string[];
  kept: string[];
}

export interface Dream {
  type: "dream";
  request: number | null;
  phase: "weighing" | "testing" | "replaying";
  /** 0 before the first replay. */
  round: number;
  /** Which exchange of the conversation. */
  exchange: number;
  said: SaidToken[];
  /** How many of the tokens that matter in it are known. */
  known: number;
  cost: number;
}

export interface Saved {
  type: "saved";
  request: number | null;
  at: number;
  bytes: number;
  version: number;
}

/** Another page has changed the memory, or this one takes over from it. */
export interface Followed {
  type: "followed";
  request: number | null;
  summary: Summary;
  transcript: Turn[];
}

/** How far something has come that is done again, turn by turn. */
export interface Again {
  type: "again";
  request: number;
  done: number;
  of: number;
}

export interface Notice {
  type: "notice";
  request: number | null;
  /** "no-storage" | "second-tab" | "not-restored" | "recovered" | "not-followed" | "quota" | "pruned" | "unsaved" | "device-lost" | "cpu-fallback" | "stepped-down" (by the page) and whatever comes later. */
  code: string;
  message: string;
}

/** A file that the worker has fetched (told by `worker.ts`, not by the runtime): what this visitor needs, should there be no network the next time. */
export interface Fetched {
  type: "fetched";
  request: null;
  url: string;
}

export interface Failure {
  /** "bad-input", "snapshot-…", "base-…", "no-device", "device-lost", "storage", "quota", "second-tab", "cannot-forget", "no-contest", "stopped", "busy", "closed", "panic". */
  code: string;
  message: string;
  kept: string;
  advice: string;
}

export interface Done {
  type: "done";
  id: number;
  result: unknown;
}

export interface Failed {
  type: "error";
  /** null: not of one request (a panic). */
  id: number | null;
  error: Failure;
}

export type StateNotice =
  Write | Update | Weights | Clock | ConversationEnded | Dream | Saved | Followed | Again | Fetched | Notice;
export type Message = Progress | Piece | StateNotice | Done | Failed;
