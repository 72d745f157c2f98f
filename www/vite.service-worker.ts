import { createHash } from "node:crypto";
import type { Plugin } from "vite";

/** Gives the service worker the name of its build: a hash of the names of all files, which have hashes of their content in them. */
export function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    generateBundle(_, bundle) {
      const worker = bundle["service-worker.js"];
      if (worker?.type !== "chunk") return;
      if (worker.imports.length > 0)
        this.error(`The service worker must be one file, and imports ${worker.imports.join(", ")}.`);
      const build = createHash("sha256").update(Object.keys(bundle).sort().join("\n")).digest("hex").slice(0, 12);
      worker.code = worker.code.replace("__BUILD__", build);
    },
  };
}
