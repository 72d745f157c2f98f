import { describe, expect, it } from "vitest";
import { DivergingScale } from "../src/colours";
import { Levels } from "../src/levels";
import { levelSvg, tracesCsv, updatesCsv } from "../src/picture";
import type { Weights } from "../src/protocol";
import { Transcript } from "../src/transcript";

const SCALE = new DivergingScale({ negative: [0, 0, 0], zero: [128, 128, 128], positive: [255, 0, 0], broken: [0, 255, 0] });
const weights = (block: number, values: number[]): Weights => ({
  type: "weights",
  request: null,
  level: "fast",
  block,
  rows: 2,
  columns: 2,
  values: Float32Array.from(values),
});

describe("A level as SVG", () => {
  it("has a square for each weight, in its colour, where the page has it, and says what it is", () => {
    const picture = { weights: [weights(0, [9, 0, -9, 0]), weights(1, [0, 0, 0, NaN])], norms: [1, 1], scale: SCALE };
    const svg = levelSvg({ ...picture, title: "a < b & c", description: "words" });
    expect(svg.match(/M/g)).toHaveLength(8);
    expect(svg).toContain('<path fill="#ff0000" d="M0 0h1v1h-1z"/>');
    expect(svg).toContain('<path fill="#000000" d="M1 0h1v1h-1z"/>');
    expect(svg).toContain('<path fill="#00ff00" d="M7 1h1v1h-1z"/>');
    expect(svg).toContain('viewBox="0 0 8 2"');
    expect(svg).toContain('<title id="title">a &lt; b &amp; c</title>');
  });
});

describe("The tables", () => {
  it("have a row for each learned token, and keep text as text", () => {
    const transcript = new Transcript();
    transcript.add("user", '=1+1, "walnuts"');
    const token = (text: string) => ({
      text,
      surprise: 1.5,
      weight: [1, 2, 3] as [number, number, number],
      turn: 0,
      role: "user" as const,
    });
    transcript.write({ type: "write", request: null, role: "user", tokens: [token("=1+1"), token(', "walnuts"')] });
    const [head, first, second, end] = tracesCsv(transcript).split("\r\n");
    expect(head).toBe("token,text,role,turn,surprise,weight_fast,weight_mid,weight_slow");
    expect(first).toBe("0,'=1+1,user,0,1.5,1,2,3");
    expect(second).toBe('1,", ""walnuts""",user,0,1.5,1,2,3');
    expect(end).toBe("");
  });

  it("have a row for each update, in the order of time, and none for a level that was wiped", () => {
    const levels = new Levels();
    const norms = { fast: [0], mid: [0], slow: [0] };
    levels.begin({ tokens: 0, conversations: 0, pending: 0, bytes: 0, storage: "none", norms, frozen: [] });
    const update = { type: "update" as const, request: null, block: 0, magnitude: 2, relative: 0.5, norm: 4 };
    levels.update({ ...update, level: "slow", clock: 64 });
    levels.update({ ...update, level: "fast", clock: 32 });
    levels.end(["fast"]);
    expect(updatesCsv(levels)).toBe("token,level,block,magnitude,relative\r\n32,fast,0,2,0.5\r\n64,slow,0,2,0.5\r\n");
  });
});
