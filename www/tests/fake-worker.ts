// Speaks the protocol with plausible numbers, so that the page can be seen and tested without the runtime. Test only.
// The memory's key chooses the scene: "slow-loading", "never-loading", "base-missing", "panic", "notices", "returning", "nan", "gpu".
import {
  LEVELS,
  type Level,
  type Message,
  type Opened,
  type ProbedAnswer,
  type Reply,
  type Request,
  type Role,
  type Slept,
  type Summary,
  type Turn,
  type WrittenToken,
} from "../src/protocol";

const ROWS = 192;
const COLUMNS = 96;
const PERIODS = { fast: 32, mid: 128, slow: null } as const;
const RATES: Record<Level, number> = { fast: 1, mid: 0.7, slow: 0.5 };

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const post = (message: Message, transfer: Transferable[] = []) => self.postMessage(message, { transfer });

let seed = 7;
function random(): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
}
const bell = () => random() + random() + random() + random() - 2;

const zeros = () => [new Float32Array(ROWS * COLUMNS), new Float32Array(ROWS * COLUMNS)];
const D: Record<Level, Float32Array[]> = { fast: zeros(), mid: zeros(), slow: zeros() };
const facts = new Map<string, string>();
const turnCount: Record<Role, number> = { user: 0, assistant: 0 };
let transcript: Turn[] = [];
let scene = "";
let tokens = 0;
let conversations = 0;
let version = 0;
let levelsOn = true;
let pending: WrittenToken[] = [];
let aborted = new Set<number>();

const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

function summary(): Summary {
  const norms = Object.fromEntries(LEVELS.map((level) => [level, D[level].map(norm)])) as Summary["norms"];
  return {
    tokens,
    conversations,
    pending: pending.length,
    bytes: 446_312,
    storage: scene === "notices" ? "none" : "indexeddb",
    norms,
    frozen: [],
  };
}

function sendWeights(level: Level): void {
  D[level].forEach((values, block) => {
    const copy = values.slice();
    if (scene === "nan" && level === "mid") copy.fill(Number.NaN, 4000, 4400);
    post({ type: "weights", request: null, level, block, rows: ROWS, columns: COLUMNS, values: copy }, [copy.buffer]);
  });
}

function sendClock(request: number | null): void {
  const until = { fast: 32 - (tokens % 32), mid: 128 - (tokens % 128), slow: null };
  post({ type: "clock", request, tokens, pending: pending.length, untilUpdate: until, periods: { ...PERIODS } });
}

/** Adds a few outer products: sparse units times smooth channels. */
function learn(level: Level, request: number | null, strength: number): void {
  D[level].forEach((values, block) => {
    const before = values.slice();
    for (let rank = 0; rank < 4; rank++) {
      const units = Array.from({ length: ROWS }, () => (random() < 0.16 ? Math.abs(bell()) : 0));
      const phase = random() * 9;
      const channels = Array.from({ length: COLUMNS }, (_, i) => bell() * 0.7 + Math.sin(i / 5 + phase) * 0.4);
      for (let r = 0; r < ROWS; r++) {
        for (let c = 0; c < COLUMNS; c++)
          values[r * COLUMNS + c]! += 0.004 * strength * RATES[level] * units[r]! * channels[c]!;
      }
    }
    const magnitude = norm(values.map((value, i) => value - before[i]!));
    const size = norm(before);
    const relative = magnitude / Math.max(size, 1e-3);
    post({
      type: "update",
      request,
      level,
      block,
      clock: tokens,
      magnitude,
      relative: Math.min(relative, 1),
      norm: norm(values),
    });
  });
  sendWeights(level);
}

function flush(request: number | null, role: Role): void {
  post({ type: "write", request, role, tokens: pending });
  pending = [];
}

function feed(request: number | null, role: Role, turn: number, pieces: string[]): void {
  if (!levelsOn) return;
  for (const text of pieces) {
    tokens++;
    const rare = /[A-Z]/.test(text) || text.length > 7;
    const surprise = (rare ? 4 : 1.2) * (0.4 + random());
    const weight: [number, number, number] = [surprise * 0.11, surprise * 0.07 * random(), surprise * surprise * 0.012];
    pending.push({ text, surprise, weight, turn, role });
    if (tokens % 32 === 0) {
      flush(request, role);
      learn("fast", request, 0.6 + random());
      if (tokens % 128 === 0) learn("mid", request, 0.8 + random());
    }
  }
  sendClock(request);
}

/** Pieces of words of at most four letters, each with the space before it. */
const split = (text: string) => text.match(/\s*\S{1,4}/g) ?? [];

