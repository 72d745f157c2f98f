// The base is named by its hash: anything else is not loaded, and no memory is touched by the attempt.
import assert from "node:assert/strict";
import { promise } from "./promise.mjs";

const FACT = "My parrot is called Zephyr Malin.";
const BASE = "**/base/base.safetensors";

/** Serves another base than the one that the model card names. */
async function spoil(visit, change) {
  await visit.context.route(BASE, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: change(await response.body()) });
  });
}

for (const [what, change] of [
  ["one flipped bit", (bytes) => (bytes[bytes.length >> 1] ^= 1, bytes)],
  ["a missing end", (bytes) => bytes.subarray(0, bytes.length - 4)],
  ["another file", () => Buffer.from("<!doctype html><title>Not found</title>")],
]) {
  promise(`a base with ${what} is refused, and the memory is unharmed`, {}, async ({ visit, talk }) => {
    await talk.open();
    await talk.tell(FACT);
    await spoil(visit, change);
    await talk.page.reload();
    const alert = talk.get("alert");
    await alert.waitFor();
    assert.equal(await alert.getAttribute("data-code"), "base-damaged");
    await visit.context.unroute(BASE);
    await talk.reload();
    assert.equal((await talk.transcript())[0], `user: ${FACT}`);
  });
}

promise("a missing base is said", { expected: [/404|Failed to load resource/] }, async ({ visit, talk }) => {
  await visit.context.route(BASE, (route) => route.fulfill({ status: 404, body: "" }));
  await assert.rejects(talk.open(), /The page says/);
  assert.equal(await talk.get("alert").getAttribute("data-code"), "base-missing");
});
