import type { Standing, StrategyName } from "./protocol";

/** unasked: there was no answer, or nothing was expected of it. */
export type Verdict = "right" | "wrong" | "unasked";

/** Whether an answer has the whole expected value in it, in whatever case. */
export function verdict(answer: string | null, expected: string): Verdict {
  const plain = (text: string) => text.toLowerCase().split(/\s+/).filter(Boolean).join(" ");
  if (answer === null || !plain(expected)) return "unasked";
  return plain(answer).includes(plain(expected)) ? "right" : "wrong";
}

/** In what somebody who is right can be the best: in having read least for it, in keeping least. */
export const MERITS = ["read", "kept"] as const;
export type Merit = (typeof MERITS)[number];
const COSTS: Record<Merit, (standing: Standing) => number> = {
  read: ({ tokensRead }) => tokensRead,
  kept: ({ bytesKept }) => bytesKept,
};

/** Who wins, and in what: of those that are right, those for whom it cost least. Nobody wins who is wrong. */
export function winners(standings: readonly Standing[], expected: string): Record<Merit, StrategyName[]> {
  const right = standings.filter((standing) => verdict(standing.answer, expected) === "right");
  const best = (merit: Merit) => {
    const least = Math.min(...right.map(COSTS[merit]));
    return right.filter((standing) => COSTS[merit](standing) === least).map((standing) => standing.strategy);
  };
  return { read: best("read"), kept: best("kept") };
}
