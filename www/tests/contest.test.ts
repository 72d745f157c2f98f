import { describe, expect, it } from "vitest";
import { CHATTER } from "../src/chatter";
import { Contest, MOST, STRATEGIES } from "../src/contest";
import type { Message, Request, Standing, StrategyName } from "../src/protocol";
import { verdict, winners } from "../src/verdict";
import { MemoryError, WorkerClient, type Port } from "../src/worker-client";

const standing = (strategy: StrategyName, answer: string | null, tokensRead = 9): Standing => ({
  strategy,
  answer,
  tokensRead,
  totalRead: tokensRead,
  bytesKept: 0,
  changed: { kind: "nothing", amount: 0 },
});

/** Answers when it is told to. */
class Patient implements Port {
  sent: Request[] = [];
  onmessage: ((event: MessageEvent) => void) | null = null;
  postMessage(message: unknown): void {
    this.sent.push(message as Request);
  }
  terminate(): void {}
  tell(message: Message): void {
    this.onmessage?.({ data: message } as MessageEvent);
  }
  done(result: unknown): void {
    this.tell({ type: "done", id: this.sent.at(-1)!.id, result });
  }
}

async function begin(port: Patient): Promise<Contest> {
  const contest = Contest.begin(new WorkerClient(port), ["frozen", "nested"]);
  port.done([standing("frozen", null), standing("nested", null)]);
  return contest;
}

describe("Contest", () => {
  it("speaks the protocol", async () => {
    const port = new Patient();
    const contest = await begin(port);
    expect(contest.begun.map(({ strategy }) => strategy)).toEqual(["frozen", "nested"]);
    const steps = [
      [() => contest.say("hello"), { type: "contestSay", text: "hello" }],
      [() => contest.ask("Who?"), { type: "contestAsk", question: "Who?" }],
      [() => contest.end(), { type: "contestEnd" }],
    ] as const;
    for (const [step, request] of steps) {
      const standings = step();
      expect(port.sent.at(-1)).toMatchObject(request);
      port.done([standing("nested", "Bix")]);
      await expect(standings).resolves.toEqual([standing("nested", "Bix")]);
    }
    const closed = contest.close();
    expect(port.sent.at(-1)).toMatchObject({ type: "contestClose" });
    port.done(null);
    await closed;
    await expect(contest.say("hello")).rejects.toMatchObject({ code: "no-contest" });
  });

  it("asks the worker to stop the step that a signal stops", async () => {
    const port = new Patient();
    const contest = await begin(port);
    const controller = new AbortController();
    const said = contest.say("hello", { signal: controller.signal });
    const { id } = port.sent.at(-1)!;
    controller.abort();
    expect(port.sent.at(-1)).toMatchObject({ type: "abort", request: id });
    const error = { code: "stopped", message: "It was stopped.", kept: "Nothing was changed.", advice: "" };
    port.tell({ type: "error", id, error });
    await expect(said).rejects.toBeInstanceOf(MemoryError);
    await expect(contest.end({ signal: controller.signal })).rejects.toThrow();
    expect(port.sent.at(-1)).toMatchObject({ type: "abort" });
  });
});

describe("the verdict", () => {
  it("is right if the whole value is in the answer", () => {
    expect(verdict("It is zephyr  Malin.", "Zephyr Malin")).toBe("right");
    expect(verdict("Zephyr.", "Zephyr Malin")).toBe("wrong");
    expect(verdict("I don't know yet.", "")).toBe("unasked");
    expect(verdict(null, "Zephyr")).toBe("unasked");
  });

  it("gives the victory to whoever is right for least, in what it cost, and to nobody where none is", () => {
    const standings = [
      standing("frozen", "I don't know yet.", 3),
      { ...standing("context", "Bix.", 200), bytesKept: 40 },
      { ...standing("nested", "Bix.", 20), bytesKept: 900 },
      { ...standing("nested-awake", "Bix.", 20), bytesKept: 900 },
    ];
    expect(winners(standings, "Bix")).toEqual({ read: ["nested", "nested-awake"], kept: ["context"] });
    expect(winners(standings.slice(0, 2), "Bix")).toEqual({ read: ["context"], kept: ["context"] });
    expect(winners(standings, "Rex")).toEqual({ read: [], kept: [] });
  });
});

describe("what it is made of", () => {
  it("are six strategies, of which more than one can take part", () => {
    expect(new Set(STRATEGIES).size).toBe(6);
    expect(MOST).toBeGreaterThan(1);
  });

  it("are ten conversations in either language, none of whose lines comes twice", () => {
    for (const conversations of Object.values(CHATTER)) {
      expect(conversations).toHaveLength(10);
      const lines = conversations.flat();
      expect(new Set(lines).size).toBe(lines.length);
      expect(lines).toHaveLength(30);
    }
  });
});
