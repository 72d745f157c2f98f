// The module for Jupyter, in the form of anywidget: one file without imports, since the notebook hands it over as text.
// Where everything else lies is told by the trait `assets`.

/** As much of anywidget's model as is used. */
interface Model {
  get(name: string): unknown;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
}

/** The traits that are attributes of the element. */
const TRAITS = ["key", "lang", "lesson", "step", "device", "theme", "panels"];

/** The folder of the module: an address, or a path under the notebook's own folder of files. */
function folderOf(assets: string): URL {
  const folder = assets.endsWith("/") ? assets : `${assets}/`;
  const settings = document.getElementById("jupyter-config-data")?.textContent;
  const { baseUrl = "/" } = settings ? (JSON.parse(settings) as { baseUrl?: string }) : {};
  const files = new URL(`${baseUrl.replace(/\/$/, "")}/files/`, document.baseURI);
  return new URL(folder, /^(\/|[a-z]+:)/.test(folder) ? document.baseURI : files);
}

async function render({ model, el }: { model: Model; el: HTMLElement }): Promise<() => void> {
  const folder = folderOf(String(model.get("assets") || "."));
  const element = document.createElement("nested-memory");
  try {
    await import(/* @vite-ignore */ new URL("nested-memory.js", folder).href);
  } catch {
    element.textContent = `Nested Memory is not at ${folder.href}. Set the trait “assets” to the address of its folder.`;
    element.role = "alert";
  }
  const follow = TRAITS.map((name) => {
    const copy = () => {
      const value = model.get(name);
      if (value === "" || value === null || value === undefined) element.removeAttribute(name);
      else element.setAttribute(name, String(value));
    };
    copy();
    model.on(`change:${name}`, copy);
    return () => model.off(`change:${name}`, copy);
  });
  // Notebooks take keys for commands of their own.
  for (const type of ["keydown", "keyup", "keypress"]) element.addEventListener(type, (event) => event.stopPropagation());
  el.append(element);
  return () => {
    follow.forEach((stop) => stop());
    element.remove();
  };
}

export default { render };
