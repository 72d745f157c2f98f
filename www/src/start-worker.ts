import type { Port } from "./worker-client";
import workerUrl from "./worker?worker&url";

/** The worker that holds the runtime and the memory. The fake page puts another module in this one's place. */
export function startWorker(): Port {
  const options = { type: "module", name: "nested-memory" } as const;
  if (self.origin !== "null") return new Worker(workerUrl, options);
  // A frame in a sandbox is of no origin, so that no address is of its own: only a text that it made itself may be its worker.
  const url = new URL(workerUrl, import.meta.url).href;
  const text = new Blob([`import ${JSON.stringify(url)};`], { type: "text/javascript" });
  return new Worker(URL.createObjectURL(text), options);
}
