// The connection to the database belongs to the browser, and other pages may want the database for themselves. Whoever
// takes it away, the page goes on, says what is not kept, and never writes over what it has not read.
import assert from "node:assert/strict";
import { makeBreakable } from "./breakable.mjs";
import { kept, wrongs } from "./kept.mjs";
import { emptyPage, firstLayout } from "./layouts.mjs";
import { promise } from "./promise.mjs";
import { report } from "./report.mjs";

const FACT = "My parrot is called Zephyr Malin.";
const MORE = "She likes walnuts.";
const outcomes = [];

/** Notes what came of it, for the report. */
function note(fault, outcome) {
  outcomes.push({ site: "connection", fault, outcome });
  report("connections", `${fault}: ${outcome}`, outcomes);
}

/** A page with something to lose, and what is kept of it. */
async function begin(talk) {
  await talk.open();
  await talk.tell(FACT);
  await talk.endConversation();
  await talk.reload();
  return kept(talk);
}

/** The browser ends the worker's connection, as it does when its storage has trouble. */
function endConnection(visit) {
  return visit.worker.evaluate(() => {
    const { database } = self.storage;
    database.close();
    database.dispatchEvent(new Event("close"));
  });
}

/** Another page of the same origin, empty. */
async function another(visit, talk) {
  const page = await visit.context.newPage();
  await emptyPage(page, talk.url);
  return page;
}

/** What is in the database, whatever its layout: the number of records in each store. */
function count(page) {
  return page.evaluate(async () => {
    const done = (request) => new Promise((ok, no) => ((request.onsuccess = () => ok(request.result)), (request.onerror = no)));
    const database = await done(indexedDB.open("nested-memory"));
    const reading = database.transaction(database.objectStoreNames);
    const names = [...database.objectStoreNames];
    const counts = await Promise.all(names.map((name) => done(reading.objectStore(name).count())));
    database.close();
    return Object.fromEntries(names.map((name, place) => [name, counts[place]]));
  });
}

promise("a connection that the browser ends is replaced at the next turn", {}, async ({ visit, talk }) => {
  await makeBreakable(visit.context);
  const before = await begin(talk);
  await endConnection(visit);
  const { reply } = await talk.tell(MORE);
  await talk.reload();
  const said = [`user: ${MORE}`, `assistant: ${reply}`];
  assert.deepEqual(wrongs(before, await kept(talk), [{ reason: "turn", said }], 1), []);
  note("close", "saved");
});

// A dead connection never works again: whoever tries once more must get a new one, whatever it is that they try.
promise("after the browser has ended a connection, one can still name, go back and start over", {}, async ({ visit, talk }) => {
  await makeBreakable(visit.context);
  const failed = {};
  for (const deed of ["mark", "rewind", "startOver"]) {
    const { versions } = await begin(talk);
    await endConnection(visit);
    failed[deed] = await talk.page.evaluate(
      ({ deed, version }) => {
        const { session } = document.querySelector("nm-app");
        const host = deed === "startOver" ? session : session.past;
        const arguments_ = { mark: [version, { name: "before the holiday", pinned: true }], rewind: [version], startOver: [] }[deed];
        const twice = async () => {
          await host[deed](...arguments_);
          // What failed once because nobody knew that the connection was dead may be tried again.
          if (session.failure) await host[deed](...arguments_);
          return session.failure?.message ?? null;
        };
        // Kept by the page: whoever drives it holds on to a promise only weakly, and once in some runs it was collected.
        self.deed = twice();
        return self.deed;
      },
      { deed, version: versions[0].id },
    );
  }
  note("close, then name, go back, start over", JSON.stringify(failed));
  assert.deepEqual(failed, { mark: null, rewind: null, startOver: null });
});

// The person empties the browser's storage, which ends all connections to it. There is nothing left to keep, but also
// nothing that the page may do in secret.
promise("site data that is cleared under an open page is told, and the page goes on", {}, async ({ visit, talk }) => {
  await begin(talk);
  const session = await visit.context.newCDPSession(talk.page);
  await session.send("Storage.clearDataForOrigin", { origin: new URL(talk.url).origin, storageTypes: "indexeddb" });
  await sayAfterLoss(talk, "site data cleared");
});

promise("another page may delete the database, and this page says that it does not keep it", {}, async ({ visit, talk }) => {
  await begin(talk);
  const other = await another(visit, talk);
  const outcome = await other.evaluate(
    () =>
      new Promise((resolve) => {
        const request = indexedDB.deleteDatabase("nested-memory");
        for (const type of ["success", "blocked", "error"]) request.addEventListener(type, () => resolve(type));
      }),
  );
  assert.equal(outcome, "success", "this page lets go");
  await sayAfterLoss(talk, "versionchange: deleted");
});

promise("a database of a later page is left alone, while this page is open and when it opens", {}, async ({ visit, talk }) => {
  await begin(talk);
  const other = await another(visit, talk);
  const before = await count(other);
  await other.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const request = indexedDB.open("nested-memory", 99);
        request.onsuccess = () => (request.result.close(), resolve());
        request.onblocked = request.onerror = reject;
      }),
  );
  await talk.say(MORE);
  assert.ok((await talk.notice("unsaved")).length > 20);
  note("versionchange: a later layout", "unsaved");
  await talk.reload();
  assert.ok((await talk.notice("no-storage")).length > 20);
  note("a later layout", "no-storage");
  await talk.say(MORE);
  assert.deepEqual(await count(other), before, "nothing was written");
});

/** An older page holds the first layout open; gives its page and the memory's numbers. */
async function olderPage(visit, talk) {
  await makeBreakable(visit.context);
  await begin(talk);
  const bytes = await talk.export();
  await talk.page.goto("about:blank");
  const other = await visit.context.newPage();
  await firstLayout(other, talk.url, bytes, { hold: true });
  await talk.page.goto(talk.address());
  await talk.page.waitForFunction(() => document.querySelector("nm-app")?.session.progress.memory);
  await visit.worker.evaluate(() => self.storage.blocked);
  return other;
}

promise("the page opens as soon as an older page lets go of the database", {}, async ({ visit, talk }) => {
  const other = await olderPage(visit, talk);
  await other.evaluate(() => window.letGo());
  await talk.ready();
  assert.deepEqual(await talk.transcript(), [`user: ${FACT}`]);
  await talk.tell(MORE);
  note("blocked, then let go", "done");
});

promise("an older page that does not let go of the database is told of in words", { patience: 20_000 }, async ({ visit, talk }) => {
  await olderPage(visit, talk);
  await talk.get("notice").or(talk.get("alert")).first().waitFor();
  note("blocked", (await codes(talk)).join(" and "));
});

/** What was kept is gone: the next turn is kept, or it is told that it is not; and the page goes on, now and later. */
async function sayAfterLoss(talk, fault) {
  await talk.say(MORE);
  const [code = "saved"] = await codes(talk);
  note(fault, code);
  if (code === "saved") await talk.saved();
  assert.match((await talk.say("What is my parrot called?")).reply, /Zephyr Malin/, "this page still knows it");
  await talk.reload();
  await talk.tell(FACT);
  assert.notEqual(code, "second-tab", "no other tab keeps it, and whoever reloads, as is advised, loses it");
}

/** The codes of what the page tells now. */
function codes(talk) {
  return talk.page.evaluate(() => {
    const { notices, failure } = document.querySelector("nm-app").session;
    return [...notices, ...(failure ? [failure] : [])].map(({ code }) => code);
  });
}
