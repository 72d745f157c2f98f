import "./styles/page.css";
import "./components/strategies";
import type { StrategiesPage } from "./components/strategies";
import { setLanguage } from "./i18n";
import { readSettings, recall, setTheme } from "./settings";

const settings = readSettings(location.search, recall, navigator.languages);
setTheme(settings.theme);
setLanguage(settings.language);
const page = document.createElement("nm-strategies");
// A key of its own: nothing is kept under it, and no other tab has to wait for it.
page.options = { key: "strategies", device: settings.device, base: settings.base, keepTranscript: false };
document.body.append(page);

declare global {
  interface HTMLElementTagNameMap {
    "nm-strategies": StrategiesPage;
  }
}
