// Browsers may refuse to store, or stop in the middle. The page says so, works on, and never damages what it has.
import assert from "node:assert/strict";
import { promise } from "./promise.mjs";

const FACT = "My parrot is called Zephyr Malin.";

promise("without IndexedDB the page says so and works on", { storage: false }, async ({ talk }) => {
  await talk.open();
  assert.ok((await talk.notice("no-storage")).length > 20);
  assert.equal((await talk.memory((memory) => memory.summary)).storage, "none");
  await talk.say(FACT);
  await talk.get("end-conversation").click();
  await talk.heard("conversationended");
  await talk.idle();
  assert.ok((await talk.say("What is my parrot called?")).reply.includes("Zephyr Malin"));
  assert.ok((await talk.export()).length > 1000, "a file is the way to keep it");
});

// Chromium remembers for a while how much room there was, so the limit is set on a browser that has not written yet.
promise("a full store is said, and loses nothing that was acknowledged", {}, async ({ visit, talk }) => {
  await talk.open();
  await talk.tell(FACT);

  const cramped = await visit.crash();
  await visit.limitStorage(1);
  await cramped.open();
  await cramped.say("She likes walnuts.");
  assert.ok((await cramped.notice("quota")).length > 20);
  await cramped.reload();
  assert.equal((await cramped.transcript())[0], `user: ${FACT}`);

  const roomy = await visit.crash();
  await roomy.open();
  await roomy.tell("I live in Tolvane.");
  await roomy.reload();
  const kept = await roomy.transcript();
  assert.equal(kept[0], `user: ${FACT}`);
  assert.ok(kept.includes("user: I live in Tolvane."));
});

promise("two keys are two memories", {}, async ({ talk }) => {
  await talk.open({ key: "one" });
  await talk.tell(FACT);
  await talk.open({ key: "two" });
  assert.deepEqual(await talk.transcript(), []);
  assert.equal((await talk.memory((memory) => memory.summary)).tokens, 0);
  await talk.open({ key: "one" });
  assert.equal((await talk.transcript())[0], `user: ${FACT}`);
});
