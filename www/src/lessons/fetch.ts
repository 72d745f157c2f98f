import { language } from "../i18n";
import { wordsOf } from "../i18n/lessons";
import type { Failure } from "../protocol";
import type { Lesson, Listed } from "./lesson";
import { readLesson } from "./read";
import type { Trace } from "./recording";
import { failureOf, sentences } from "./tell";

/** Where the lessons lie that come with the page. */
const SHELF = "lessons/";
/** The language that every lesson here is written in. */
const FALLBACK = "en";

/** A lesson, and its recording if it has one. */
export interface Found {
  lesson: Lesson;
  trace: Trace | null;
}

/** Why there is none. */
export class Missing extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

let listed: Promise<Listed[]> | null = null;

/** The lessons that come with the page. */
export function listLessons(): Promise<Listed[]> {
  listed ??= json<{ lessons: Listed[] }>(new URL(`${SHELF}index.json`, document.baseURI)).then(
    ({ lessons }) => lessons,
    (error: unknown) => {
      // Another time it may be there.
      listed = null;
      throw error;
    },
  );
  return listed;
}

/** Reads a lesson that comes with the page, by its id, or one by its address on this site. Fails with `Missing`. */
export async function findLesson(source: string, at: Node): Promise<Found> {
  const spoken = language(at);
  const address = /^[a-z0-9-]+$/.test(source) ? await shelved(source, spoken) : addressOf(source);
  if (!address) throw missing("lesson-missing", source, spoken);
  if (address.origin !== location.origin) throw missing("lesson-foreign", source, spoken);
  const text = await textOf(address, spoken);
  const lesson = parse(text, spoken);
  return { lesson, trace: await traceOf(lesson, address) };
}

/** Reads a lesson from a file. Fails with `Missing`. */
export async function openLesson(file: File, at: Node): Promise<Found> {
  return { lesson: parse(await file.text(), language(at)), trace: null };
}

async function shelved(id: string, spoken: string): Promise<URL | null> {
  const found = (await listLessons().catch(() => [])).find((one) => one.id === id);
  if (!found) return null;
  const written = spoken in found.title ? spoken : FALLBACK;
  return new URL(`${SHELF}${id}.${written}.json`, document.baseURI);
}

function addressOf(source: string): URL | null {
  return URL.canParse(source, document.baseURI) ? new URL(source, document.baseURI) : null;
}

async function textOf(address: URL, spoken: string): Promise<string> {
  const response = await fetch(address).catch(() => null);
  if (!response?.ok) throw missing("lesson-missing", address.pathname, spoken);
  return response.text();
}

async function json<T>(address: URL): Promise<T> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address.pathname}: ${response.status}`);
  return (await response.json()) as T;
}

function parse(text: string, spoken: string): Lesson {
  try {
    return readLesson(text);
  } catch (error) {
    throw new Missing(failureOf(error, wordsOf(spoken)));
  }
}

/** A lesson can be read and played without its recording. */
async function traceOf(lesson: Lesson, address: URL): Promise<Trace | null> {
  if (!lesson.trace || !URL.canParse(lesson.trace, address)) return null;
  const trace = await json<Trace>(new URL(lesson.trace, address)).catch(() => null);
  return trace?.version === 1 && Array.isArray(trace.exchanges) ? trace : null;
}

function missing(code: string, what: string, spoken: string): Missing {
  return new Missing({ ...sentences(code, wordsOf(spoken)), message: what });
}
