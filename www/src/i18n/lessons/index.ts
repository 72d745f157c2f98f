import { language, sentences, t as tellPage, type Language, type Messages } from "..";
import { en, type LessonMessages } from "./en";

/** Every file beside this one that exports its sentences under its own name. */
const files = import.meta.glob<Record<string, LessonMessages>>(["./*.ts", "!./index.ts"], { eager: true });

/** The sentences of the page, and those of lessons with them. */
export type Words = Omit<Messages, "lessons"> & { lessons: LessonMessages };

/** The sentences at a place of the page. */
export function t(at: Node): Words {
  return { ...tellPage(at), lessons: lessonsIn(language(at)) };
}

/** The sentences of a language. */
export function wordsOf(spoken: Language): Words {
  return { ...sentences(spoken), lessons: lessonsIn(spoken) };
}

/** English for whatever language has no lessons yet. */
export function lessonsIn(spoken: Language): LessonMessages {
  return files[`./${spoken}.ts`]?.[spoken] ?? en;
}
