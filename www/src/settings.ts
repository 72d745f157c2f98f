import type { DeviceChoice, Draw } from "./protocol";
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
  /** How words are drawn; null: the likeliest are taken. */
  draw: Draw | null;
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
    draw: readDraw(asked.get("temperature"), asked.get("seed")),
  };
}

/** A seed means something only where words are drawn, and they are only at a temperature above 0. */
export function readDraw(temperature: string | null, seed: string | null): Draw | null {
  const heat = Number(temperature);
  const start = Number(seed);
  if (!(heat > 0) || !Number.isFinite(heat)) return null;
  return { temperature: heat, seed: Number.isSafeInteger(start) && start >= 0 ? start : 0 };
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

/** Forgets all choices. Other programs of this origin keep theirs. */
export function forgetChoices(): void {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith("nested-memory.")) localStorage.removeItem(name);
  } catch {
    // Nothing was kept.
  }
}

const dark = matchMedia("(prefers-color-scheme: dark)");
/** undefined: this page's light is not ours to choose. */
let chosen: Theme | null | undefined;

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

dark.addEventListener("change", () => {
  if (chosen === null) setTheme(null);
  else if (chosen === undefined) themeChanges.dispatchEvent(new Event("change"));
});

const stillness = matchMedia("(prefers-reduced-motion: reduce)");

export function prefersStillness(): boolean {
  return stillness.matches;
}
