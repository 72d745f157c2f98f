import "./styles/page.css";
import "./components/app";
import type { App } from "./components/app";
import { setLanguage } from "./i18n";
import { readSettings, recall, setTheme } from "./settings";

const settings = readSettings(location.search, recall, navigator.languages);
setTheme(settings.theme);
setLanguage(settings.language);
const app = document.createElement("nm-app");
app.options = { key: settings.key, device: settings.device, base: settings.base, keepTranscript: settings.keepTranscript };
document.body.append(app);

declare global {
  interface HTMLElementTagNameMap {
    "nm-app": App;
  }
}
