import { defineConfig } from "vitest/config";

export default defineConfig({
  // Relative, so that the page can be served from any folder.
  base: "./",
  // Inlined assets would be data: addresses, which the page's policy forbids for fonts and workers.
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ["index.html", "lesson.html", "strategies.html"] },
  },
  worker: { format: "es" },
  test: { include: ["tests/**/*.test.ts"] },
});
