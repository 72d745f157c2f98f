import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// The page with the fake worker, for looking at it and for screenshots. Never part of the product.
export default defineConfig({
  root: here("."),
  base: "./",
  publicDir: here("../public"),
  resolve: { alias: [{ find: /^\.\/start-worker$/, replacement: here("./start-fake-worker.ts") }] },
  build: {
    target: "es2022",
    outDir: here("../dist-fake"),
    emptyOutDir: true,
    copyPublicDir: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: here("./fake.html") },
  },
  worker: { format: "es" },
});
