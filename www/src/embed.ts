// The page for frames: one `<nested-memory>` that takes everything from the address.
import "./styles/page.css";
import "./styles/embed.css";
import { pickLanguage, setLanguage } from "./i18n";
import { setTheme } from "./settings";
import { ATTRIBUTE_NAMES } from "./widget/attributes";
import { NestedMemoryElement } from "./widget/element";
import { reportHeight } from "./widget/frame";
import { listParts, partsOf, readParts, readView, writeView } from "./widget/view-state";

const element = document.querySelector("nested-memory") as NestedMemoryElement;

function follow(): void {
  const view = readView(location.search, location.hash);
  const theme = view.get("theme");
  setTheme(theme === "light" || theme === "dark" ? theme : null);
  setLanguage(pickLanguage(view.get("lang"), navigator.languages));
  // What is hidden by name is left out of the list, and names that are no part's stay in it for the element to complain of.
  const { unknown } = readParts(view.get("panels") ?? "");
  const parts = partsOf(view, readParts("chat levels tools probe evidence").parts);
  view.set("panels", [listParts(parts, " "), ...unknown].join(" "));
  for (const name of ATTRIBUTE_NAMES) {
    const value = view.get(name);
    if (value === null) element.removeAttribute(name);
    else element.setAttribute(name, value);
  }
}

follow();
customElements.define("nested-memory", NestedMemoryElement);
addEventListener("hashchange", follow);
reportHeight(element);

element.addEventListener("ready", () => void keep());
element.addEventListener("step", (event) => {
  const view = readView("", location.hash);
  view.set("step", String((event as CustomEvent<{ step: number }>).detail.step));
  history.replaceState(null, "", writeView(view));
});

async function keep(): Promise<void> {
  const { keepForOffline } = await import("./offline/keep");
  await keepForOffline(element.memory?.fetched ?? []);
}
