import type { Port } from "../src/worker-client";

export function startWorker(): Port {
  return new Worker(new URL("./fake-worker.ts", import.meta.url), { type: "module", name: "fake" });
}
