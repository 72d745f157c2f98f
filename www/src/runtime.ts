// Which of the two runtimes to load. What drives a GPU is three quarters of the larger one.
import cpuUrl from "./generated/cpu/nested_memory_web_bg.wasm?url";
import gpuUrl from "./generated/gpu/nested_memory_web_bg.wasm?url";

/** A runtime's bindings and where its module is. */
export interface Runtime {
  bindings: { default(given: { module_or_path: Response }): Promise<unknown>; start(): void };
  url: string;
}

/** What is asked of the browser's adapter. */
interface Adapter {
  info?: { vendor?: string; isFallbackAdapter?: boolean };
  isFallbackAdapter?: boolean;
}

/**
 * Whether WebGPU may be taken. Only a guess, which saves a download: the runtime looks closer and decides
 * (`crate/web/src/adapter.rs`). The larger one can do without a GPU as well.
 */
export async function mayTakeWebGpu(choice: unknown): Promise<boolean> {
  if (choice === "cpu") return false;
  const gpu = (navigator as { gpu?: { requestAdapter(options: object): Promise<Adapter | null> } }).gpu;
  const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
  if (!adapter) return false;
  const pretends = adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false;
  return choice === "webgpu" || !(pretends || adapter.info?.vendor?.toLowerCase() === "google");
}

/** The runtime for whoever asks for this device. */
export async function runtimeFor(choice: unknown): Promise<Runtime> {
  return (await mayTakeWebGpu(choice))
    ? { bindings: await import("./generated/gpu/nested_memory_web.js"), url: gpuUrl }
    : { bindings: await import("./generated/cpu/nested_memory_web.js"), url: cpuUrl };
}
