// Counts what goes to the GPU, whoever sends it: imported first in every worker, before anything has started.

const counts = { dispatches: 0, submits: 0 };

export interface Counts {
  dispatches: number;
  submits: number;
  /** Bytes of the module's memory, where there is one. */
  heap: number | null;
}

function wrap(owner: object | undefined, name: string, count: () => void): void {
  const prototype = owner as Record<string, (...given: unknown[]) => unknown> | undefined;
  const original = prototype?.[name];
  if (!prototype || !original) return;
  prototype[name] = function (this: unknown, ...given: unknown[]): unknown {
    count();
    return original.apply(this, given);
  };
}

// A browser without WebGPU has none of these.
const gpu = globalThis as unknown as Record<string, { prototype: object } | undefined>;
wrap(gpu.GPUComputePassEncoder?.prototype, "dispatchWorkgroups", () => counts.dispatches++);
wrap(gpu.GPUComputePassEncoder?.prototype, "dispatchWorkgroupsIndirect", () => counts.dispatches++);
wrap(gpu.GPUQueue?.prototype, "submit", () => counts.submits++);

export function counted(heap: number | null): Counts {
  return { ...counts, heap };
}
