// Sentences about lessons, made of what is in them.
import type { Words } from "../i18n/lessons";
import { LEVELS, type Failure, type Level } from "../protocol";
import { number } from "../format";
import type { Observation, Words as Sought } from "./lesson";
import { Flaw, VERSION, type Reason } from "./read";
import type { Happening, StepRecord } from "./record";

/** The name of a level within a sentence. */
export function nameOf(level: Level, words: Words): string {
  return words.level[level].toLocaleLowerCase();
}

/** What a step expects, as a sentence. */
export function tellObservation(observation: Observation, words: Words): string {
  const { expect, without } = words.lessons;
  const both = (sought: Sought, contains: (text: string) => string, lacks: (text: string) => string) =>
    [
      sought.contains === undefined ? "" : contains(sought.contains),
      sought.lacks === undefined ? "" : lacks(sought.lacks),
    ].filter(Boolean);
  if ("answer" in observation) return both(observation.answer, expect.answerContains, expect.answerLacks).join(" ");
  if ("probe" in observation) {
    const name = without[observation.probe.without];
    return both(
      observation.probe,
      (text) => expect.probeContains(name, text),
      (text) => expect.probeLacks(name, text),
    ).join(" ");
  }
  if ("contest" in observation) {
    const name = words.strategyNames[observation.contest.strategy]!;
    return both(
      observation.contest,
      (text) => expect.contestContains(name, text),
      (text) => expect.contestLacks(name, text),
    ).join(" ");
  }
  if ("level" in observation) return expect[observation.level.does](nameOf(observation.level.name, words));
  if ("known" in observation) return expect.known(observation.known);
  if ("waiting" in observation) return expect.waiting(observation.waiting);
  return expect.as(observation.as);
}

/** What happened, as a sentence; what was said and compared is drawn instead. */
export function tellHappening(happening: Happening, words: Words): string {
  const { lessons } = words;
  switch (happening.kind) {
    case "ended":
      return lessons.ended;
    case "slept":
      return words.sleptEnding[happening.ending](happening.known[1], happening.of, happening.known[0], happening.turns);
    case "mode":
      return lessons.mode[happening.mode];
    case "froze":
    case "thawed":
      return lessons[happening.kind](nameOf(happening.level, words));
    case "reset":
      return lessons.reset;
    case "checkpoint":
    case "rewound":
      return lessons[happening.kind](happening.name);
    case "forgot":
      return lessons.forgot(happening.text);
    default:
      return "";
  }
}

/** "Fast 31.9, Mid 0, Slow 0" */
export function tellSizes({ sizes }: StepRecord, words: Words): string {
  return LEVELS.map((level) => `${words.level[level]} ${number(sizes[level].after)}`).join(", ");
}

/** Why a file is no lesson, for the reader. */
export function failureOf(error: unknown, words: Words): Failure {
  if (!(error instanceof Flaw)) return { code: "unknown", message: String(error), kept: "", advice: "" };
  const reason = tellReason(error.reason, words);
  return { ...sentences(error.code, words), message: words.lessons.problem(error.line, error.place, reason) };
}

/** A failure of lessons in the words of the page. */
export function sentences(code: string, words: Words): Failure & { title: string } {
  const known = words.lessons.failures[code] ?? words.failures[code] ?? words.failureUnknown;
  return { code, message: "", ...known };
}

function tellReason(reason: Reason, words: Words): string {
  const tell = words.lessons.reason;
  const list = (items: readonly string[]) => items.map((item) => `“${item}”`).join(", ");
  switch (reason.kind) {
    case "syntax":
      return tell.syntax(reason.what);
    case "version":
      return tell.version(reason.found, VERSION);
    case "missing":
    case "twice":
    case "checkpoint":
      return tell[reason.kind](reason.name);
    case "unknown":
      return tell.unknown(reason.name, list(reason.known));
    case "type":
      return tell.type(reason.wanted);
    case "choices":
      return tell.choices(list(reason.choices));
    case "size":
    case "number":
      return tell[reason.kind](reason.least, reason.most);
    case "never-said":
      return tell["never-said"](reason.text);
    case "nothing-to-see":
      return tell["nothing-to-see"](reason.what);
    case "no-such-choice":
      return tell["no-such-choice"](reason.choices);
    default:
      return tell[reason.kind];
  }
}
