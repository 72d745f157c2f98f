import { Validator, type OutputUnit, type Schema } from "@cfworker/json-schema";
import { findNodeAtLocation, parseTree, printParseErrorCode, type Node, type ParseError } from "jsonc-parser";
import schema from "../../public/lessons/lesson.schema.json";
import type { Action, Lesson, Observation, Step } from "./lesson";

/** The version of the format that this page reads. */
export const VERSION = 1;

/** Why a file is no lesson. */
export type Reason =
  | { kind: "syntax"; what: string }
  | { kind: "version"; found: string }
  | { kind: "missing"; name: string }
  | { kind: "unknown"; name: string; known: string[] }
  | { kind: "type"; wanted: string }
  | { kind: "choices"; choices: string[] }
  | { kind: "one" }
  | { kind: "size"; least: number | null; most: number | null }
  | { kind: "number"; least: number | null; most: number | null }
  | { kind: "twice"; name: string }
  | { kind: "pattern" }
  | { kind: "checkpoint"; name: string }
  | { kind: "never-said"; text: string }
  | { kind: "nothing-to-see"; what: string }
  | { kind: "no-such-choice"; choices: number };

/** What is wrong with a file, and where. */
export class Flaw extends Error {
  constructor(
    readonly code: "lesson-damaged" | "lesson-version" | "lesson-invalid" | "lesson-step",
    /** The first line is 1. */
    readonly line: number,
    /** Which part of the lesson: `steps[2].do[0]`; empty for the whole. */
    readonly place: string,
    readonly reason: Reason,
  ) {
    super(`line ${line}, ${place || "the whole"}: ${JSON.stringify(reason)}`);
  }
}

type Path = (string | number)[];

const validator = new Validator(schema as unknown as Schema, "2020-12", false);
/** Keywords whose errors only say that something inside them is wrong. */
const WRAPPERS = new Set(["properties", "items", "$ref", "additionalProperties"]);

/** Reads a lesson, or throws a `Flaw`: the first in the file. */
export function readLesson(text: string): Lesson {
  const root = parse(text);
  const value = valueOf(root);
  const version = (value as { version?: unknown } | null)?.version;
  if (version !== undefined && version !== VERSION) {
    throw flaw(text, root, ["version"], "lesson-version", { kind: "version", found: JSON.stringify(version) });
  }
  const leaves = validator.validate(value).errors.filter((error) => !WRAPPERS.has(error.keyword));
  const flaws = leaves.map((error) => flaw(text, root, pathOf(error), "lesson-invalid", reasonOf(error)));
  const first = flaws.sort((one, other) => one.line - other.line)[0];
  if (first) throw first;
  const lesson = value as Lesson;
  const unplayable = findUnplayable(lesson);
  if (unplayable) throw flaw(text, root, unplayable.path, "lesson-step", unplayable.reason);
  return lesson;
}

function parse(text: string): Node {
  const errors: ParseError[] = [];
  // A byte order mark is how some editors begin a file.
  const root = parseTree(text.replace(/^\uFEFF/, " "), errors, { disallowComments: true, allowTrailingComma: false });
  const [first] = errors;
  if (first || !root) {
    const what = first ? printParseErrorCode(first.error) : "ValueExpected";
    throw new Flaw("lesson-damaged", lineAt(text, first?.offset ?? 0), "", { kind: "syntax", what });
  }
  return root;
}

/** The value of a node. Made here, so that `__proto__` in a file is a name like another. */
function valueOf(node: Node): unknown {
  if (node.type === "array") return (node.children ?? []).map(valueOf);
  if (node.type !== "object") return node.value;
  const entries = (node.children ?? []).map(
    ({ children = [] }) => [children[0]!.value as string, valueOf(children[1]!)] as const,
  );
  return Object.fromEntries(entries);
}

function flaw(text: string, root: Node, path: Path, code: Flaw["code"], reason: Reason): Flaw {
  // What is missing has no line; that which lacks it has.
  let node: Node | undefined;
  for (let end = path.length; !node && end >= 0; end--) node = end ? findNodeAtLocation(root, path.slice(0, end)) : root;
  return new Flaw(code, lineAt(text, lineStart(node!)), placeOf(path), reason);
}

/** Where a property begins, rather than its value. */
function lineStart(node: Node): number {
  return node.parent?.type === "property" ? node.parent.offset : node.offset;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split(/\r\n|\r|\n/).length;
}

/** `steps[2].do[0].say` */
export function placeOf(path: Path): string {
  return path.map((part, at) => (typeof part === "number" ? `[${part}]` : at ? `.${part}` : part)).join("");
}

