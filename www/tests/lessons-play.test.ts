import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { runsOf } from "../src/lessons/inline";
import { observe } from "../src/lessons/observe";
import { Player } from "../src/lessons/player";
import { readPlace, writePlace } from "../src/lessons/place";
import { readLesson } from "../src/lessons/read";
import type { Trace } from "../src/lessons/recording";
import { openRecorded, rehearse } from "../src/lessons/rehearse";

const read = (name: string) => readFileSync(`public/lessons/${name}`, "utf8");
const lesson = readLesson(read("sleep.en.json"));
const trace = JSON.parse(read("sleep.en.trace.json")) as Trace;

beforeAll(() => {
  vi.stubGlobal("document", { baseURI: "https://example.org/" });
});

/** A player on the recording of a lesson, at once. */
async function begun(): Promise<Player> {
  const { session, recorded } = await openRecorded(trace, { paced: false });
  const player = new Player(lesson);
  player.addEventListener("begin", () => recorded.begin());
  player.use(session);
  return player;
}

describe("A player", () => {
  it("plays a step, then turns to the next, to the end", async () => {
    const player = await begun();
    expect(player.playsNext).toBe(true);
    await player.go();
    expect([player.at, player.playsNext, player.failure]).toEqual([0, false, null]);
    await player.go();
    expect([player.at, player.playsNext]).toEqual([1, true]);
    for (let presses = 0; !player.finished && presses < 30; presses++) await player.go();
    expect(player.finished).toBe(true);
    expect(player.records.flatMap((record) => record?.outcomes ?? []).every(({ right }) => right)).toBe(true);
  });

  it("plays a step again after going back, and finds the same", async () => {
    const player = await begun();
    for (let presses = 0; presses < 3; presses++) await player.go();
    const first = structuredClone(player.records);
    player.back();
    expect([player.at, player.records[0], player.records[1]]).toEqual([0, null, null]);
    for (let presses = 0; presses < 3; presses++) await player.go();
    expect(player.records).toEqual(first);
  });

  it("plays what comes before a step that somebody jumped to", async () => {
    const player = await begun();
    player.show(4);
    await player.play();
    expect(player.failure).toBeNull();
    expect(player.records.slice(0, 5).every((record) => record !== null)).toBe(true);
    expect(player.record?.outcomes.every(({ right }) => right)).toBe(true);
  });

  it("only turns pages where there is nothing to play on", async () => {
    const player = new Player(lesson);
    await player.go();
    expect([player.at, player.record]).toEqual([1, null]);
    player.restart();
    expect(player.at).toBe(0);
  });

  it("stops where what was recorded is not what the lesson does, and says so", async () => {
    const other = structuredClone(lesson);
    other.steps[0]!.do![0] = { say: "My sister lives in Lisbon." };
    const { session } = await openRecorded(trace, { paced: false });
    const player = new Player(other);
    player.use(session);
    await player.play();
    expect(player.failure?.code).toBe("not-recorded");
    expect(player.record).toBeNull();
  });
});

describe("A rehearsal", () => {
  it("gives what happened in every step of every lesson, as expected", async () => {
    for (const name of ["memento.en", "frequencies.zh", "sleep.zh", "notebook.en", "price.en", "price.zh"]) {
      const played = readLesson(read(`${name}.json`));
      const records = await rehearse(played, JSON.parse(read(`${name}.trace.json`)) as Trace);
      for (const [at, step] of played.steps.entries()) {
        expect(records[at]?.outcomes.length ?? 0, `${name}, step ${at + 1}`).toBe(step.expect?.length ?? 0);
        expect(records[at]?.outcomes.every(({ right }) => right) ?? true).toBe(true);
      }
    }
  });
});

describe("An observation", () => {
  const sizes = { fast: { before: 3, after: 0 }, mid: { before: 2, after: 2 }, slow: { before: 0, after: 1 } };
  const traces = { origin: 0, clock: 0, ends: [], marks: { fast: [], mid: [], slow: [] } };
  const said = { kind: "said" as const, text: "Who?", answer: "Zephyr Malin.", mode: "lasting" as const, waiting: 0 };
  const right = (...expected: Parameters<typeof observe>[0]) =>
    observe(expected, { happenings: [said], sizes, traces }, new Map([["now", { fast: 0, mid: 2, slow: 1 }]])).map(
      (one) => one.right,
    );

  it("is right only if it is so", () => {
    expect(
      right({ answer: { contains: "zephyr" } }, { answer: { contains: "Otten" } }, { answer: { lacks: "Malin" } }),
    ).toEqual([true, false, false]);
    expect(right({ level: { name: "fast", does: "empties" } }, { level: { name: "mid", does: "changes" } })).toEqual([
      true,
      false,
    ]);
    expect(right({ level: { name: "mid", does: "rests" } }, { level: { name: "slow", does: "rests" } })).toEqual([true, false]);
    expect(right({ as: "now" }, { waiting: 0 }, { waiting: 3 }, { known: 0 })).toEqual([true, true, false, false]);
  });

  it("tells what was there instead", () => {
    const [outcome] = observe([{ answer: { contains: "Otten" } }], { happenings: [said], sizes, traces }, new Map());
    expect(outcome).toMatchObject({ right: false, seen: "Zephyr Malin." });
  });
});

describe("A paragraph", () => {
  it("has bold, emphasis and code, and nothing else", () => {
    expect(runsOf("a **b** *c* `d` <i>e</i>")).toEqual([
      { text: "a ", mark: null },
      { text: "b", mark: "bold" },
      { text: " ", mark: null },
      { text: "c", mark: "emphasis" },
      { text: " ", mark: null },
      { text: "d", mark: "code" },
      { text: " <i>e</i>", mark: null },
    ]);
    expect(runsOf("2 * 3")).toEqual([{ text: "2 * 3", mark: null }]);
  });
});

describe("A place in the address", () => {
  it("is read as it is written, and nonsense is the beginning", () => {
    expect(readPlace(writePlace({ lesson: "a/b.json", step: 3 }))).toEqual({ lesson: "a/b.json", step: 3 });
    expect(readPlace("#lesson=sleep&step=-2")).toEqual({ lesson: "sleep", step: 1 });
    expect(readPlace("")).toEqual({ lesson: null, step: 1 });
  });
});
