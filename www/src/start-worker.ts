import type { Port } from "./worker-client";
import workerUrl from "./worker?worker&url";

/** The worker that holds the runtime and the memory. The fake page puts another module in this one's place. */
export function startWorker(): Port {
  const name = "nested-memory";
  if (self.origin !== "null") return new Worker(workerUrl, { type: "module", name });
  // A frame in a sandbox is of no origin, so that no address is of its own: only a text that it made itself may be its worker.
  const url = new URL(workerUrl, import.meta.url).href;
  // It may import, though; what comes meanwhile waits (`worker.ts`).
  const text = `self.waiting = [];
self.onmessage = (event) => waiting.push(event);
import(${JSON.stringify(url)}).catch((error) => setTimeout(() => { throw error; }));`;
  const worker = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  return new Worker(worker, { name });
}