function pathOf(error: OutputUnit): Path {
  return pointer(error.instanceLocation).map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function pointer(text: string): string[] {
  const parts = text.replace(/^#\/?/, "").split("/");
  return parts.filter((part) => part !== "").map((part) => decodeURIComponent(part).replace(/~1/g, "/").replace(/~0/g, "~"));
}

function reasonOf(error: OutputUnit): Reason {
  const path = pathOf(error);
  // Whose location is that of the thing itself.
  if (error.keyword === "false") return { kind: "unknown", name: String(path.at(-1)), known: knownBeside(path) };
  // The last part of the location is the keyword itself.
  const where = rule(pointer(error.keywordLocation).slice(0, -1));
  switch (error.keyword) {
    case "required":
      return { kind: "missing", name: /"([^"]+)"/.exec(error.error)?.[1] ?? "?" };
    case "type":
      return { kind: "type", wanted: String(where.type) };
    case "enum":
      return { kind: "choices", choices: (where.enum ?? []).map(String) };
    case "const":
      return { kind: "choices", choices: [String(where.const)] };
    case "minProperties":
    case "maxProperties":
      return where.maxProperties === 1 ? { kind: "one" } : { kind: "missing", name: "contains, lacks" };
    case "minimum":
    case "maximum":
      return { kind: "number", least: where.minimum ?? null, most: where.maximum ?? null };
    case "uniqueItems":
      return { kind: "twice", name: String(path.at(-1)) };
    case "pattern":
      return { kind: "pattern" };
    default:
      return {
        kind: "size",
        least: where.minLength ?? where.minItems ?? null,
        most: where.maxLength ?? where.maxItems ?? null,
      };
  }
}

/** The part of the schema at a location, through its references. */
function rule(parts: string[]): Schema {
  let at: unknown = schema;
  for (const part of parts) {
    at = (at as Record<string, unknown>)[part];
    if (part === "$ref") at = rule(pointer(at as string));
  }
  return at as Schema;
}

/** What could stand where an unknown name stands. */
function knownBeside(path: Path): string[] {
  let at = schema as unknown as Schema;
  const follow = (inner: unknown): Schema => {
    const next = inner as Schema;
    return next.$ref ? follow(rule(pointer(next.$ref))) : next;
  };
  for (const part of path.slice(0, -1)) at = follow(typeof part === "number" ? at.items : at.properties?.[part]);
  return Object.keys(at.properties ?? {}).filter((name) => name !== "$schema");
}

interface Unplayable {
  path: Path;
  reason: Reason;
}

/** What the schema cannot say: a step needs what an earlier one did. */
function findUnplayable(lesson: Lesson): Unplayable | null {
  const ids = new Set<string>();
  const checkpoints = new Set<string>();
  const said = new Set<string>();
  for (const [at, step] of lesson.steps.entries()) {
    const here = (path: Path, reason: Reason): Unplayable => ({ path: ["steps", at, ...path], reason });
    if (ids.has(step.id)) return here(["id"], { kind: "twice", name: step.id });
    ids.add(step.id);
    for (const [index, action] of (step.do ?? []).entries()) {
      if ("say" in action) said.add(action.say);
      if ("checkpoint" in action) checkpoints.add(action.checkpoint);
      if ("rewind" in action && !checkpoints.has(action.rewind)) {
        return here(["do", index, "rewind"], { kind: "checkpoint", name: action.rewind });
      }
      if ("forget" in action && !said.has(action.forget)) {
        return here(["do", index, "forget"], { kind: "never-said", text: action.forget });
      }
    }
    for (const [index, observation] of (step.expect ?? []).entries()) {
      const reason = blind(observation, step, checkpoints);
      if (reason) return here(["expect", index], reason);
    }
    const { question } = step;
    if (question && question.answer >= question.choices.length) {
      return here(["question", "answer"], { kind: "no-such-choice", choices: question.choices.length });
    }
  }
  return null;
}

/** Why an observation of a step would have nothing to look at; null if it has. */
function blind(observation: Observation, step: Step, checkpoints: ReadonlySet<string>): Reason | null {
  const actions = step.do ?? [];
  const does = (name: string, text?: string) =>
    actions.some((action) => name in action && (text === undefined || (action as Record<string, unknown>)[name] === text));
  const none = (what: string): Reason => ({ kind: "nothing-to-see", what });
  if ("answer" in observation) return does("say", observation.answer.to) ? null : none("say");
  if ("probe" in observation) return does("probe", observation.probe.to) ? null : none("probe");
  if ("known" in observation) return does("sleep") ? null : none("sleep");
  if ("waiting" in observation) return does("say") ? null : none("say");
  if ("as" in observation) return checkpoints.has(observation.as) ? null : { kind: "checkpoint", name: observation.as };
  if ("level" in observation) return actions.length ? null : none("do");
  const contest = actions.findLast((action): action is Extract<Action, { contest: unknown }> => "contest" in action)?.contest;
  const asked = contest?.script.filter((cue) => "ask" in cue).length ?? 0;
  const { strategy, ask = 1 } = observation.contest;
  return contest?.strategies.includes(strategy) && ask <= asked ? null : none("contest");
}
