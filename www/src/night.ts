import type { Dream, SaidToken, Slept } from "./protocol";
import { splitWords } from "./words";

/** One exchange of the conversation that is slept over. */
export interface NightLine {
  words: { text: string; matters: boolean }[];
  /** Tokens in it that matter; null until it was weighed. */
  of: number | null;
  /** How many of them are known. */
  known: number;
  /** How often it was read again. */
  replays: number;
}

/** A sleep as the page shows it. Fed with the worker's dreams. */
export class Night {
  lines: NightLine[] = [];
  phase: Dream["phase"] = "weighing";
  round = 0;
  /** The line that it is about now; null before and afterwards. */
  now: number | null = null;
  /** Known before the first replay; null until that was tested. */
  before: number | null = null;
  /** The person asked to wake it. */
  waking = false;
  result: Slept | null = null;
  /** Counts replays; a change of it makes a pulse run from the line to the levels. */
  pulse = 0;

  dream(dream: Dream): void {
    const old = this.lines[dream.exchange];
    const replaying = dream.phase === "replaying";
    if (replaying) {
      this.before ??= this.known;
      this.pulse++;
    }
    const line: NightLine = {
      words: wordsOf(dream.said),
      of: dream.said.filter((token) => token.matters).length,
      known: dream.known,
      replays: (old?.replays ?? 0) + (replaying ? 1 : 0),
    };
    this.lines = [...this.lines];
    this.lines[dream.exchange] = line;
    this.phase = dream.phase;
    this.round = dream.round;
    this.now = dream.exchange;
  }

  end(result: Slept): void {
    this.result = result;
    this.before = result.known[0];
    this.now = null;
  }

  /** Tokens that matter and are known, as far as it was tested. */
  get known(): number {
    return this.result?.known[1] ?? sum(this.lines.map((line) => line.known));
  }

  get of(): number {
    return this.result?.of ?? sum(this.lines.map((line) => line.of ?? 0));
  }
}

/** Words, with those marked in which a token matters. */
export function wordsOf(said: readonly SaidToken[]): { text: string; matters: boolean }[] {
  const weight = (matters: boolean): [number, number, number] => [matters ? 1 : 0, 0, 0];
  const tokens = said.map(({ text, matters }) => ({
    text,
    surprise: 0,
    weight: weight(matters),
    turn: 0,
    role: "user" as const,
  }));
  const text = said.map((token) => token.text).join("");
  return splitWords(text, tokens).map((word) => ({ text: word.text, matters: (word.written?.weight[0] ?? 0) > 0 }));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
