// One token through the model, greedily: the recurrent state is all there is to carry, so a step costs the same however
// long the text was. The chosen token stays on the device; only a whole answer is read back.
import { LEVELS, type Ops } from "../ops";
import { passSpeaking, think } from "./level";
import { shieldOf } from "./memory";
import { mix } from "./mixer";
import { rms } from "./rows";
import type { Weights } from "./weights";

/** As good as never. */
const NEVER = -1e30;

/** What may not be said, and what is given to declining tokens where an answer begins: `[1, vocabulary]`. */
export function forbid<T>(o: Ops<T>, { config }: Weights<T>, tokens: number[], given: number[] = []): T {
  const values = new Float32Array(config.vocabulary);
  for (const [i, gift] of given.entries()) values[config.declines![i]!] = gift;
  for (const token of tokens) values[token] = NEVER;
  return o.tensor(values, [1, config.vocabulary]);
}

/**
 * Token `[1]`, what is forbidden, gains and tails block by block, D of the levels that remember, their shields: the next token `[1]`, its odds `[1, 1]`, gains and tails.
 * Where an answer begins, a base that doubts asks what each level finds.
 */
export function step<T>(o: Ops<T>, w: Weights<T>, begins: boolean): (...given: T[]) => T[] {
  const doubt = begins ? w.doubt : null;
  const isRead = doubt !== null || w.config.familiarity === true;
  return (token, forbidden, ...state) => {
    const { blocks, width } = w.config;
    const memories = state.slice(2 * blocks, -1);
    const shields = state.at(-1)!;
    const moved: T[] = [];
    const found: T[] = [];
    let x = o.rows(w.embedding, token!);
    for (const [b, mixer] of w.mixers.entries()) {
      const mixed = mix(o, w, mixer, x, state[2 * b]!, state[2 * b + 1]!, 1);
      moved.push(mixed.gain, mixed.tail);
      x = mixed.x;
      for (const level of w.fixed[b] ?? []) x = think(o, w, level, x);
      const place = b - w.fixed.length;
      for (const [l, level] of (w.levels[place] ?? []).entries()) {
        const shield = shieldOf(o, isRead, w.config, shields, place, l);
        const passed = passSpeaking(o, w, level, x, memories[place * LEVELS.length + l]!, shield);
        if (doubt) found.push(passed.found());
        x = passed.x;
      }
    }
    const hidden = o.mul(rms(o, x, 1, width).row, w.norm);
    const certain = o.add(o.matmul(hidden, w.embeddingBack), forbidden!);
    const logits = doubt ? o.add(certain, o.add(doubt.begin, o.matmul(o.concat(found, 1), doubt.found))) : certain;
    const all = o.sum(o.exp(o.sub(logits, o.max(logits, 1))), 1);
    return [o.argmax(logits), o.exp(o.neg(o.log(all))), ...moved];
  };
}
