import type { ReactiveController, ReactiveControllerHost } from "lit";
import { en, type Messages } from "./en";
import { zh } from "./zh";

export type Language = "en" | "zh";
export type { Messages } from "./en";

const dictionaries: Record<Language, Messages> = { en, zh };
const htmlLang: Record<Language, string> = { en: "en", zh: "zh-Hans" };
const changed = new EventTarget();
let current: Language = "en";

export function language(): Language {
  return current;
}

/** The sentences of the language in use. */
export function t(): Messages {
  return dictionaries[current];
}

export function setLanguage(next: Language): void {
  current = next;
  document.documentElement.lang = htmlLang[next];
  document.title = `${t().title}: ${t().tagline}`;
  changed.dispatchEvent(new Event("change"));
}

/** The language that an address or a browser asks for. */
export function pickLanguage(asked: string | null, browser: readonly string[]): Language {
  for (const tag of [asked, ...browser]) {
    const main = tag?.toLowerCase().split("-")[0];
    if (main === "zh" || main === "en") return main;
  }
  return "en";
}

/** The tag of the language that a person or the model wrote in, for whoever reads it aloud. */
export function languageOf(text: string): string {
  return htmlLang[/\p{Script=Han}/u.test(text) ? "zh" : "en"];
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
