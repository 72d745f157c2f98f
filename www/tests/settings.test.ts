import { beforeAll, describe, expect, it, vi } from "vitest";

let readSettings: typeof import("../src/settings").readSettings;

beforeAll(async () => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => {} }));
  ({ readSettings } = await import("../src/settings"));
});

const nothing = () => null;

describe("readSettings", () => {
  it("has defaults", () => {
    expect(readSettings("", nothing, ["en"])).toEqual({
      device: "auto",
      key: "default",
      base: "base/",
      keepTranscript: true,
      language: "en",
      theme: null,
      draw: null,
    });
  });
  it("follows the address", () => {
    const asked = readSettings("?device=cpu&key=course-7&lang=zh&theme=dark&base=/other/&transcript=off", nothing, ["en"]);
    const kept = { keepTranscript: false };
    expect(asked).toEqual({
      device: "cpu",
      key: "course-7",
      base: "/other/",
      ...kept,
      language: "zh",
      theme: "dark",
      draw: null,
    });
  });
  it("draws words only at a temperature, with the seed that is asked for", () => {
    expect(readSettings("?seed=7", nothing, [])).toMatchObject({ draw: null });
    expect(readSettings("?seed=7&temperature=0.8", nothing, [])).toMatchObject({ draw: { temperature: 0.8, seed: 7 } });
    expect(readSettings("?seed=x&temperature=1", nothing, [])).toMatchObject({ draw: { temperature: 1, seed: 0 } });
    expect(readSettings("?temperature=-1", nothing, [])).toMatchObject({ draw: null });
  });
  it("lets the address win over what was chosen before, and ignores nonsense", () => {
    const stored = (name: string) => ({ theme: "dark", language: "zh" })[name] ?? null;
    expect(readSettings("", stored, ["en"])).toMatchObject({ language: "zh", theme: "dark" });
    expect(readSettings("?lang=en&theme=light", stored, ["zh"])).toMatchObject({ language: "en", theme: "light" });
    expect(readSettings("?device=abacus&theme=pink", nothing, [])).toMatchObject({ device: "auto", theme: null });
  });
});
