// A browser may die at any moment. What was acknowledged is kept, and the page opens again.
import assert from "node:assert/strict";
import { DEVICES, promise } from "./promise.mjs";

const FACT = "My parrot is called Zephyr Malin.";

promise("a tab killed in the middle of a turn keeps the last acknowledged turn", { devices: DEVICES }, async ({ device, visit, talk }) => {
  await talk.open({ device });
  const told = await talk.tell(FACT);
  await talk.endConversation();
  // Letters of three tokens each: the turn takes seconds, and the kill comes at once.
  await talk.begin("ჟღფქშ ".repeat(200));

  const again = await visit.crash();
  await again.open({ device });
  const [said, answered] = await again.transcript();
  assert.equal(said, `user: ${FACT}`);
  assert.equal(answered, `assistant: ${told.reply.trim()}`);
  assert.ok((await again.ask("What is my parrot called?")).reply.includes("Zephyr Malin"));
});

promise("a second open after a crash works, and after that a third", {}, async ({ visit, talk }) => {
  await talk.open();
  await talk.tell(FACT);
  // Not even the conversation was ended: what is pending must come back too.
  const tokens = (await talk.heard("clock")).at(-1).tokens;
  const second = await visit.crash();
  await second.open();
  assert.equal((await second.memory((memory) => memory.summary)).tokens, tokens);
  await second.tell("She likes walnuts.");
  const third = await visit.crash();
  await third.open();
  const transcript = await third.transcript();
  assert.equal(transcript[0], `user: ${FACT}`);
  assert.equal(transcript[2], "user: She likes walnuts.");
});

promise("a page killed before anything was said opens as new", {}, async ({ visit, talk }) => {
  await talk.open();
  const again = await visit.crash();
  await again.open();
  assert.deepEqual(await again.transcript(), []);
  await again.tell(FACT);
});