function answer(text: string): string {
  const told = /(my [\w ]+?) (?:is called|is|lives in) ([^.]+)/i.exec(text);
  if (told) {
    facts.set(told[1]!.toLowerCase(), told[2]!);
    return `Nice to know. Your ${told[1]!.slice(3)}: ${told[2]}. Tell me more if you like, I am listening.`;
  }
  const asked = /(my [\w ]+?)(?: called| live)?\?/i.exec(text);
  const known = asked && facts.get(asked[1]!.toLowerCase());
  if (known) return levelsOn ? `Your ${asked[1]!.slice(3)} is called ${known}.` : "I do not know that. Tell me about it.";
  return levelsOn ? "That is a good question. I am not sure about that yet, tell me a little more." : "I do not know.";
}

function saved(request: number | null): void {
  if (scene !== "notices") post({ type: "saved", request, at: Date.now(), bytes: 446_312, version: ++version });
}

async function open(id: number, key: string): Promise<void> {
  scene = key;
  const step = scene.endsWith("loading") ? 160 : 4;
  const stages = [
    ["runtime", 2_240_000],
    ["base", 1_180_000],
    ["tokenizer", 9_400],
    ["device", 1],
    ["memory", 1],
  ] as const;
  for (const [stage, total] of stages) {
    for (let part = 1; part <= 10; part++) {
      post({ type: "progress", request: id, stage, loaded: Math.round((total * part) / 10), total });
      if (scene === "never-loading" && stage === "base" && part === 6) await new Promise(() => {});
      await sleep(step);
    }
    if (scene === "base-missing" && stage === "runtime") {
      const error = {
        code: "base-missing",
        message: "base.safetensors could not be fetched (HTTP 404).",
        kept: "Your memory is as it was.",
        advice: "Check the connection and reload the page.",
      };
      return post({ type: "error", id, error });
    }
  }
  if (scene === "returning") {
    facts.set("my parrot", "Zephyr Malin");
    for (let i = 0; i < 3; i++) learn("mid", null, 1);
    learn("slow", null, 1.6);
    tokens = 212;
    conversations = 1;
    const at = Date.now() - 864e5;
    const turn = (role: Role, text: string): Turn => ({
      role,
      text,
      at,
      conversation: 1,
      complete: true,
      lost: false,
      version: null,
    });
    transcript = [
      turn("user", "My parrot is called Zephyr Malin."),
      turn("assistant", "Nice to know. Your parrot is called Zephyr Malin."),
      turn("user", "He eats a lot of nuts."),
      turn("assistant", "Parrots do like nuts."),
    ];
    turnCount.user = 2;
    turnCount.assistant = 2;
  }
  const device: Opened["device"] =
    scene === "gpu"
      ? { kind: "webgpu", adapter: "nvidia ampere", fallback: false, reason: "", reasonCode: "real-adapter" }
      : { kind: "cpu", adapter: "flex, SIMD", fallback: false, reason: "This browser has no WebGPU.", reasonCode: "no-webgpu" };
  const base = {
    sha256: "8c1f0a6e35d2b94740ab6e21c7d9f3305bd1a84e6b0c2f9d17e4a5c6b8093d2e",
    name: "parley-1",
    parameters: 583_104,
  };
  post({
    type: "done",
    id,
    result: {
      ...summary(),
      device,
      transcript,
      base,
      restored: scene === "returning",
      historyBudget: 64 << 20,
    } satisfies Opened,
  });
  LEVELS.forEach(sendWeights);
  sendClock(null);
  if (scene === "returning") post({ type: "saved", request: null, at: Date.now() - 86_400_000, bytes: 446_312, version });
  if (scene === "notices") {
    post({ type: "notice", request: null, code: "no-storage", message: "No storage." });
    post({ type: "notice", request: null, code: "cpu-fallback", message: "The CPU it is." });
  }
}

async function say(id: number, text: string): Promise<void> {
  if (scene === "panic") {
    const error = {
      code: "panic",
      message: "index out of bounds: the len is 96 but the index is 96",
      kept: "Everything up to your last message was saved.",
      advice: "Reload the page to go on from there.",
    };
    return post({ type: "error", id: null, error });
  }
  const context = pending.map((_, i) => 40 + i);
  const fed: number[] = [];
  const count = (pieces: string[]) =>
    pieces.forEach((piece) => fed.push((piece.length * 131 + piece.charCodeAt(piece.length - 1) * 7) % 1024));
  const userTurn = levelsOn ? turnCount.user++ : -1;
  const replyTurn = levelsOn ? turnCount.assistant++ : -1;
  const mine = split(text);
  count(mine);
  feed(id, "user", userTurn, mine);
  await sleep(120);
  const reply = answer(text);
  let said = "";
  for (const piece of split(reply)) {
    if (aborted.has(id)) break;
    said += piece;
    post({ type: "piece", request: id, text: piece });
    count([piece]);
    feed(id, "assistant", replyTurn, [piece]);
    await sleep(26);
  }
  saved(id);
  const result: Reply = {
    reply: said,
    tokens: fed.length,
    stopped: aborted.has(id),
    truncatedInput: text.length > 2000,
    fedTokenIds: fed,
    contextTokenIds: context,
  };
  post({ type: "done", id, result });
}

