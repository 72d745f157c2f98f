import type { Standing, StrategyName } from "./protocol";

/** unasked: there was no answer, or nothing was expected of it. */
export type Verdict = "right" | "wrong" | "unasked";

/** Whether an answer has the whole expected value in it, in whatever case. */
export function verdict(answer: string | null, expected: string): Verdict {
  const plain = (text: string) => text.toLowerCase().split(/\s+/).filter(Boolean).join(" ");
  if (answer === null || !plain(expected)) return "unasked";
  return plain(answer).includes(plain(expected)) ? "right" : "wrong";
}

/** Who wins: of those that are right, those that have read least for it. */
export function winners(standings: readonly Standing[], expected: string): StrategyName[] {
  const right = standings.filter((standing) => verdict(standing.answer, expected) === "right");
  const least = Math.min(...right.map((standing) => standing.tokensRead));
  return right.filter((standing) => standing.tokensRead === least).map((standing) => standing.strategy);
}
