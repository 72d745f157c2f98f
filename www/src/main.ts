import "./styles/page.css";
import "./components/app";
import type { App } from "./components/app";
import { setLanguage } from "./i18n";
import { readSettings, recall, setTheme } from "./settings";
import { partsOf, readView } from "./widget/view-state";

const view = readView(location.search, location.hash);
const { key, device, base, keepTranscript, language, theme, draw } = readSettings(view.toString(), recall, navigator.languages);
setTheme(theme);
setLanguage(language);
const app = document.createElement("nm-app");
app.options = { key, device, base, keepTranscript, ...(draw && { draw }) };
app.parts = partsOf(view);
// A lesson has a page of its own, and a memory of its own.
if (view.has("lesson")) location.replace(`lesson.html${location.search}${location.hash}`);
else document.body.append(app);

// Another view in the address: what is shown follows at once, anything else needs another memory.
addEventListener("hashchange", () => {
  const next = readView(location.search, location.hash);
  app.parts = partsOf(next);
  for (const name of ["key", "device", "seed", "temperature", "lang", "theme", "base", "lesson"]) {
    if (next.get(name) !== view.get(name)) return location.reload();
  }
});

app.session.addEventListener("ready", () => void keep());

async function keep(): Promise<void> {
  const { keepForOffline } = await import("./offline/keep");
  await keepForOffline(app.memory?.fetched ?? []);
}

declare global {
  interface HTMLElementTagNameMap {
    "nm-app": App;
  }
}
