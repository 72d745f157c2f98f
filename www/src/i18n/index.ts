import type { ReactiveController, ReactiveControllerHost } from "lit";
import { en, type Messages } from "./en";

export type { Messages } from "./en";

/** The code of a language: the name of its file. */
export type Language = string;

/** Every file beside this one that exports its sentences under its own name. */
const files = import.meta.glob<Record<string, Messages>>(["./*.ts", "!./index.ts"], { eager: true });
const dictionaries: Record<Language, Messages> = Object.fromEntries(
  Object.entries(files).map(([path, file]) => {
    const code = path.slice(2, -3);
    return [code, file[code]!];
  }),
);

/** The languages that there are. */
export const LANGUAGES: readonly Language[] = Object.keys(dictionaries);
const changed = new EventTarget();
/** The page's. */
let current: Language = "en";
/** Elements whose inside speaks a language of its own. */
const own = new WeakMap<Node, Language>();

/** The language at a place of the page: that of the innermost element around it that has its own, else the page's. */
export function language(at?: Node): Language {
  for (let node: Node | null | undefined = at; node; node = node.parentNode ?? (node as Partial<ShadowRoot>).host) {
    const spoken = own.get(node);
    if (spoken) return spoken;
  }
  return current;
}

/** The sentences of the language at a place of the page. */
export function t(at?: Node): Messages {
  return sentences(language(at));
}

/** Gives the inside of an element a language of its own, or the page's again. */
export function speak(element: Element, next: Language | null): void {
  if (next) own.set(element, next);
  else own.delete(element);
  changed.dispatchEvent(new Event("change"));
}

/** The sentences of a language. */
export function sentences(spoken: Language): Messages {
  return dictionaries[spoken] ?? en;
}

export function setLanguage(next: Language): void {
  current = next;
  document.documentElement.lang = sentences(next).tag;
  document.title = `${t().title}: ${t().tagline}`;
  changed.dispatchEvent(new Event("change"));
}

/** The language that an address or a browser asks for. */
export function pickLanguage(asked: string | null, browser: readonly string[]): Language {
  for (const tag of [asked, ...browser]) {
    const main = tag?.toLowerCase().split("-")[0];
    if (main && main in dictionaries) return main;
  }
  return "en";
}

/** The tag of the language that a person or the model wrote in, for whoever reads it aloud. */
export function languageOf(text: string): string {
  return sentences(/\p{Script=Han}/u.test(text) ? "zh" : "en").tag;
}

/** The language after this one, the first after the last. */
export function nextLanguage(spoken: Language): Language {
  return LANGUAGES[(LANGUAGES.indexOf(spoken) + 1) % LANGUAGES.length] ?? spoken;
}

/** Draws an element again when the language changes. */
export class Localised implements ReactiveController {
  #host: ReactiveControllerHost;
  #update = () => this.#host.requestUpdate();

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    changed.addEventListener("change", this.#update);
  }

  hostDisconnected(): void {
    changed.removeEventListener("change", this.#update);
  }
}
