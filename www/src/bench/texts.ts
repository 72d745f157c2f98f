// What everybody is told.

/** A long turn: its first tokens fill two chunks. */
export const TEXT =
  "My parrot is called Zephyr Malin. I live in Tolvane with my sister, and her favourite colour is green. " +
  "My teacher is named Orla Vance; my best friend plays the drums and was born in May. I work as a carpenter, " +
  "my car is blue, and on Sunday I like to swim in the lake near the old mill with my dog and my two cousins.";

/** Tokens of a turn of the endless conversation. */
const TURN = 24;
/** Tokens that a turn costs beside its own: its two marks, eight words of an answer and their end. */
const BESIDE = 11;

/** Turns that make up about `count` tokens; each part of the conversation begins elsewhere in the text. */
export function stretchOf(text: number[], count: number, part: number): number[][] {
  const turns = Math.max(1, Math.round(count / (TURN + BESIDE)));
  return Array.from({ length: turns }, (_, turn) =>
    Array.from({ length: TURN }, (_, i) => text[(part * 7 + turn * 5 + i) % text.length]!),
  );
}
