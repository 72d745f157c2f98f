// What is said to the model stays in the page.
import assert from "node:assert/strict";
import { promise } from "./promise.mjs";

promise("a whole session speaks to nobody but its own server", {}, async ({ visit, talk }) => {
  const asked = [];
  visit.context.on("request", (request) => asked.push(`${request.method()} ${request.url()}`));
  await talk.open();
  await talk.tell("My parrot is called Zephyr Malin.");
  await talk.endConversation();
  await talk.export();
  await talk.reload();
  const { origin } = new URL(talk.url);
  const strangers = asked.filter((request) => !request.startsWith(`GET ${origin}/`) && !/^GET (data|blob):/.test(request));
  assert.deepEqual(strangers, []);
  assert.ok(!asked.some((request) => /parrot|zephyr/i.test(decodeURIComponent(request))), "no address holds what was said");
});

// The frame of every test asserts that no rule was broken; this one shows that it would notice.
promise("the page and its worker cannot speak to a stranger even if they try", { expected: [/policy|Content Security Policy|violates/] }, async ({ visit, talk }) => {
  await talk.open();
  const attempt = () => fetch("http://127.0.0.1:9/leak").then(() => "sent", () => "refused");
  assert.equal(await talk.page.evaluate(attempt), "refused");
  assert.equal(await visit.worker.evaluate(attempt), "refused");
  const broken = await visit.worker.evaluate(() => self.brokenRules);
  assert.match(broken.join(), /connect-src/, "the worker's rules stand too");
});

promise("the page needs no isolation and may be embedded", {}, async ({ talk }) => {
  await talk.open();
  assert.equal(await talk.page.evaluate(() => crossOriginIsolated), false);
  const response = await talk.page.request.get(talk.url);
  const policy = response.headers()["content-security-policy"];
  assert.match(policy, /frame-ancestors \*/);
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|https?:/);
  assert.equal(response.headers()["cross-origin-embedder-policy"], undefined);
});
