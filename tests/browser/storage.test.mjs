// Browsers may refuse to store, or stop in the middle. The page says so, works on, and never damages what it has.
import assert from "node:assert/strict";
import { emptyPage } from "./layouts.mjs";
import { promise } from "./promise.mjs";
import { read } from "./snapshot.mjs";

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

/** Works on the page's database while nobody has it open: `work(database)` runs in an empty page of the same origin. */
async function inTheStore(talk, work, argument) {
  const other = await talk.page.context().newPage();
  await emptyPage(other, talk.url);
  const given = await other.evaluate(
    async ([work, argument]) => {
      const done = (request) => new Promise((ok, no) => ((request.onsuccess = () => ok(request.result)), (request.onerror = no)));
      const database = await done(indexedDB.open("nested-memory"));
      const given = await (0, eval)(work)(database, done, argument);
      // A tab that closes takes along what is not committed: whoever may read has waited for it.
      const [name] = database.objectStoreNames;
      await done(database.transaction([...database.objectStoreNames]).objectStore(name).count());
      database.close();
      return given;
    },
    [String(work), argument],
  );
  await other.close();
  return given;
}

promise("a damaged version is set aside, the last good one goes on, and the damaged one can be downloaded", {}, async ({ talk }) => {
  await talk.open();
  await talk.tell(FACT);
  await talk.endConversation();
  const good = read(await talk.export()).data;
  await talk.tell("She likes walnuts.");
  await talk.page.goto("about:blank");
  const damaged = await inTheStore(talk, async (database, done) => {
    const writing = database.transaction(["heads", "snapshots"], "readwrite");
    const head = await done(writing.objectStore("heads").get("test"));
    const bytes = await done(writing.objectStore("snapshots").get(head));
    bytes[Math.floor(bytes.length / 2)] ^= 1;
    await done(writing.objectStore("snapshots").put(bytes, head));
    return head;
  });

  await talk.open();
  assert.ok((await talk.notice("recovered")).length > 20);
  assert.deepEqual(read(await talk.export()).data, good, "the last good version");
  const versions = await talk.memory((memory) => memory.versions());
  assert.deepEqual([versions[0].reason, versions[0].current], ["recovered", true]);
  assert.ok(versions.find((version) => version.id === damaged).damaged);
  assert.equal(await talk.get("lost").count(), 2, "what was said in the damaged one is marked");
  await talk.get("history").click();
  const [file] = await Promise.all([talk.page.waitForEvent("download"), talk.get("download-version").click()]);
  assert.match(file.suggestedFilename(), new RegExp(`version-${damaged}`));
  await talk.get("history-close").click();
  assert.ok((await talk.tell("What is my parrot called?")).reply.includes("Zephyr Malin"));
  await talk.reload();
  assert.equal(await talk.get("notice").count(), 0, "it is said once");
});

promise("a memory of which nothing can be read stays as it is, and can be downloaded", {}, async ({ talk }) => {
  await talk.open();
  await talk.tell(FACT);
  await talk.page.goto("about:blank");
  const damage = async (database, done) => {
    const writing = database.transaction("snapshots", "readwrite").objectStore("snapshots");
    for (const id of await done(writing.getAllKeys())) await done(writing.put(new Uint8Array(1000), id));
  };
  const lies = async (database, done) => (await done(database.transaction("snapshots").objectStore("snapshots").getAll())).map((bytes) => bytes.length);
  await inTheStore(talk, damage);
  await talk.open();
  assert.ok((await talk.notice("not-restored")).length > 20);
  await talk.say("She likes walnuts.");
  await talk.endConversation();
  assert.deepEqual(await inTheStore(talk, lies), [1000], "nothing was written");
  const kept = await talk.memory(async (memory) => (await memory.kept((await memory.versions())[0].id)).size);
  assert.equal(kept, 1000);
  await talk.startOver();
  await talk.tell(FACT);
  await talk.reload();
  assert.equal((await talk.transcript())[0], `user: ${FACT}`, "whoever decides so begins anew");
});

promise("everything can be deleted, and nothing is left anywhere", {}, async ({ visit, talk }) => {
  await talk.open({ key: "another" });
  await talk.tell("I live in Tolvane.");
  await talk.open();
  await talk.tell(FACT);
  await talk.endConversation();
  await talk.get("language").click();
  await talk.get("language").click();
  await talk.page.evaluate(() => caches.open("nested-memory").then((cache) => cache.put("/x", new Response("cached"))));
  await talk.get("start-over").press("Enter");
  await talk.get("erase").press("Enter");
  await talk.idle();
  await talk.page.waitForFunction(async () => (await caches.keys()).length === 0);
  const left = await inTheStore(talk, (database, done) => Promise.all([...database.objectStoreNames].map((name) => done(database.transaction(name).objectStore(name).count()))));
  assert.deepEqual(left, [0, 0, 0, 0, 0]);
  assert.equal(await talk.page.evaluate(() => localStorage.length), 0);
  assert.deepEqual(await talk.transcript(), []);
  const file = read(await talk.export());
  const parts = Object.entries(file.header).filter(([name]) => /memory|pending|mixer/.test(name));
  for (const [name, { data_offsets: [begin, end] }] of parts) assert.ok(file.data.subarray(begin, end).every((byte) => byte === 0), `${name} is empty`);
  assert.ok(!(await talk.say("What is my parrot called?")).reply.includes("Zephyr"));
  await talk.open({ key: "another" });
  assert.deepEqual(await talk.transcript(), []);
});
