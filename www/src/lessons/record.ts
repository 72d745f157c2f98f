// What really happened in a step: kept for the reader, for print, and for comparing with a recording.
import type { Standing, StrategyName } from "../contest";
import type { Observation, Without } from "./lesson";
import type { Mark } from "../levels";
import type { Level, Mode, Slept } from "../protocol";

export type Round = { cue: "say" | "ask" | "end"; text: string; standings: Standing[] };

export type Happening =
  | { kind: "said"; text: string; answer: string; mode: Mode; waiting: number }
  | { kind: "ended" }
  | { kind: "slept"; ending: Slept["ending"]; known: [number, number]; of: number; turns: number; whole: boolean }
  | { kind: "probed"; question: string; answers: { without: Without; reply: string; unknown: boolean }[] }
  | { kind: "contest"; strategies: StrategyName[]; rounds: Round[] }
  | { kind: "mode"; mode: Mode }
  | { kind: "froze" | "thawed"; level: Level }
  | { kind: "reset" }
  | { kind: "checkpoint" | "rewound"; name: string }
  | { kind: "forgot"; text: string };

/** A level before and after a step. */
export interface Sizes {
  before: number;
  after: number;
}

/** The traces of the levels as they were when a step was over. */
export interface Traces {
  origin: number;
  clock: number;
  ends: number[];
  marks: Record<Level, Mark[]>;
}

/** What came of an observation. */
export interface Outcome {
  observation: Observation;
  right: boolean;
  /** What was there instead, or just so. */
  seen: string;
}

export interface StepRecord {
  happenings: Happening[];
  sizes: Record<Level, Sizes>;
  traces: Traces;
  outcomes: Outcome[];
}
