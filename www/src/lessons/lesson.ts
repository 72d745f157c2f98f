// What a lesson is. The file's schema is public/lessons/lesson.schema.json: change both together.
import type { Level, Mode, StrategyName } from "../protocol";

export interface Lesson {
  version: 1;
  id: string;
  title: string;
  minutes: number;
  language: string;
  /** Orders the choices of questions. */
  seed: number;
  summary: string;
  /** The address of its recording, seen from the lesson's own. */
  trace?: string;
  steps: Step[];
}

export interface Step {
  id: string;
  title: string;
  /** Paragraphs, with marks for bold, emphasis and code. */
  text: string[];
  highlight?: Part[];
  do?: Action[];
  expect?: Observation[];
  question?: Question;
}

/** A part of the page that a step speaks of. */
export type Part =
  "chat" | "composer" | "level.fast" | "level.mid" | "level.slow" | "sleep" | "evidence" | "probe" | "history" | "contest";

export type Action =
  | { say: string }
  | { end: true }
  | { sleep: true }
  | { mode: Mode }
  | { probe: string }
  | { freeze: Level }
  | { thaw: Level }
  | { reset: true }
  | { checkpoint: string }
  | { rewind: string }
  | { forget: string }
  | { contest: { strategies: StrategyName[]; script: Cue[] } };

/** What all strategies of a contest hear. */
export type Cue = { say: string } | { ask: string } | { end: true };

/** What a text must and must not have in it. */
export interface Words {
  contains?: string;
  lacks?: string;
}

export type Without = "nothing" | "slow" | "mid" | "both";

export type Observation =
  | { answer: Words & { to?: string } }
  | { probe: Words & { without: Without; to?: string } }
  | { contest: Words & { strategy: StrategyName; ask?: number } }
  | { level: { name: Level; does: "changes" | "rests" | "empties" } }
  | { known: number }
  | { waiting: number }
  | { as: string };

/** For the reader. */
export interface Question {
  prompt: string;
  choices: string[];
  /** Which choice is right, the first being 0. */
  answer: number;
  why: string;
}

/** What the list of lessons says of one. */
export interface Listed {
  id: string;
  minutes: number;
  title: Record<string, string>;
  summary: Record<string, string>;
}

/** Of ten facts that were told one conversation before, so many are recalled: README.md, "Numbers". */
const RIGHT_OF_TEN: Record<string, number> = { en: 9, zh: 7 };

/** How often the model is right in ten cases like a lesson's; null in languages that nobody measured. */
export function rightOfTen(language: string): number | null {
  return RIGHT_OF_TEN[language.split("-")[0]!] ?? null;
}

/** The choices of a question in the order in which the seed puts them: each as its index in the file. */
export function orderOf(question: Question, seed: number): number[] {
  const order = question.choices.map((_, index) => index);
  let state = (seed ^ (question.choices.length * 0x9e3779b9)) >>> 0;
  for (let last = order.length - 1; last > 0; last--) {
    // A linear congruential generator: enough to shuffle six choices, and the same everywhere.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
