import "./styles/page.css";
import "./lessons/page";
import { setLanguage } from "./i18n";
import { readSettings, recall, setTheme } from "./settings";

const settings = readSettings(location.search, recall, navigator.languages);
setTheme(settings.theme);
setLanguage(settings.language);
const page = document.createElement("nm-lesson-page");
page.options = { device: settings.device, base: settings.base };
document.body.append(page);
