import { describe, expect, it } from "vitest";
import { ALL_PARTS, PARTS } from "../src/parts";
import { partsOf, readParts, readView, writeView } from "../src/widget/view-state";

describe("a view in the address", () => {
  it("is read from query and hash, and the hash wins", () => {
    const view = readView("?key=a&device=cpu", "#key=b&lesson=memento&step=3");
    expect(Object.fromEntries(view)).toEqual({ key: "b", device: "cpu", lesson: "memento", step: "3" });
  });
  it("is the same after writing and reading, whatever is in it", () => {
    for (const value of ["a b", "ä&=#,", "记忆", "%2C", ""]) {
      const view = new URLSearchParams({ key: value, panels: "chat,levels" });
      expect([...readView("", writeView(view))]).toEqual([...view]);
    }
    expect(writeView(new URLSearchParams())).toBe("");
  });
  it("hides parts by name, and lists only parts", () => {
    expect(partsOf(readView("", ""))).toEqual(ALL_PARTS);
    expect([...partsOf(readView("", "#panels=chat,levels&levels=hide"))]).toEqual(["chat"]);
    expect(partsOf(readView("", "#bar=hide")).size).toBe(PARTS.length - 1);
    expect(readParts("chat cinema, levels")).toEqual({ parts: new Set(["chat", "levels"]), unknown: ["cinema"] });
  });
});
