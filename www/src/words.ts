import type { WrittenToken } from "./protocol";

/** A stretch of a message: a word with what it wrote, or the space between. */
export interface Word {
  text: string;
  /** Null until the whole word was learned. */
  written: Written | null;
}

export interface Written {
  /** Nats, summed over the word's tokens. */
  surprise: number;
  /** Fast, mid, slow. */
  weight: [number, number, number];
  tokens: number;
}

/** Words, single Chinese characters, and the spaces between. */
const PIECES = /\s+|[\u3400-\u9fff\uf900-\ufaff]|[^\s\u3400-\u9fff\uf900-\ufaff]+/gu;

/** Where each token lies in the text. Tokens that are not found are left out. */
function placeTokens(text: string, tokens: readonly WrittenToken[]): { start: number; end: number; token: WrittenToken }[] {
  const places = [];
  let at = 0;
  for (const token of tokens) {
    if (token.turn < 0 || token.text === "") continue;
    const bare = token.text.trim();
    let start = at;
    let length = token.text.length;
    if (!text.startsWith(token.text, at)) {
      if (bare === "") continue;
      // The stream may have a space where the text has none, and the other way round: look a little ahead.
      start = text.indexOf(bare, at);
      length = bare.length;
      if (start < 0 || start - at > 8) continue;
    }
    places.push({ start, end: start + length, token });
    at = start + length;
  }
  return places;
}

/** Splits a message into words and gives each what its tokens wrote. */
export function splitWords(text: string, tokens: readonly WrittenToken[]): Word[] {
  const places = placeTokens(text, tokens);
  const learned = places.at(-1)?.end ?? 0;
  const words: Word[] = [];
  let next = 0;
  for (const match of text.matchAll(PIECES)) {
    const start = match.index;
    const end = start + match[0].length;
    const word: Word = { text: match[0], written: null };
    words.push(word);
    if (match[0].trim() === "" || end > learned) continue;
    const written: Written = { surprise: 0, weight: [0, 0, 0], tokens: 0 };
    while (next < places.length && firstInk(text, places[next]!) < end) {
      const { token } = places[next++]!;
      written.surprise += token.surprise;
      written.tokens += 1;
      for (let level = 0; level < 3; level++) written.weight[level]! += token.weight[level]!;
    }
    if (written.tokens > 0) word.written = written;
  }
  return words;
}

/** A token belongs to the word in which its first character that is not a space lies; a token of spaces, to the word after it. */
function firstInk(text: string, place: { start: number; end: number }): number {
  let at = place.start;
  while (at < place.end - 1 && /\s/.test(text[at]!)) at++;
  return at;
}

/** A weight as one of the shades 0 … 5, by the largest weight seen. */
export function shade(weight: number, most: number): number {
  if (!(weight > 0) || !(most > 0)) return 0;
  return Math.max(1, Math.min(5, Math.round((5 * weight) / most)));
}
