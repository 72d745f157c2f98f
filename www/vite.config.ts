import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { serviceWorker } from "./vite.service-worker.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** What others point at keeps its name. */
const NAMED = ["nested-memory", "service-worker"];

export default defineConfig({
  // Relative, so that the page can be served from any folder.
  base: "./",
  plugins: [serviceWorker()],
  // Inlined assets would be data: addresses, which the page's policy forbids for fonts and workers.
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        index: here("index.html"),
        embed: here("embed.html"),
        lesson: here("lesson.html"),
        strategies: here("strategies.html"),
        "nested-memory": here("src/widget/nested-memory.ts"),
        "service-worker": here("src/offline/service-worker.ts"),
      },
      preserveEntrySignatures: "exports-only",
      output: { entryFileNames: ({ name }) => (NAMED.includes(name) ? "[name].js" : "assets/[name]-[hash].js") },
    },
  },
  worker: { format: "es" },
  test: { include: ["tests/**/*.test.ts"] },
});
