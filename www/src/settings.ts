import type { DeviceChoice } from "./protocol";
import { pickLanguage, type Language } from "./i18n";

export type Theme = "light" | "dark";

export interface Settings {
  device: DeviceChoice;
  key: string;
  base: string;
  /** Whether what was said is kept in this browser. */
  keepTranscript: boolean;
  language: Language;
  /** null: as the system has it. */
  theme: Theme | null;
}

/** What the address asks for, then what was chosen here before, then what the browser says. */
export function readSettings(search: string, stored: (name: string) => string | null, browser: readonly string[]): Settings {
  const asked = new URLSearchParams(search);
  const device = asked.get("device");
  const theme = asked.get("theme") ?? stored("theme");
  return {
    device: device === "webgpu" || device === "cpu" ? device : "auto",
    key: asked.get("key") || "default",
    base: asked.get("base") || "base/",
    keepTranscript: asked.get("transcript") !== "off",
    language: pickLanguage(asked.get("lang") ?? stored("language"), browser),
    theme: theme === "light" || theme === "dark" ? theme : null,
  };
}

/** localStorage may be forbidden (private window, sandboxed frame): then choices last as long as the page. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(`nested-memory.${name}`);
  } catch {
    return null;
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`nested-memory.${name}`, value);
  } catch {
    // Nothing to do: the choice lasts as long as the page.
  }
}

/** Forgets all choices of all pages of this origin. */
export function forgetChoices(): void {
  try {
    localStorage.clear();
  } catch {
    // Nothing was kept.
  }
}

const dark = matchMedia("(prefers-color-scheme: dark)");
let chosen: Theme | null = null;

/** Fires "change" when the page turns light or dark: pictures have to be drawn again. */
export const themeChanges = new EventTarget();

export function theme(): Theme {
  return chosen ?? (dark.matches ? "dark" : "light");
}

export function setTheme(next: Theme | null): void {
  chosen = next;
  document.documentElement.dataset.theme = theme();
  themeChanges.dispatchEvent(new Event("change"));
}

dark.addEventListener("change", () => chosen === null && setTheme(null));

const stillness = matchMedia("(prefers-reduced-motion: reduce)");

export function prefersStillness(): boolean {
  return stillness.matches;
}
