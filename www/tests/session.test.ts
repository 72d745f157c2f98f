import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Device, Message, Opened, Request } from "../src/protocol";
import { Session } from "../src/session";
import type { Port } from "../src/worker-client";

type DeviceKind = Device["kind"];
const PANIC = { code: "panic", message: "the shader does not compile", kept: "", advice: "" };

function opened(kind: DeviceKind): Opened {
  const device: Device = { kind, adapter: "", fallback: false, reason: "", reasonCode: "forced" };
  const norms = { fast: [0], mid: [0], slow: [0] };
  const summary = { tokens: 3, conversations: 0, pending: 3, bytes: 10, storage: "indexeddb" as const, norms, frozen: [] };
  return {
    ...summary,
    device,
    transcript: [],
    base: { sha256: "00", name: "test", parameters: 1 },
    restored: true,
    historyBudget: 64 << 20,
  };
}

/** A worker that breaks down when it is asked for something on a graphics card. */
class Fragile implements Port {
  static breaksAt: Request["type"] = "say";
  static opened: string[] = [];
  terminated = false;
  onmessage: ((event: MessageEvent) => void) | null = null;
  #kind: DeviceKind = "webgpu";

  postMessage(message: unknown): void {
    const request = message as Request;
    if (request.type === "open") {
      Fragile.opened.push(request.device);
      this.#kind = request.device === "cpu" ? "cpu" : "webgpu";
    }
    const breaks = this.#kind === "webgpu" && request.type === Fragile.breaksAt;
    const answer: Message = breaks
      ? { type: "error", id: null, error: PANIC }
      : ({ type: "done", id: request.id, result: request.type === "open" ? opened(this.#kind) : {} } as Message);
    setTimeout(() => this.onmessage?.({ data: answer } as MessageEvent));
  }

  terminate(): void {
    this.terminated = true;
  }
}

async function ready(session: Session): Promise<void> {
  while (session.phase === "loading")
    await new Promise((resolve) => session.addEventListener("change", resolve, { once: true }));
}

describe("A worker that breaks down over a graphics card", () => {
  beforeEach(() => {
    vi.stubGlobal("document", { baseURI: "https://example.org/memory/" });
    Fragile.opened = [];
  });

  it("is followed by one on the CPU, and what was not said goes back to the field", async () => {
    Fragile.breaksAt = "say";
    const session = new Session();
    const back: string[] = [];
    session.addEventListener("refused", (event) => back.push((event as CustomEvent<string>).detail));
    await session.open({ device: "webgpu", createWorker: () => new Fragile() });
    await session.say("My parrot is called Zephyr.");
    await ready(session);
    expect(Fragile.opened).toEqual(["webgpu", "cpu"]);
    expect([session.phase, session.busy, session.failure]).toEqual(["ready", null, null]);
    expect(session.notices.map((notice) => notice.code)).toEqual(["stepped-down"]);
    expect(back).toEqual(["My parrot is called Zephyr."]);
    expect(session.memory?.device.kind).toBe("cpu");
  });

  it("is followed by one on the CPU even if it breaks before it is open", async () => {
    Fragile.breaksAt = "open";
    const session = new Session();
    await session.open({ device: "auto", createWorker: () => new Fragile() });
    expect(Fragile.opened).toEqual(["auto", "cpu"]);
    expect([session.phase, session.failure]).toEqual(["ready", null]);
  });

  it("is told if it was on the CPU already: there is nothing to step down to", async () => {
    Fragile.breaksAt = "say";
    const session = new Session();
    await session.open({ device: "cpu", createWorker: () => new Fragile() });
    session.memory?.dispatchEvent(new CustomEvent("error", { detail: PANIC }));
    expect(session.phase).toBe("failed");
    expect(Fragile.opened).toEqual(["cpu"]);
  });
});
