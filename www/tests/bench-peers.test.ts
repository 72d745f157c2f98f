// The benchmark's peers compute the same: jax-js's wasm and TensorFlow.js's wasm, on the committed base.
import { readFileSync } from "node:fs";
import "@tensorflow/tfjs-backend-wasm";
import { expect, test } from "vitest";
import { jax, startJax } from "../src/bench/jax";
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
