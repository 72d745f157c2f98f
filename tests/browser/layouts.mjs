// The database as other versions of the page have it, made and held by another page of the same origin.

/** An empty page of the same origin, for what the page itself would not do to its database. */
export async function emptyPage(page, url) {
  const empty = { contentType: "text/html", body: '<link rel="icon" href="data:," />' };
  await page.route("**/empty", (route) => route.fulfill(empty));
  await page.goto(new URL("empty", url).href);
}

/**
 * What the page kept before snapshots had a store of their own: the first layout, with one version. With `hold` the
 * connection stays open and does not give way to an upgrade, until the page is told to `letGo()`.
 */
export async function firstLayout(page, url, bytes, { hold = false } = {}) {
  await emptyPage(page, url);
  await page.evaluate(
    async ({ base64, hold }) => {
      const done = (request) => new Promise((ok, no) => ((request.onsuccess = () => ok(request.result)), (request.onerror = no)));
      await done(indexedDB.deleteDatabase("nested-memory"));
      const opening = indexedDB.open("nested-memory", 1);
      opening.onupgradeneeded = () => {
        opening.result.createObjectStore("heads");
        for (const name of ["versions", "turns"]) {
          opening.result.createObjectStore(name, { autoIncrement: true }).createIndex("key", "key");
        }
      };
      const database = await done(opening);
      const writing = database.transaction(["heads", "versions", "turns"], "readwrite");
      const counts = { tokens: 9, conversations: 1, pending: 0 };
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const version = { key: "test", parent: null, time: 1e12, reason: "conversation-ended", counts };
      const id = await done(writing.objectStore("versions").put({ ...version, bytes }));
      const turn = { role: "user", text: "My parrot is called Zephyr Malin.", at: 1e12, conversation: 0, complete: true };
      await done(writing.objectStore("turns").put({ key: "test", turn }));
      await done(writing.objectStore("heads").put(id, "test"));
      window.letGo = () => database.close();
      if (!hold) window.letGo();
    },
    { base64: bytes.toString("base64"), hold },
  );
}
