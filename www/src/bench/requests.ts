// What the bench page asks of its workers, ours and the peers' alike, and what they answer.
import type { Counts } from "./counter";
import type { Report } from "./peer";

export type DeviceKind = "cpu" | "webgpu";

/** The same shapes as `crate/web/src/bench.rs` reads. */
export type Work =
  | { kind: "encode"; text: string }
  | { kind: "answer"; tokens: number[]; most: number; runs: number; steps: boolean }
  | { kind: "learn"; tokens: number[]; runs: number }
  | { kind: "stream"; turns: number[][]; most: number; anew: boolean };

/** `open` has what our worker's own request has, and the folder of the module. */
export interface Open {
  type: "open";
  key: string;
  device: DeviceKind;
  base: string;
  keepTranscript: boolean;
  runtime: string;
}

export type Request = (Open | { type: "bench"; work: Work } | { type: "counts" }) & { id: number };

/** What a worker says of its device. Ours tells more, which nobody here reads. */
export interface Opened {
  device: { kind: string; adapter: string };
}

export interface Answers {
  open: Opened;
  bench: Report;
  counts: Counts;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** A worker that answers requests. */
export class Contestant {
  #worker: Worker;
  #next = 1;
  #waiting = new Map<number, Waiting>();

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.onmessage = (
      event: MessageEvent<{ type: string; id: number | null; result: unknown; error?: { message: string } }>,
    ) => {
      const { type, id, result, error } = event.data;
      if (type === "error" && id === null) this.#fail(new Error(error?.message ?? "The worker is gone."));
      if ((type !== "done" && type !== "error") || id === null) return;
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (type === "done") waiting?.resolve(result);
      else waiting?.reject(new Error(error?.message ?? "The worker refused."));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(new Error(event.message || "The worker stopped."));
    };
  }

  open(request: Omit<Open, "type">): Promise<Opened> {
    return this.#ask("open", request);
  }

  bench(work: Work): Promise<Report> {
    return this.#ask("bench", { work });
  }

  counts(): Promise<Counts> {
    return this.#ask("counts", {});
  }

  /** Ends the worker; whatever waits fails. */
  end(reason: string): void {
    this.#worker.terminate();
    this.#fail(new Error(reason));
  }

  #ask<K extends keyof Answers>(type: K, body: object): Promise<Answers[K]> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.#worker.postMessage({ ...body, type, id });
    });
  }

  #fail(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}
