import { beforeAll, describe, expect, it, vi } from "vitest";

let attributes: typeof import("../src/widget/attributes");

beforeAll(async () => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => {} }));
  attributes = await import("../src/widget/attributes");
});

const read = (given: Record<string, string>) => attributes.readAttributes((name) => given[name] ?? null);

describe("attributes", () => {
  it("have defaults, of which nobody complains", () => {
    const { wishes, complaints } = read({});
    expect(complaints).toEqual([]);
    expect(wishes).toMatchObject({ key: "default", device: "auto", loading: "lazy", reveal: "auto", step: 1, draw: null });
    expect([...wishes.parts]).toEqual(["chat", "levels", "tools", "probe", "evidence"]);
  });
  it("fall back where a value is not known, and say what is", () => {
    const { wishes, complaints } = read({ device: "abacus", step: "0", panels: "tools", lang: "xx" });
    expect(wishes).toMatchObject({ device: "auto", step: 1, language: "en" });
    expect(wishes.parts.has("chat")).toBe(true);
    expect(Object.fromEntries(complaints.map(({ name, used }) => [name, used]))).toEqual({
      lang: "en",
      device: "auto",
      panels: "chat levels tools probe evidence",
      step: "1",
    });
    expect(complaints.every(({ known }) => known.length > 0)).toBe(true);
  });
  it("never give a lesson the memory that a person talks with", () => {
    expect(attributes.keyOf({ key: "default", lesson: null })).toBe("default");
    expect(attributes.keyOf({ key: "default", lesson: "memento" })).toBe("lesson-memento");
    expect(attributes.keyOf({ key: "course-7", lesson: "memento" })).toBe("lesson-memento-course-7");
  });
  it("take lessons of this site only", () => {
    const page = "https://example.org/course/";
    expect(["memento", "mine.json", "/lessons/mine.json"].map((lesson) => attributes.isLesson(lesson, page))).toEqual([
      true,
      true,
      true,
    ]);
    expect(
      ["https://other.org/x.json", "//other.org/x.json", "javascript:alert(1)"].map((lesson) =>
        attributes.isLesson(lesson, page),
      ),
    ).toEqual([false, false, false]);
  });
});
