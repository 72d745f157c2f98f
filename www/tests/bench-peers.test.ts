// The benchmark's peers compute the same: jax-js's wasm and TensorFlow.js's wasm, on the committed base.
import { readFileSync } from "node:fs";
import "@tensorflow/tfjs-backend-wasm";
import { expect, test } from "vitest";
import { jax, startJax } from "../src/bench/jax";
import { weighed } from "../src/bench/model/level";
import type { Ops } from "../src/bench/ops";
import { Peer } from "../src/bench/peer";
import { readBase } from "../src/bench/safetensors";
import { startTfjs, tfjs } from "../src/bench/tfjs";

const bytes = readFileSync(new URL("../public/base/base.safetensors", import.meta.url));
const base = readBase(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer);
const { user, assistant } = base.config.marks;
const tokens = [user, ...Array.from({ length: 63 }, (_, i) => 300 + ((i * 37) % 900)), assistant];

const numbers = (report: { bytes: Uint8Array }): Float32Array => new Float32Array(report.bytes.buffer);

test("both peers learn the same and say the same", { timeout: 300_000 }, async () => {
  await startJax("cpu");
  await startTfjs("wasm");
  const peers = [new Peer(jax, base), new Peer(tfjs, base)] as const;
  const [a, b] = [await peers[0].learn(tokens, 1), await peers[1].learn(tokens, 1)];
  const [one, other] = [numbers(a), numbers(b)];
  expect(one.length).toBe(other.length);
  let apart = 0;
  let whole = 0;
  one.forEach((x, i) => {
    apart += (x - other[i]!) ** 2;
    whole += x ** 2;
  });
  expect(Math.sqrt(apart / whole)).toBeLessThan(1e-3);
  const said = await peers[0].answer(tokens, 4, 1);
  expect(said.tokens).toEqual((await peers[1].answer(tokens, 4, 1)).tokens);
});

/** What crate/model/src/level.rs promises of the same numbers. */
async function afterTurn<T>(o: Ops<T>, end: number, successors?: [number, number, number, number]): Promise<number[]> {
  const strength = o.tensor(Float32Array.from([0.5, 0.9, 0.2, end]), [4, 1]);
  const ends = new Float32Array(16);
  ends.fill(1, 13);
  const key = new Float32Array(16);
  for (let i = 0; i < 4; i++) key[5 * i] = 1;
  const weight = (values: number[]): T => o.tensor(Float32Array.from(values), [4, 1]);
  const ahead = successors ? { weight: weight(successors), bias: o.tensor(Float32Array.of(0), [1, 1]) } : null;
  const by = { turnGate: true, ahead };
  const [all] = o.scope(() => [weighed(o, by, o.tensor(key, [4, 4]), strength, o.tensor(ends, [4, 4]), 4)]);
  return Array.from(await o.read(all!), (x) => Number(x.toFixed(6)));
}

test("what a turn writes is as strong as its end says, to both peers", { timeout: 300_000 }, async () => {
  await startJax("cpu");
  await startTfjs("wasm");
  expect([await afterTurn(jax, 1), await afterTurn(tfjs, 1)]).toEqual([
    [0.5, 0.9, 0.2, 1],
    [0.5, 0.9, 0.2, 1],
  ]);
  expect([await afterTurn(jax, 0), await afterTurn(tfjs, 0)]).toEqual([
    [0.5, 0, 0, 0],
    [0.5, 0, 0, 0],
  ]);
  // The third word's successor is the turn's end; the second is followed by what is no value.
  const successors: [number, number, number, number] = [0, 99, -99, 99];
  expect([await afterTurn(jax, 1, successors), await afterTurn(tfjs, 1, successors)]).toEqual([
    [0.5, 0, 0.2, 1],
    [0.5, 0, 0.2, 1],
  ]);
});
