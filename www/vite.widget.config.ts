import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { ATTRIBUTES } from "./src/widget/manifest.ts";
import { serviceWorker } from "./vite.service-worker.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** What others point at keeps its name. */
const NAMED = ["nested-memory", "service-worker", "anywidget"];

/** What makes a folder of files a package: its manifest, that of the element, the licences. */
function manifests(): Plugin {
  return {
    name: "manifests",
    async generateBundle() {
      const attributes = Object.entries(ATTRIBUTES).map(([name, { about }]) => ({ name, description: about }));
      const element = { kind: "class", name: "NestedMemoryElement", tagName: "nested-memory", customElement: true, attributes };
      const modules = [{ kind: "javascript-module", path: "nested-memory.js", declarations: [element] }];
      const emit = (fileName: string, source: string) => this.emitFile({ type: "asset", fileName, source });
      emit("custom-elements.json", JSON.stringify({ schemaVersion: "1.0.0", modules }, null, 2));
      emit("package.json", await readFile(here("package.widget.json"), "utf8"));
      emit("README.md", await readFile(here("docs/EMBED.md"), "utf8"));
      for (const licence of ["LICENSE-MIT", "LICENSE-APACHE"]) emit(licence, await readFile(here(`../${licence}`), "utf8"));
    },
  };
}

// The package `nested-memory`: what other people's pages need, and nothing of our own page.
export default defineConfig({
  base: "./",
  plugins: [serviceWorker(), manifests()],
  build: {
    target: "es2022",
    outDir: here("dist-widget"),
    assetsInlineLimit: 0,
    // It would put links into the head of somebody else's page.
    modulePreload: false,
    rolldownOptions: {
      input: {
        embed: here("embed.html"),
        "nested-memory": here("src/widget/nested-memory.ts"),
        anywidget: here("src/widget/anywidget.ts"),
        "service-worker": here("src/offline/service-worker.ts"),
      },
      preserveEntrySignatures: "strict",
      output: { entryFileNames: ({ name }) => (NAMED.includes(name) ? "[name].js" : "assets/[name]-[hash].js") },
    },
  },
  worker: { format: "es" },
});
