import type { NestedMemory } from "../nested-memory";

/** Ways of remembering. */
export type Strategy = "frozen" | "context" | "notebook" | "fine-tuning" | "nested" | "nested-awake";

/** Where a strategy stands after something was said, asked or ended. */
export interface Standing {
  strategy: Strategy;
  answer: string | null;
  tokensRead: number;
  totalRead: number;
  bytesKept: number;
  changed: { kind: "nothing" | "transcript" | "notes" | "weights"; amount: number };
}

/** Several strategies that hear the same. */
export interface Contest {
  say(text: string): Promise<Standing[]>;
  ask(question: string): Promise<Standing[]>;
  end(): Promise<Standing[]>;
  close(): Promise<unknown>;
}

type Contestable = { contest?: (strategies: Strategy[]) => Promise<Contest> };

/** Opens a contest; null where the memory holds none. */
export async function openContest(memory: NestedMemory, strategies: Strategy[]): Promise<Contest | null> {
  return (await (memory as NestedMemory & Contestable).contest?.(strategies)) ?? null;
}
