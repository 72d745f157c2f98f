import { describe, expect, it } from "vitest";
import { Levels } from "../src/levels";
import { Night, wordsOf } from "../src/night";
import type { Dream, Summary, WrittenToken } from "../src/protocol";
import { Transcript } from "../src/transcript";

const token = (role: "user" | "assistant", turn: number, text: string): WrittenToken => ({
  text,
  surprise: 1,
  weight: [1, 0.5, 0.2],
  turn,
  role,
});

describe("Transcript", () => {
  it("hands each token to its message, counting the roles apart", () => {
    const transcript = new Transcript();
    const told = transcript.add("user", "My dog is Rex.");
    const reply = transcript.add("assistant", "Nice.");
    const asked = transcript.add("user", "And?");
    transcript.write({
      type: "write",
      request: 1,
      role: "user",
      tokens: [token("user", 0, "My"), token("assistant", 0, "Nice"), token("user", 1, "And?"), token("user", -1, "")],
    });
    expect(told.tokens.map((one) => one.text)).toEqual(["My"]);
    expect(reply.tokens.map((one) => one.text)).toEqual(["Nice"]);
    expect(asked.tokens.map((one) => one.text)).toEqual(["And?"]);
    expect(transcript.most).toEqual([1, 0.5, 0.2]);
  });

  it("does not count what was said with the levels off, nor what was refused", () => {
    const transcript = new Transcript();
    expect(transcript.add("user", "One").turn).toBe(0);
    expect(transcript.add("user", "Bare", "bare").turn).toBe(-1);
    const refused = transcript.add("user", "Refused");
    transcript.remove(refused);
    expect(transcript.add("user", "Two").turn).toBe(1);
  });

  it("goes on counting after a reload, and dims what was before", () => {
    const turn = (role: "user" | "assistant", conversation: number) => ({
      role,
      text: "x",
      at: 0,
      conversation,
      complete: true,
      lost: false,
      version: null,
    });
    const transcript = Transcript.restore([turn("user", 1), turn("assistant", 1), turn("user", 2)], 5);
    expect(transcript.messages.every((message) => message.past)).toBe(true);
    expect(transcript.entries.map((entry) => entry.kind)).toEqual(["message", "message", "ended", "message", "reloaded"]);
    expect(transcript.add("user", "y").turn).toBe(2);
    expect(transcript.add("assistant", "z").turn).toBe(1);
  });
});

describe("Levels", () => {
  const summary: Summary = {
    tokens: 100,
    conversations: 1,
    pending: 4,
    bytes: 9,
    storage: "indexeddb",
    norms: { fast: [0, 0], mid: [1, 2], slow: [3, 4] },
    frozen: [],
  };

  it("keeps what an update says, for its level only", () => {
    const levels = new Levels();
    levels.begin(summary);
    const { mid, slow } = levels.state;
    levels.update({
      type: "update",
      request: 1,
      level: "fast",
      block: 1,
      clock: 128,
      magnitude: 0.5,
      relative: 0.1,
      norm: 0.5,
    });
    expect(levels.state.fast.norms).toEqual([0, 0.5]);
    expect(levels.state.fast.pulse).toBe(1);
    expect(levels.state.mid).toBe(mid);
    expect(levels.state.slow).toBe(slow);
    expect(levels.clock).toBe(128);
  });

  it("shows the fast level empty when a conversation ended", () => {
    const levels = new Levels();
    levels.begin(summary);
    levels.update({ type: "update", request: 1, level: "fast", block: 0, clock: 128, magnitude: 1, relative: 1, norm: 1 });
    levels.end(["mixer", "fast"]);
    expect(levels.state.fast.norms).toEqual([0, 0]);
    expect(levels.state.fast.marks.at(-1)?.wiped).toBe(true);
    expect(levels.state.mid.norms).toEqual([1, 2]);
    expect(levels.ends).toEqual([128]);
  });

  it("keeps pictures that came before the opening was done, and drops those of another memory", () => {
    const levels = new Levels();
    const weights = {
      type: "weights" as const,
      request: null,
      level: "mid" as const,
      block: 0,
      rows: 1,
      columns: 1,
      values: new Float32Array([1]),
    };
    levels.show(weights);
    levels.begin(summary);
    expect(levels.state.mid.weights[0]).toBe(weights);
    levels.begin(summary);
    expect(levels.state.mid.weights[0]).toBeNull();
  });
});

describe("Night", () => {
  const said = [
    { text: "My", matters: false },
    { text: " cat is", matters: false },
    { text: " Bi", matters: false },
    { text: "x.", matters: true },
  ];
  const dream = (phase: Dream["phase"], round: number, known: number): Dream => ({
    type: "dream",
    request: 1,
    phase,
    round,
    exchange: 0,
    said,
    known,
    cost: 1,
  });

  it("marks whole words, and keeps what was known before the first replay", () => {
    expect(wordsOf(said).filter((word) => word.matters)).toEqual([{ text: "Bix.", matters: true }]);
    const night = new Night();
    night.dream(dream("weighing", 0, 0));
    night.dream(dream("testing", 0, 0));
    expect([night.before, night.known, night.of]).toEqual([null, 0, 1]);
    night.dream(dream("replaying", 1, 0));
    night.dream(dream("testing", 1, 1));
    expect([night.before, night.known, night.lines[0]!.replays, night.pulse]).toEqual([0, 1, 1, 1]);
  });
});
