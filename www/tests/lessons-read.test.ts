import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LANGUAGES } from "../src/i18n";
import { lessonsIn, wordsOf } from "../src/i18n/lessons";
import { en } from "../src/i18n/lessons/en";
import { orderOf, type Lesson } from "../src/lessons/lesson";
import { Flaw, readLesson } from "../src/lessons/read";
import { failureOf } from "../src/lessons/tell";

const SHELF = "public/lessons/";
const EXAMPLE = readFileSync("docs/example-lesson.json", "utf8");
const { lessons: LISTED } = JSON.parse(readFileSync(`${SHELF}index.json`, "utf8")) as {
  lessons: { id: string; minutes: number; title: Record<string, string>; summary: Record<string, string> }[];
};

/** The flaw that a text has. */
function flawOf(text: string): Flaw {
  try {
    readLesson(text);
  } catch (error) {
    if (error instanceof Flaw) return error;
    throw error;
  }
  throw new Error("it was read");
}

/** Code, line, place and kind of the flaw that the example has when it is changed so. */
function told(from: string | RegExp, to: string): [string, number, string, string] {
  const text = EXAMPLE.replace(from, to);
  expect(text).not.toBe(EXAMPLE);
  const { code, line, place, reason } = flawOf(text);
  return [code, line, place, reason.kind];
}

describe("A lesson's file", () => {
  it("is read as the schema has it: the example of the documentation", () => {
    const lesson = readLesson(EXAMPLE);
    expect(lesson.steps.map((step) => step.id)).toEqual(["tell", "ask"]);
  });

  it("is refused with the line and the reason where it is no JSON", () => {
    expect(told('"minutes": 1,', '"minutes": 1')).toEqual(["lesson-damaged", 7, "", "syntax"]);
    expect(flawOf("").code).toBe("lesson-damaged");
    expect(flawOf("{} {}").code).toBe("lesson-damaged");
    expect(told('"version": 1,', '"version": 1, // one')).toEqual(["lesson-damaged", 3, "", "syntax"]);
  });

  it("is refused with the line and the reason where it is not as the schema has it", () => {
    expect(told('"version": 1', '"version": 2')).toEqual(["lesson-version", 3, "version", "version"]);
    expect(told(/ {2}"seed": 7,\n/, "")).toEqual(["lesson-invalid", 1, "", "missing"]);
    expect(told('"minutes": 1', '"minutes": "one"')).toEqual(["lesson-invalid", 6, "minutes", "type"]);
    expect(told('"say"', '"shout"')).toEqual(["lesson-invalid", 16, "steps[0].do[0].shout", "unknown"]);
    expect(told('"does": "changes"', '"does": "sings"')).toEqual([
      "lesson-invalid",
      17,
      "steps[0].expect[0].level.does",
      "choices",
    ]);
    expect(told('"level.fast"', '"level.fastest"')).toEqual(["lesson-invalid", 15, "steps[0].highlight[0]", "choices"]);
    expect(told('{ "end": true }', '{ "end": true, "sleep": true }')).toEqual(["lesson-invalid", 24, "steps[1].do[0]", "one"]);
    expect(told('"id": "tea"', '"id": "Tea time"')).toEqual(["lesson-invalid", 4, "id", "pattern"]);
  });

  it("is refused with the line and the reason where a step cannot be played", () => {
    expect(told('"end": true', '"rewind": "yesterday"')).toEqual(["lesson-step", 24, "steps[1].do[0].rewind", "checkpoint"]);
    expect(told('"end": true', '"forget": "a secret"')).toEqual(["lesson-step", 24, "steps[1].do[0].forget", "never-said"]);
    expect(told('{ "waiting": 0 }', '{ "known": 3 }')).toEqual(["lesson-step", 25, "steps[1].expect[1]", "nothing-to-see"]);
    expect(told('"answer": 0', '"answer": 2')).toEqual(["lesson-step", 29, "steps[1].question.answer", "no-such-choice"]);
    expect(told('"id": "ask"', '"id": "tell"')).toEqual(["lesson-step", 20, "steps[1].id", "twice"]);
  });

  it("takes __proto__ for a name that is not known", () => {
    expect(told('"seed": 7,', '"seed": 7, "__proto__": {},')).toEqual(["lesson-invalid", 8, "__proto__", "unknown"]);
  });

  it.each(LANGUAGES)("is refused in sentences of the language %s", (code) => {
    const failure = failureOf(flawOf(EXAMPLE.replace('"say"', '"shout"')), wordsOf(code));
    expect(failure.message).toContain("16");
    expect(failure.message).toContain("steps[0].do[0].shout");
    for (const part of [failure.message, failure.kept, failure.advice]) expect(part).not.toBe("");
  });
});

describe("The lessons that come with the page", () => {
  const files = readdirSync(SHELF).filter((name) => /^[a-z]+\.[a-z]+\.json$/.test(name) && !name.startsWith("lesson.schema"));

  it("are all in the list, in English and Chinese", () => {
    expect(files.sort()).toEqual(LISTED.flatMap(({ id }) => [`${id}.en.json`, `${id}.zh.json`]).sort());
  });

  it.each(files)("%s is as the schema has it, is listed as it calls itself, and takes three to six minutes", (name) => {
    const lesson = readLesson(readFileSync(SHELF + name, "utf8"));
    const listed = LISTED.find(({ id }) => id === lesson.id)!;
    expect(name).toBe(`${lesson.id}.${lesson.language}.json`);
    expect([listed.title[lesson.language], listed.summary[lesson.language]]).toEqual([lesson.title, lesson.summary]);
    expect(lesson.minutes).toBe(listed.minutes);
    expect(lesson.minutes).toBeGreaterThanOrEqual(3);
    expect(lesson.minutes).toBeLessThanOrEqual(6);
  });

  it.each(LISTED.map(({ id }) => id))("%s has the same steps in both languages", (id) => {
    const [one, other] = ["en", "zh"].map((code) => readLesson(readFileSync(`${SHELF}${id}.${code}.json`, "utf8")));
    const shape = (lesson: Lesson) =>
      lesson.steps.map((step) => [step.id, (step.do ?? []).length > 0, step.question !== undefined]);
    expect(shape(one!)).toEqual(shape(other!));
  });
});

describe("A question's choices", () => {
  const question = { prompt: "?", choices: ["a", "b", "c", "d"], answer: 0, why: "!" };

  it("stand in an order that the seed decides, all of them, always the same", () => {
    expect(orderOf(question, 5)).toEqual(orderOf(question, 5));
    expect([...orderOf(question, 5)].sort()).toEqual([0, 1, 2, 3]);
    const orders = new Set(Array.from({ length: 20 }, (_, seed) => orderOf(question, seed).join()));
    expect(orders.size).toBeGreaterThan(3);
  });
});

describe("The sentences of lessons", () => {
  const shape = (value: object, path = ""): string[] =>
    Object.entries(value).flatMap(([key, inner]) =>
      typeof inner === "object" ? shape(inner, `${path}${key}.`) : [`${path}${key}: ${typeof inner}`],
    );

  it("are the same in Chinese, and no other", () => {
    expect(shape(lessonsIn("zh")).sort()).toEqual(shape(en).sort());
  });

  it("are English where nobody has written them", () => {
    expect(lessonsIn("xx")).toBe(en);
  });
});
