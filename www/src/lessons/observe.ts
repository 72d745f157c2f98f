import { number } from "../format";
import { LEVELS, type Level } from "../protocol";
import type { Observation, Words } from "./lesson";
import type { Happening, Outcome, StepRecord } from "./record";

/** The size of each level. */
export type Shape = Record<Level, number>;

/** Sizes are told twice, by an update and by a summary, and the sums are not made in the same order. */
const AS_LARGE = 1e-4;

type Kind<K extends Happening["kind"]> = Extract<Happening, { kind: K }>;

/** Compares what was expected of a step with what really happened in it. */
export function observe(
  expected: readonly Observation[],
  record: Omit<StepRecord, "outcomes">,
  checkpoints: ReadonlyMap<string, Shape>,
): Outcome[] {
  return expected.map((observation) => ({ observation, ...look(observation, record, checkpoints) }));
}

function look(
  observation: Observation,
  { happenings, sizes }: Omit<StepRecord, "outcomes">,
  checkpoints: ReadonlyMap<string, Shape>,
): { right: boolean; seen: string } {
  const last = <K extends Happening["kind"]>(kind: K, fits: (one: Kind<K>) => boolean = () => true) =>
    happenings.findLast((one): one is Kind<K> => one.kind === kind && fits(one as Kind<K>));
  if ("answer" in observation) {
    const { to } = observation.answer;
    return read(observation.answer, last("said", (one) => to === undefined || one.text === to)?.answer);
  }
  if ("probe" in observation) {
    const { to, without } = observation.probe;
    const probed = last("probed", (one) => to === undefined || one.question === to);
    return read(observation.probe, probed?.answers.find((answer) => answer.without === without)?.reply);
  }
  if ("contest" in observation) {
    const { strategy, ask } = observation.contest;
    const asked = last("contest")?.rounds.filter((round) => round.cue === "ask") ?? [];
    const round = ask === undefined ? asked.at(-1) : asked[ask - 1];
    return read(observation.contest, round?.standings.find((standing) => standing.strategy === strategy)?.answer);
  }
  if ("level" in observation) {
    const { name, does } = observation.level;
    const { before, after } = sizes[name];
    const right = does === "changes" ? before !== after : does === "rests" ? before === after : before > 0 && after === 0;
    return { right, seen: `${number(before)} → ${number(after)}` };
  }
  if ("known" in observation) {
    const slept = last("slept");
    return { right: (slept?.known[1] ?? -1) >= observation.known, seen: slept ? `${slept.known[1]} / ${slept.of}` : "" };
  }
  if ("waiting" in observation) {
    const waiting = last("said")?.waiting;
    return { right: waiting === observation.waiting, seen: String(waiting ?? "") };
  }
  const then = checkpoints.get(observation.as);
  const seen = LEVELS.map((level) => number(sizes[level].after)).join(" · ");
  const near = (level: Level) =>
    Math.abs(then![level] - sizes[level].after) <= AS_LARGE * Math.max(then![level], sizes[level].after);
  return { right: then !== undefined && LEVELS.every(near), seen };
}

/** Whether a text has in it what it must, whatever the case of its letters. */
function read({ contains, lacks }: Words, text: string | null | undefined): { right: boolean; seen: string } {
  if (text === null || text === undefined) return { right: false, seen: "" };
  const has = (words: string) => text.toLocaleLowerCase().includes(words.toLocaleLowerCase());
  return { right: (contains === undefined || has(contains)) && (lacks === undefined || !has(lacks)), seen: text };
}
