import { describe, expect, it } from "vitest";
import type { WrittenToken } from "../src/protocol";
import { shade, splitWords } from "../src/words";

const token = (text: string, weight = 1, turn = 0): WrittenToken => ({
  text,
  surprise: weight,
  weight: [weight, weight, weight],
  turn,
  role: "user",
});
const written = (text: string, tokens: WrittenToken[]) =>
  splitWords(text, tokens)
    .filter((word) => word.text.trim())
    .map((word) => [word.text, word.written?.weight[0] ?? null]);

describe("splitWords", () => {
  it("gives a word the sum of its tokens", () => {
    expect(written("My parrot", [token("My"), token(" par", 2), token("rot", 3)])).toEqual([
      ["My", 1],
      ["parrot", 5],
    ]);
  });
  it("leaves out a word that is not wholly learned yet", () => {
    expect(written("My parrot talks", [token("My"), token(" par")])).toEqual([
      ["My", 1],
      ["parrot", null],
      ["talks", null],
    ]);
  });
  it("bears moved spaces and special tokens; a token of space counts for the word after it", () => {
    const tokens = [token("<user>", 9, -1), token(" My"), token("parrot"), token(" "), token("talks")];
    expect(written("My  parrot talks", tokens)).toEqual([
      ["My", 1],
      ["parrot", 1],
      ["talks", 2],
    ]);
  });
  it("skips a token that is not in the text", () => {
    expect(written("My parrot", [token("My"), token("xyz", 7), token(" parrot")])).toEqual([
      ["My", 1],
      ["parrot", 1],
    ]);
  });
  it("takes Chinese characters one by one", () => {
    expect(written("我的鹦鹉", [token("我"), token("的", 2)])).toEqual([
      ["我", 1],
      ["的", 2],
      ["鹦", null],
      ["鹉", null],
    ]);
  });
  it("puts the text together again", () => {
    const text = "  One, two\n three. ";
    expect(
      splitWords(text, [])
        .map((word) => word.text)
        .join(""),
    ).toBe(text);
  });
});

describe("shade", () => {
  it("goes from nothing to the most", () => {
    expect(shade(0, 1)).toBe(0);
    expect(shade(0.01, 1)).toBe(1);
    expect(shade(1, 1)).toBe(5);
    expect(shade(3, 1)).toBe(5);
    expect(shade(1, 0)).toBe(0);
  });
});
