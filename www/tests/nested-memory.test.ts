import { beforeEach, describe, expect, it, vi } from "vitest";
import { NestedMemory } from "../src/nested-memory";
import type { Message, Opened, Reply, Request, Summary } from "../src/protocol";
import type { Port } from "../src/worker-client";

const SUMMARY: Summary = {
  tokens: 3,
  conversations: 0,
  pending: 3,
  bytes: 10,
  storage: "indexeddb",
  norms: { fast: [0, 0], mid: [0, 0], slow: [0, 0] },
  frozen: [],
};
const OPENED: Opened = {
  ...SUMMARY,
  device: { kind: "cpu", adapter: "flex", fallback: false, reason: "", reasonCode: "forced" },
  transcript: [],
  base: { sha256: "00", name: "test", parameters: 1 },
  restored: false,
  historyBudget: 64 << 20,
};
const REPLY: Reply = {
  reply: "One two.",
  tokens: 2,
  stopped: false,
  truncatedInput: false,
  fedTokenIds: [4, 5],
  contextTokenIds: [],
};

/** Answers as a worker would, one task later. */
class Talker implements Port {
  sent: Request[] = [];
  terminated = false;
  onmessage: ((event: MessageEvent) => void) | null = null;
  replies: (request: Request) => Message[] = () => [];
  postMessage(message: unknown): void {
    const request = message as Request;
    this.sent.push(request);
    const own = this.replies(request);
    const result = request.type === "open" ? OPENED : request.type === "say" ? REPLY : SUMMARY;
    const answers = own.length ? own : [{ type: "done", id: request.id, result } as Message];
    setTimeout(() => answers.forEach((data) => this.onmessage?.({ data } as MessageEvent)));
  }
  terminate(): void {
    this.terminated = true;
  }
}

const open = async (port: Talker) => NestedMemory.open({ key: "k", device: "cpu", createWorker: () => port });

describe("NestedMemory", () => {
  beforeEach(() => vi.stubGlobal("document", { baseURI: "https://example.org/memory/" }));

  it("opens with the base's absolute address", async () => {
    const port = new Talker();
    const memory = await open(port);
    expect(port.sent[0]).toMatchObject({ type: "open", key: "k", device: "cpu", base: "https://example.org/memory/base/" });
    expect(memory.device.kind).toBe("cpu");
    expect(memory.summary).toEqual(SUMMARY);
  });

  it("streams a reply and keeps what it was", async () => {
    const port = new Talker();
    const memory = await open(port);
    port.replies = ({ type, id }) =>
      type === "say"
        ? [
            { type: "piece", request: id, text: "One" },
            { type: "piece", request: id, text: " two." },
            { type: "done", id, result: REPLY },
          ]
        : [];
    const pieces: string[] = [];
    for await (const piece of memory.say("Count.")) pieces.push(piece);
    expect(pieces).toEqual(["One", " two."]);
    expect(memory.lastReply).toEqual(REPLY);
  });

  it("stops by signal, and the worker decides what was said", async () => {
    const port = new Talker();
    const memory = await open(port);
    let said = 0;
    port.replies = (request) => {
      if (request.type === "say") {
        said = request.id;
        return [{ type: "piece", request: said, text: "One" }];
      }
      if (request.type !== "abort") return [];
      return [
        { type: "done", id: said, result: { ...REPLY, reply: "One", stopped: true } },
        { type: "done", id: request.id, result: null },
      ];
    };
    const stop = new AbortController();
    const pieces: string[] = [];
    for await (const piece of memory.say("Count.", { signal: stop.signal })) {
      pieces.push(piece);
      stop.abort();
    }
    expect(port.sent.at(-1)).toMatchObject({ type: "abort", request: said });
    expect(pieces).toEqual(["One"]);
    expect(memory.lastReply?.stopped).toBe(true);
  });

  it("stops when the loop is left", async () => {
    const port = new Talker();
    const memory = await open(port);
    port.replies = (request) => {
      if (request.type === "say") return [{ type: "piece", request: request.id, text: "One" }];
      if (request.type === "abort") return [{ type: "done", id: request.request, result: { ...REPLY, stopped: true } }];
      return [];
    };
    for await (const _ of memory.say("Count.")) break;
    expect(memory.lastReply?.stopped).toBe(true);
  });

  it("throws what the worker refuses", async () => {
    const port = new Talker();
    const memory = await open(port);
    port.replies = ({ id }) => [{ type: "error", id, error: { code: "bad-input", message: "Empty.", kept: "", advice: "" } }];
    await expect(memory.say("").next()).rejects.toMatchObject({ code: "bad-input" });
  });

  it("announces notices as events with a detail", async () => {
    const port = new Talker();
    const memory = await open(port);
    const heard = vi.fn();
    memory.addEventListener("update", (event) => heard(event.detail.level));
    const update: Message = {
      type: "update",
      request: 1,
      level: "mid",
      block: 0,
      clock: 128,
      magnitude: 1,
      relative: 1,
      norm: 1,
    };
    port.onmessage?.({ data: update } as MessageEvent);
    expect(heard).toHaveBeenCalledWith("mid");
  });

  it("can be called off while it opens", async () => {
    const port = new Talker();
    const stop = new AbortController();
    const opening = NestedMemory.open({ signal: stop.signal, createWorker: () => port });
    stop.abort();
    await expect(opening).rejects.toMatchObject({ name: "AbortError" });
    expect(port.terminated).toBe(true);
  });

  it("closes once", async () => {
    const port = new Talker();
    const memory = await open(port);
    await memory.close();
    await memory.close();
    expect(port.sent.filter((request) => request.type === "close")).toHaveLength(1);
    expect(port.terminated).toBe(true);
  });
});
