// The benchmark in its smallest size: it runs through by keyboard, everybody computes the same, nobody is timed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bench } from "./drive.mjs";

const MINUTE = 60_000;
/** What two chunks of f32 may differ by in another order of additions (www/src/bench/agree.ts refuses at 2e-3). */
const TOLERANCE = 2e-3;

/** Measured rows, with everything but the times looked at. */
function judge({ result }, names) {
  assert.deepEqual(result.rows.map(({ name }) => name), names);
  for (const { name, refused, apart, answer, learn } of result.rows) {
    assert.equal(refused, null, `${name} is reported`);
    assert.ok(apart <= TOLERANCE, `${name} learns what ours learns: ${apart}`);
    for (const measure of [answer, learn]) assert.ok(measure.runs.length >= 1 && measure.median >= 0);
  }
}

test("on the CPU everybody answers and learns as ours does, and the conversation goes on", { timeout: 5 * MINUTE }, async () => {
  const query = "lang=en&devices=cpu&most=3&runs=2&stream=140&stretch=70";
  await bench(query, { press: true, webgpu: false, patience: 4 * MINUTE }, async (page, found, complaints) => {
    judge(found, ["ours", "plain", "jax", "tfjs"]);
    const { rows, stream } = found.result;
    assert.ok(rows.every(({ answer }) => answer.dispatches === 0), "the CPU dispatches nothing");
    assert.ok(stream.length >= 2 && stream.every(({ heap }) => heap > 0));
    assert.equal(await page.locator("#results tbody tr").count(), 4);
    assert.ok((await page.locator("#chart svg").getAttribute("aria-label")).includes("Nested Memory"));
    assert.ok(await page.locator("#start").isEnabled());
    assert.deepEqual(complaints, []);
  });
});

// TensorFlow.js has a shader for every shape of every operation, which takes a software adapter minutes to compile:
// every run of the benchmark itself holds it against ours.
test("on WebGPU ours answers in a few dispatches and jax-js agrees", { timeout: 10 * MINUTE }, async () => {
  const query = "lang=zh&devices=webgpu&contestants=jax&most=2&runs=2&stream=0";
  await bench(query, { patience: 9 * MINUTE }, async (page, found) => {
    judge(found, ["ours", "jax"]);
    const { answer, learn } = found.result.rows[0];
    assert.ok(answer.dispatches > 0 && learn.dispatches > answer.dispatches);
    assert.equal(await page.locator("h1").innerText(), "基准测试");
  });
});

test("Stop ends it, and it can be started again", { timeout: 3 * MINUTE }, async () => {
  await bench("lang=en&devices=cpu&contestants=ours&stream=1000000&most=1&runs=2", {
    webgpu: false,
    patience: 2 * MINUTE,
    said: () => {},
    during: async (page) => {
      await page.locator("#stream tbody tr").first().waitFor({ timeout: 2 * MINUTE });
      await page.locator("#stop").click();
    },
  }, async (page, { result }) => {
    assert.ok(result.stream.length >= 1);
    assert.match(await page.locator("#status").innerText(), /Stopped/);
    assert.ok(await page.locator("#start").isEnabled());
  });
});
