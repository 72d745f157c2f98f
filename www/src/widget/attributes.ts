import { LANGUAGES } from "../i18n";
import type { Parts } from "../parts";
import type { DeviceChoice, Draw } from "../protocol";
import { readDraw } from "../settings";
import { ATTRIBUTES } from "./manifest";
import { readParts } from "./view-state";

export type AttributeName = keyof typeof ATTRIBUTES;
export const ATTRIBUTE_NAMES = Object.keys(ATTRIBUTES) as AttributeName[];

/** What the element's attributes ask for. */
export interface Wishes {
  key: string;
  /** null: the page's. */
  language: string | null;
  device: DeviceChoice;
  loading: "lazy" | "eager";
  reveal: "auto" | "interaction";
  parts: Parts;
  lesson: string | null;
  step: number;
  draw: Draw | null;
  /** null: beside the module. */
  base: string | null;
  keepTranscript: boolean;
  label: string | null;
}

/** A value that is not known, and what is used in its place. */
export interface Complaint {
  name: AttributeName;
  value: string;
  used: string;
  known: string;
}

const PARTS_BY_THEMSELVES = "chat levels tools probe evidence";

/** Reads the attributes. What is not known falls back, and is complained of. */
export function readAttributes(get: (name: AttributeName) => string | null): { wishes: Wishes; complaints: Complaint[] } {
  const complaints: Complaint[] = [];
  const complain = (name: AttributeName, value: string, used: string, known: string) =>
    complaints.push({ name, value, used, known });

  const one = <T extends string>(name: AttributeName, values: readonly T[]): T => {
    const value = get(name);
    const found = values.find((known) => known === value);
    if (value && !found) complain(name, value, values[0]!, values.join(", "));
    return found ?? values[0]!;
  };
  const number = (name: AttributeName, used: number, known: string, isKnown: (value: number) => boolean): number => {
    const text = get(name);
    if (!text) return used;
    if (isKnown(Number(text))) return Number(text);
    complain(name, text, String(used), known);
    return used;
  };
  const language = (): string | null => {
    const asked = get("lang");
    const main = asked?.toLowerCase().split("-")[0];
    if (!asked || !main) return null;
    if (LANGUAGES.includes(main)) return main;
    complain("lang", asked, "en", LANGUAGES.join(", "));
    return "en";
  };
  const parts = (): Parts => {
    const { parts, unknown } = readParts(get("panels") || PARTS_BY_THEMSELVES);
    const usable = parts.has("chat") || parts.has("levels") || !!get("lesson");
    const used = usable ? parts : readParts(PARTS_BY_THEMSELVES).parts;
    if (unknown.length > 0 || !usable) {
      complain("panels", get("panels")!, [...used].join(" "), `bar, ${PARTS_BY_THEMSELVES.replaceAll(" ", ", ")}`);
    }
    return used;
  };

  const temperature = number("temperature", 0, "0 – 2", (value) => value >= 0 && value <= 2);
  const seed = number("seed", 0, "0, 1, 2, …", (value) => Number.isSafeInteger(value) && value >= 0);
  const wishes: Wishes = {
    key: get("key") || "default",
    language: language(),
    device: one("device", ATTRIBUTES.device.values),
    loading: one("loading", ATTRIBUTES.loading.values),
    reveal: one("reveal", ATTRIBUTES.reveal.values),
    parts: parts(),
    lesson: get("lesson") || null,
    step: number("step", 1, "1, 2, …", (value) => Number.isSafeInteger(value) && value >= 1),
    draw: readDraw(String(temperature), String(seed)),
    base: get("base") || null,
    keepTranscript: one("transcript", ATTRIBUTES.transcript.values) === "on",
    label: get("label") || null,
  };
  one("theme", ATTRIBUTES.theme.values);
  return { wishes, complaints };
}

/**
 * The key under which a memory is kept. A lesson starts its memory over when it begins, so it never gets the one that a person
 * talks with.
 */
export function keyOf({ key, lesson }: Pick<Wishes, "key" | "lesson">): string {
  if (!lesson) return key;
  return key === "default" ? `lesson-${lesson}` : `lesson-${lesson}-${key}`;
}

/** Whether a lesson may be loaded from there: an id, or an address of this site. */
export function isLesson(lesson: string, page: string): boolean {
  if (/^[a-z0-9-]+$/.test(lesson)) return true;
  return URL.canParse(lesson, page) && new URL(lesson, page).origin === new URL(page).origin;
}
