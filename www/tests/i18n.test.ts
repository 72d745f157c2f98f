import { describe, expect, it } from "vitest";
import { languageOf, pickLanguage } from "../src/i18n";
import { en } from "../src/i18n/en";
import { zh } from "../src/i18n/zh";

/** Every key with the kind of its value: "level.fast: string". */
function shape(value: object, path = ""): string[] {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === "object" ? shape(inner, `${path}${key}.`) : [`${path}${key}: ${typeof inner}`],
  );
}

describe("languages", () => {
  it("have the same keys", () => {
    expect(shape(zh).sort()).toEqual(shape(en).sort());
  });

  it("leave nothing empty", () => {
    const empty = (words: object) =>
      Object.entries(words).flatMap(([key, value]): string[] =>
        typeof value === "object" ? empty(value) : value === "" ? [key] : [],
      );
    expect(empty(en)).toEqual([]);
    expect(empty(zh)).toEqual([]);
  });

  it("are all translated", () => {
    const same = shape(en)
      .map((line) => line.split(": ")[0]!)
      .filter((path) => {
        const read = (words: object) =>
          path.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], words);
        return typeof read(en) === "string" && read(en) === read(zh);
      });
    expect(same).toEqual(["device.webgpu", "device.cpu"]);
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
