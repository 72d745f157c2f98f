// The benchmark's page: built apart from the page, into a folder of its own, so that nothing of it is ever shipped.
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  build: {
    outDir: "dist-bench",
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The peers are as large as they are.
    chunkSizeWarningLimit: 3000,
    rollupOptions: { input: "bench.html" },
  },
  worker: { format: "es" },
});
