// The worker's entry. It loads the runtime that `open` needs, counts its bytes for the page, and hands `self.onmessage` over
// to it. Messages that come before the runtime is there wait in a queue.
import type { Failed, Fetched, Progress } from "./protocol";
import { runtimeFor } from "./runtime";

const early: MessageEvent[] = [];
const device = new Promise<unknown>((resolve) => {
  self.onmessage = (event) => {
    early.push(event);
    if (event.data?.type === "open") resolve(event.data.device);
  };
});
// In a sandbox this module comes after the first messages (`start-worker.ts`).
for (const event of (self as { waiting?: MessageEvent[] }).waiting ?? []) self.onmessage?.(event);

// The page cannot see what its worker fetches.
new PerformanceObserver((list) => {
  for (const { name } of list.getEntries()) self.postMessage({ type: "fetched", request: null, url: name } satisfies Fetched);
}).observe({ type: "resource", buffered: true });

/** The runtime's file as a response that reports each piece of itself as it passes. */
async function fetchCounted(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok || !response.body) throw new Error(`The runtime could not be fetched (HTTP ${response.status}).`);
  // A compressed body is longer than its Content-Length says: then the total is not known.
  const length = response.headers.get("content-encoding") ? null : Number(response.headers.get("content-length")) || null;
  let loaded = 0;
  const counted = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        loaded += piece.byteLength;
        self.postMessage({ type: "progress", request: null, stage: "runtime", loaded, total: length } satisfies Progress);
        controller.enqueue(piece);
      },
    }),
  );
  return new Response(counted, { headers: { "content-type": "application/wasm" } });
}

try {
  const { bindings, url } = await runtimeFor(await device);
  await bindings.default({ module_or_path: await fetchCounted(url) });
  bindings.start();
  for (const event of early) self.onmessage?.(event);
} catch (error) {
  self.postMessage({
    type: "error",
    id: null,
    error: {
      code: "runtime",
      message: error instanceof Error ? error.message : String(error),
      kept: "Nothing was changed.",
      advice: "Reload the page.",
    },
  } satisfies Failed);
}
