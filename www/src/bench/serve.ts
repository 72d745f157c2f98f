// A peer's worker: the requests of `requests.ts`, one at a time.
import { counted } from "./counter";
import type { Ops } from "./ops";
import { Peer } from "./peer";
import type { Answers, DeviceKind, Request, Work } from "./requests";
import { readBase } from "./safetensors";

/** Starts a library on a device: its operations, and what it computes with. */
export type Start<T> = (device: DeviceKind) => Promise<{ ops: Ops<T>; adapter: string }>;

export function serve<T>(start: Start<T>): void {
  let peer: Peer<T> | null = null;

  function bench(work: Work): Promise<Answers["bench"]> {
    if (!peer) throw new Error("Nothing is open here.");
    switch (work.kind) {
      case "answer":
        return peer.answer(work.tokens, work.most, work.runs);
      case "learn":
        return peer.learn(work.tokens, work.runs);
      default:
        throw new Error(`A peer has no ${work.kind}.`);
    }
  }

  async function done(request: Request): Promise<Answers[keyof Answers]> {
    switch (request.type) {
      case "open": {
        const response = await fetch(`${request.base}base.safetensors`);
        if (!response.ok) throw new Error(`The base could not be fetched (HTTP ${response.status}).`);
        const base = readBase(await response.arrayBuffer());
        const { ops, adapter } = await start(request.device);
        peer = new Peer(ops, base);
        return { device: { kind: request.device, adapter } };
      }
      case "bench":
        return bench(request.work);
      case "counts":
        return counted(null);
    }
  }

  let last = Promise.resolve();
  self.onmessage = (event: MessageEvent<Request>) => {
    const { id } = event.data;
    last = last.then(async () => {
      try {
        self.postMessage({ type: "done", id, result: await done(event.data) });
      } catch (error) {
        self.postMessage({ type: "error", id, error: { message: error instanceof Error ? error.message : String(error) } });
      }
    });
  };
}
