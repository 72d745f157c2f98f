import { describe, expect, it } from "vitest";
import { DivergingScale, mix, parseHex, fullColour, fullGlow, type Poles } from "../src/colours";

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

describe("The scale of a level's pictures", () => {
  it("is four root mean squares of the largest block", () => {
    expect(fullColour([2, 6, 3], 36)).toBe(4);
    expect(fullColour([Number.NaN, 6], 36)).toBe(4);
    expect(fullColour([], 36)).toBe(0);
  });
  it("measures what changed by the change", () => {
    expect(fullGlow(new Float32Array([1, 2, 3, 4]), new Float32Array([1, 2, 3, 2]))).toBe(4);
    expect(fullGlow(new Float32Array([Number.NaN]), new Float32Array([1]))).toBe(0);
  });
  it("gives the worker the same colours", () => {
    const scale = new DivergingScale(POLES);
    const palette = scale.palette([1, 2, 3]);
    const rgb = (at: number) => [palette[at]! & 255, (palette[at]! >> 8) & 255, (palette[at]! >> 16) & 255];
    expect(palette.length).toBe(257);
    for (const share of [-1, -0.4, 0, 0.7, 1]) expect(rgb(127 + Math.round(share * 127))).toEqual([...scale.colour(share, 1)]);
    expect(rgb(255)).toEqual([...POLES.broken]);
    expect(rgb(256)).toEqual([1, 2, 3]);
    expect(palette[0]! >>> 24).toBe(255);
  });
});
