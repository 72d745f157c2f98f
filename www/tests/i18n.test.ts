import { describe, expect, it } from "vitest";
import { LANGUAGES, languageOf, nextLanguage, pickLanguage, sentences } from "../src/i18n";
import { en } from "../src/i18n/en";

/** Every key with the kind of its value: "level.fast: string". */
function shape(value: object, path = ""): string[] {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === "object" ? shape(inner, `${path}${key}.`) : [`${path}${key}: ${typeof inner}`],
  );
}

/** Names of devices are the same everywhere. */
const SAME = ["device.webgpu", "device.cpu"];

describe("languages", () => {
  it("are English, Chinese and whatever file lies beside them", () => {
    expect(LANGUAGES).toEqual(expect.arrayContaining(["en", "zh"]));
    expect(new Set(LANGUAGES.map(nextLanguage))).toEqual(new Set(LANGUAGES));
  });

  it.each(LANGUAGES)("%s has every sentence, and no other", (code) => {
    expect(shape(sentences(code)).sort()).toEqual(shape(en).sort());
  });

  it.each(LANGUAGES)("%s leaves nothing empty", (code) => {
    const empty = (words: object) =>
      Object.entries(words).flatMap(([key, value]): string[] =>
        typeof value === "object" ? empty(value) : value === "" ? [key] : [],
      );
    expect(empty(sentences(code))).toEqual([]);
  });

  it.each(LANGUAGES.filter((code) => code !== "en"))("%s is all translated", (code) => {
    const words = sentences(code);
    const same = shape(en)
      .map((line) => line.split(": ")[0]!)
      .filter((path) => {
        const read = (words: object) =>
          path.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], words);
        return typeof read(en) === "string" && read(en) === read(words);
      });
    expect(same).toEqual(SAME);
  });
});

describe("languageOf", () => {
  it("tells what a text is written in", () => {
    expect(languageOf("我的鹦鹉叫泽菲。")).toBe("zh-Hans");
    expect(languageOf("My parrot is called Zephyr Malin.")).toBe("en");
  });
});

describe("pickLanguage", () => {
  it("follows the address, then the browser, then English", () => {
    expect(pickLanguage("zh", ["en-GB"])).toBe("zh");
    expect(pickLanguage(null, ["zh-CN", "en"])).toBe("zh");
    expect(pickLanguage(null, ["fr", "zh-TW", "en"])).toBe("zh");
    expect(pickLanguage("xx", ["fr"])).toBe("en");
  });
});
