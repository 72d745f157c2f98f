// Which words a memory was told: the twin of crate/model/src/acquaintance.rs, whose names it has.
import type { Config } from "../ops";

/** The share of a full write that makes words known. */
const MATTERS = 0.25;
/** A nat of rarity is so much in the table. */
const NAT = 16;

export class Acquaintance {
  #of = new Map<number, number>();

  /** Takes in the lessons of a chunk; `written`: the surprise of each token, then its weight in fast, mid and slow. */
  meets(targets: number[], lessons: ArrayLike<number>, written: ArrayLike<number>): void {
    const t = targets.length;
    const told = targets.flatMap((token, i) =>
      lessons[i] ? [{ token, weight: Math.max(written[2 * t + i]!, written[3 * t + i]!) }] : [],
    );
    const strength = Math.min(1, Math.max(0, ...told.map(({ weight }) => weight)) / MATTERS);
    for (const token of new Set(told.map((one) => one.token))) {
      const known = this.#of.get(token) ?? 0;
      this.#of.set(token, known + strength * (1 - known));
    }
  }

  /** What the words of a turn give each declining token. */
  gives({ recognition }: Config, turn: number[]): number[] {
    if (!recognition) return [0, 0];
    const rarity = (token: number): number => parseInt(recognition.rarity.slice(2 * token, 2 * token + 2), 16) / NAT;
    let strangeness = 0;
    for (const token of new Set(turn)) strangeness += rarity(token) * (1 - (this.#of.get(token) ?? 0));
    return recognition.weights.map((weight) => weight * strangeness);
  }
}
