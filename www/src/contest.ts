import type { Standing, StrategyName } from "./protocol";
import { MemoryError, type WorkerClient } from "./worker-client";

export type { Standing, StrategyName } from "./protocol";

/** Every way to remember, in the order of tables. The other side is crate/model/src/strategy.rs. */
export const STRATEGIES: readonly StrategyName[] = ["frozen", "context", "notebook", "fine-tuning", "nested", "nested-awake"];
/** So many take part at most. */
export const MOST = 4;

/** Whoever can stop a step. */
export interface StepOptions {
  signal?: AbortSignal;
}

/** As much of a client as a contest needs. */
type Client = Pick<WorkerClient, "send" | "request">;
type Kind = "contestSay" | "contestAsk" | "contestEnd";
type BodyOf<K extends Kind> = Parameters<WorkerClient["send"]>[0] & { type: K };

/**
 * Several memories that hear the same: each begins knowing nothing, none is the person's, none is kept. A step that is
 * stopped, or fails, has changed none of them.
 */
export class Contest {
  #client: Client;
  #closed = false;
  /** How those who take part stood when it began. */
  readonly begun: Standing[];

  private constructor(client: Client, begun: Standing[]) {
    this.#client = client;
    this.begun = begun;
  }

  /** Begins, instead of a contest that may be going on in the same worker. */
  static async begin(client: Client, strategies: readonly StrategyName[]): Promise<Contest> {
    return new Contest(client, await client.request<"contest">({ type: "contest", strategies: [...strategies] }));
  }

  /** Says something to all; each answers. */
  say(text: string, options: StepOptions = {}): Promise<Standing[]> {
    return this.#step({ type: "contestSay", text }, options);
  }

  /** Asks all, and changes nothing but what they have read. */
  ask(question: string, options: StepOptions = {}): Promise<Standing[]> {
    return this.#step({ type: "contestAsk", question }, options);
  }

  /** Ends the conversation of all; who sleeps, sleeps. */
  end(options: StepOptions = {}): Promise<Standing[]> {
    return this.#step({ type: "contestEnd" }, options);
  }

  /** Lets go of all of them. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#client.request<"contestClose">({ type: "contestClose" });
  }

  async #step<K extends Kind>(body: BodyOf<K>, { signal }: StepOptions): Promise<Standing[]> {
    signal?.throwIfAborted();
    if (this.#closed) throw new MemoryError(CLOSED);
    const { id, result } = this.#client.send<K>(body as never);
    const stop = () => void this.#client.request<"abort">({ type: "abort", request: id }).catch(() => {});
    signal?.addEventListener("abort", stop, { once: true });
    try {
      return (await result) as Standing[];
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }
}

const CLOSED = {
  code: "no-contest",
  message: "No strategies are side by side here.",
  kept: "Nothing was changed.",
  advice: "Begin with those that shall take part.",
};