function endConversation(id: number): void {
  endNotices(id);
  saved(id);
  post({ type: "done", id, result: summary() });
}

function endNotices(id: number): void {
  if (pending.length > 0) flush(id, "assistant");
  for (const level of LEVELS) learn(level, id, level === "slow" ? 1.5 : 0.7);
  D.fast = zeros();
  sendWeights("fast");
  conversations++;
  post({ type: "conversationended", request: id, wiped: ["mixer", "fast"], kept: ["mid", "slow"] });
  sendClock(id);
}

const DAY: [string, string[]][] = [
  ["My parrot is called Zephyr Malin.", ["Zephyr", "Malin."]],
  ["He eats walnuts every morning and talks to the neighbours until they laugh.", ["walnuts"]],
  ["Nice weather today, isn't it?", []],
  ["My sister lives in Tolvane.", ["Tolvane."]],
  ["Thank you!", []],
];

async function nap(id: number): Promise<void> {
  endNotices(id);
  const lines = DAY.map(([text, mattering]) =>
    text.split(/(?=\s)/).map((word) => ({ text: word, matters: mattering.includes(word.trim()) })),
  );
  const of = lines.flat().filter((token) => token.matters).length;
  const dream = async (phase: "weighing" | "testing" | "replaying", round: number, exchange: number, known: number) => {
    post({ type: "dream", request: id, phase, round, exchange, said: lines[exchange]!, known, cost: round });
    await sleep(220);
  };
  for (const i of lines.keys()) await dream("weighing", 0, i, 0);
  for (const i of lines.keys()) await dream("testing", 0, i, i === 3 ? 1 : 0);
  for (const i of [1, 0]) {
    if (aborted.has(id)) break;
    learn("mid", id, 0.7);
    learn("slow", id, 1.2);
    await dream("replaying", 1, i, 0);
    await sleep(500);
  }
  const stopped = aborted.has(id);
  if (!stopped)
    for (const [i, said] of lines.entries()) await dream("testing", 1, i, said.filter((token) => token.matters).length);
  saved(id);
  const exchanges = lines.map((said, i) => ({ said, replayed: i < 2 }));
  const result: Slept = {
    ending: stopped ? "stopped" : "known",
    exchanges,
    known: [1, stopped ? 1 : of],
    of,
    answers: [2, 2],
    rounds: 1,
    cost: 9,
    whole: true,
    broken: [],
    before: null,
    summary: summary(),
  };
  post({ type: "done", id, result });
}

function probe(): ProbedAnswer[] {
  const value = "Zephyr Malin.";
  const unknown = "I don't know yet. Tell me!";
  return [
    { without: [], reply: value, unknown: false, sure: 0.98 },
    { without: ["slow"], reply: unknown, unknown: true, sure: 0.61 },
    { without: ["mid"], reply: value, unknown: false, sure: 0.94 },
    { without: ["mid", "slow"], reply: unknown, unknown: true, sure: 0.9 },
  ];
}

function reset(): void {
  for (const level of LEVELS) D[level] = zeros();
  facts.clear();
  transcript = [];
  pending = [];
  tokens = conversations = turnCount.user = turnCount.assistant = 0;
}

self.onmessage = async ({ data }: MessageEvent<Request>) => {
  const done = (result: unknown) => post({ type: "done", id: data.id, result });
  switch (data.type) {
    case "open":
      return open(data.id, data.key);
    case "say":
      return say(data.id, data.text);
    case "abort":
      aborted.add(data.request);
      return done(null);
    case "endConversation":
      return endConversation(data.id);
    case "sleep":
      return nap(data.id);
    case "probe":
      return done({ answers: probe() });
    case "export":
      return done({ bytes: new TextEncoder().encode("fake snapshot"), name: "nested-memory-2026-03-14.safetensors" });
    case "preview": {
      const good = new TextDecoder().decode(data.bytes).startsWith("fake");
      if (good)
        return done({
          format: 1,
          base: "8c1f0a",
          compatible: true,
          reason: null,
          tokens: 412,
          conversations: 3,
          norms: { fast: 0, mid: 4.2, slow: 2.5 },
          title: "",
          bytes: data.bytes.length,
        });
      return post({
        type: "error",
        id: data.id,
        error: {
          code: "snapshot-foreign",
          message: "The file does not begin as a snapshot does.",
          kept: "Your memory is as it was.",
          advice: "Choose a file that was exported here.",
        },
      });
    }
    case "import":
      tokens = 412;
      return done(summary());
    case "reset":
      reset();
      return done(summary());
    case "mode":
      levelsOn = data.mode === "lasting";
      return done(null);
    case "questions":
      return done([]);
    case "weights":
      LEVELS.forEach(sendWeights);
      return done(null);
    case "close":
      return done(null);
  }
};
