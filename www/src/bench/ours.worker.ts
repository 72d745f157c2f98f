// Our own worker, the page's but for its door: the module is fetched from the folder that `open` names, takes over
// `onmessage`, and only the counts are answered here.
import { counted } from "./counter";
import type { Request } from "./requests";

interface Runtime {
  default(given: { module_or_path: string }): Promise<{ memory: WebAssembly.Memory }>;
  start(): void;
}

let memory: WebAssembly.Memory | null = null;
let runtime: typeof self.onmessage = null;

async function load(folder: string): Promise<void> {
  const module = (await import(/* @vite-ignore */ `${folder}nested_memory_web.js`)) as Runtime;
  ({ memory } = await module.default({ module_or_path: `${folder}nested_memory_web_bg.wasm` }));
  module.start();
  runtime = self.onmessage;
  self.onmessage = hear;
}

async function hear(event: MessageEvent<Request>): Promise<void> {
  const { data } = event;
  if (data.type === "counts") {
    self.postMessage({ type: "done", id: data.id, result: counted(memory?.buffer.byteLength ?? null) });
    return;
  }
  try {
    if (data.type === "open") await load(data.runtime);
    runtime?.call(self, event);
  } catch (error) {
    self.postMessage({ type: "error", id: data.id, error: { message: String(error) } });
  }
}

self.onmessage = hear;
