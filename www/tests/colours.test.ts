import { describe, expect, it } from "vitest";
import { DivergingScale, mix, parseHex, percentileSize, sharedScale, type Poles } from "../src/colours";

const POLES: Poles = { negative: [0, 0, 0], zero: [236, 236, 234], positive: [194, 94, 0], broken: [229, 0, 46] };

describe("parseHex", () => {
  it("reads both lengths", () => {
    expect(parseHex(" #c25e00")).toEqual([194, 94, 0]);
    expect(parseHex("#fff")).toEqual([255, 255, 255]);
    expect(() => parseHex("red")).toThrow();
  });
});

describe("DivergingScale", () => {
  const scale = new DivergingScale(POLES);
  it("paints zero in the zero colour and the ends in the poles' colours", () => {
    expect(scale.colour(0, 1)).toEqual(POLES.zero);
    expect(scale.colour(1, 1)).toEqual(POLES.positive);
    expect(scale.colour(-1, 1)).toEqual(POLES.negative);
  });
  it("clamps what lies outside", () => {
    expect(scale.colour(40, 1)).toEqual(POLES.positive);
    expect(scale.colour(-40, 1)).toEqual(POLES.negative);
  });
  it("paints everything grey where nothing was written", () => {
    expect(scale.colour(0, 0)).toEqual(POLES.zero);
  });
  it("shows what is not a number in its own colour", () => {
    for (const value of [Number.NaN, Infinity, -Infinity]) expect(scale.colour(value, 1)).toEqual(POLES.broken);
  });
});

describe("mix", () => {
  it("keeps its ends", () => {
    expect(mix([10, 20, 30], [200, 100, 50], 0)).toEqual([10, 20, 30]);
    expect(mix([10, 20, 30], [200, 100, 50], 1)).toEqual([200, 100, 50]);
  });
});

describe("percentileSize", () => {
  it("ignores zeros, outliers and what is not a number", () => {
    const values = new Float32Array(1000);
    for (let i = 0; i < 500; i++) values[i] = i % 2 ? -1 : 1;
    values[500] = 1000;
    values[501] = Number.NaN;
    expect(percentileSize(values)).toBe(1);
    expect(percentileSize(new Float32Array(9))).toBe(0);
  });
  it("is within one percent of what sorting gives", () => {
    const values = Float32Array.from({ length: 5000 }, (_, i) => Math.sin((i + 1) * 12.9898) ** 5);
    const sorted = values.map(Math.abs).sort();
    for (const share of [0, 0.5, 0.9, 0.99, 1]) {
      const exact = sorted[Math.min(4999, Math.floor(5000 * share))]!;
      expect(Math.abs(percentileSize(values, share) / exact - 1)).toBeLessThan(0.01);
    }
  });
  it("is shared by taking the largest", () => {
    expect(sharedScale([new Float32Array([1]), null, new Float32Array([-3])])).toBe(3);
    expect(sharedScale([])).toBe(0);
  });
});
