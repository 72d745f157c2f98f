// Forgetting one turn is exact: what is left is, bit for bit, a memory that never heard it; and nothing of it is kept.
import assert from "node:assert/strict";
import { promise } from "./promise.mjs";
import { read } from "./snapshot.mjs";

const SECRET = "My parrot is called Zephyr Malin.";
const BEFORE = "My brother is allergic to walnuts.";
const AFTER = ["I live in Tolvane.", "What is my parrot called?"];

/** The memory's numbers as they are now. */
const numbers = async (talk) => read(await talk.export()).data;

/** Everything in the page's database, as text and as bytes. */
const database = (talk) =>
  talk.page.evaluate(async () => {
    const done = (request) => new Promise((ok, no) => ((request.onsuccess = () => ok(request.result)), (request.onerror = no)));
    const database = await done(indexedDB.open("nested-memory"));
    const names = [...database.objectStoreNames];
    const reading = database.transaction(names);
    const records = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await done(reading.objectStore(name).getAll())])));
    database.close();
    return { records, text: JSON.stringify(records, (_, value) => (value instanceof Uint8Array ? value.length : value)) };
  });

/** Forgets what was said in these words, with the keyboard. */
async function forget(talk, words) {
  const message = talk.page.locator("nm-message").filter({ hasText: words });
  await message.getByTestId("forget-turn").press("Enter");
  await talk.get("forget-confirm").press("Enter");
  await talk.get("forget-dialog").waitFor({ state: "hidden" });
  await talk.idle();
}

promise("a forgotten turn leaves a memory that never heard it, bit for bit", {}, async ({ talk }) => {
  const after = async (key) => {
    await talk.tell(AFTER[0]);
    await talk.endConversation();
    await talk.tell(AFTER[1]);
    await talk.sleep();
    await talk.closeNight();
    await talk.tell("Hello!");
    return key;
  };
  await talk.open({ key: "never" });
  await talk.tell(BEFORE);
  await after();
  const never = await numbers(talk);
  const others = (await talk.memory((memory) => memory.versions())).length;
  const answers = (await talk.transcript()).filter((line) => line.startsWith("assistant"));

  await talk.open({ key: "heard" });
  await talk.tell(BEFORE);
  await talk.tell(SECRET);
  await after();
  assert.notDeepEqual(await numbers(talk), never);
  await forget(talk, SECRET);
  assert.deepEqual(await numbers(talk), never);
  assert.deepEqual((await talk.transcript()).filter((line) => line.startsWith("assistant")), answers, "it answers as if it had never heard it");

  const { text, records } = await database(talk);
  assert.ok(!/Zephyr/.test(text), "nothing of it is kept in the browser");
  const versions = await talk.memory((memory) => memory.versions());
  const heard = versions.filter((version) => version.forgotten);
  assert.ok(heard.length >= 5 && heard.every((version) => version.bytes === 0), "nobody can go back to a version that heard it");
  assert.equal(records.snapshots.length, versions.filter((version) => version.bytes > 0).length + others, "of either key only what can be gone back to");

  await talk.reload();
  assert.deepEqual(await numbers(talk), never, "and so it stays");
  const lines = JSON.parse(await talk.memory(async (memory) => (await memory.ledger()).text()));
  assert.ok(lines.some((line) => line.cause === "forget-turn"), "the ledger says that something was forgotten");
});

promise("the first turn of all can be forgotten, and what is forgotten can be forgotten around", {}, async ({ talk }) => {
  await talk.open({ key: "never" });
  await talk.tell(AFTER[0]);
  const never = await numbers(talk);
  await talk.open({ key: "heard" });
  await talk.tell(SECRET);
  await talk.tell(BEFORE);
  await talk.tell(AFTER[0]);
  await forget(talk, SECRET);
  await forget(talk, BEFORE);
  assert.deepEqual(await numbers(talk), never);
});

promise("where no transcript is kept, it says that only going back is possible", {}, async ({ talk }) => {
  await talk.open({ transcript: "off" });
  await talk.tell(SECRET);
  await talk.tell(BEFORE);
  const before = await numbers(talk);
  const code = await talk.memory(async (memory) => {
    const [, told] = await memory.versions();
    return memory.forgetTurn(told.id).then(() => null, (error) => error.code);
  });
  assert.equal(code, "cannot-forget");
  assert.deepEqual(await numbers(talk), before, "nothing was changed");
});
