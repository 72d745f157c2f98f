import type { Port } from "./worker-client";

/** The worker that holds the runtime and the memory. The fake page puts another module in this one's place. */
export function startWorker(): Port {
  return new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "nested-memory" });
}
