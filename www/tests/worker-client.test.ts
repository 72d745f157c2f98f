import { describe, expect, it, vi } from "vitest";
import type { Message, Request } from "../src/protocol";
import { MemoryError, WorkerClient, type Port } from "../src/worker-client";

/** A worker that only remembers what it was sent; the test answers by hand. */
class HandPort implements Port {
  sent: Request[] = [];
  terminated = false;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  postMessage(message: unknown): void {
    this.sent.push(message as Request);
  }
  terminate(): void {
    this.terminated = true;
  }
  answer(message: Message): void {
    this.onmessage?.({ data: message } as MessageEvent);
  }
}

describe("WorkerClient", () => {
  it("pairs each answer with its request, in any order", async () => {
    const port = new HandPort();
    const client = new WorkerClient(port);
    const first = client.request<"weights">({ type: "weights" });
    const second = client.request<"mode">({ type: "mode", mode: "bare" });
    expect(port.sent.map((request) => request.id)).toEqual([1, 2]);
    port.answer({ type: "done", id: 2, result: "second" });
    port.answer({ type: "done", id: 1, result: "first" });
    await expect(first).resolves.toBe("first");
    await expect(second).resolves.toBe("second");
  });

  it("gives pieces to the request that they belong to", async () => {
    const port = new HandPort();
    const client = new WorkerClient(port);
    const heard: string[] = [];
    const { id, result } = client.send<"say">({ type: "say", text: "Hello." }, { onPiece: (piece) => heard.push(piece.text) });
    port.answer({ type: "piece", request: id, text: "Good" });
    port.answer({ type: "piece", request: id + 1, text: "never" });
    port.answer({ type: "piece", request: id, text: " day." });
    port.answer({ type: "done", id, result: {} });
    await result;
    expect(heard).toEqual(["Good", " day."]);
  });

  it("turns an error into an exception with what was kept and what to do", async () => {
    const port = new HandPort();
    const client = new WorkerClient(port);
    const request = client.request<"preview">({ type: "preview", bytes: new Uint8Array() });
    port.answer({
      type: "error",
      id: 1,
      error: { code: "snapshot-damaged", message: "Cut short.", kept: "All.", advice: "Again." },
    });
    const error = await request.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MemoryError);
    expect(error).toMatchObject({ code: "snapshot-damaged", message: "Cut short.", kept: "All.", advice: "Again." });
  });

  it("refuses everything after a panic, and says so once", async () => {
    const port = new HandPort();
    const onCrash = vi.fn();
    const client = new WorkerClient(port, { onCrash });
    const waiting = client.request<"weights">({ type: "weights" });
    const panic: Message = { type: "error", id: null, error: { code: "panic", message: "Oh.", kept: "", advice: "" } };
    port.answer(panic);
    port.answer(panic);
    await expect(waiting).rejects.toMatchObject({ code: "panic" });
    await expect(client.request<"weights">({ type: "weights" })).rejects.toMatchObject({ code: "panic" });
    expect(onCrash).toHaveBeenCalledTimes(1);
    expect(port.terminated).toBe(true);
  });

  it("passes notices and progress on", () => {
    const port = new HandPort();
    const onNotice = vi.fn();
    const onProgress = vi.fn();
    new WorkerClient(port, { onNotice, onProgress });
    port.answer({ type: "saved", request: null, at: 1, bytes: 2, version: 3 });
    port.answer({ type: "progress", request: null, stage: "base", loaded: 1, total: 2 });
    expect(onNotice).toHaveBeenCalledWith(expect.objectContaining({ type: "saved", bytes: 2 }));
    expect(onProgress).toHaveBeenCalledWith(expect.objectContaining({ stage: "base" }));
  });
});
