// One memory, several tabs: one writes, the others look on as it happens, and one of them takes over when it is gone.
import assert from "node:assert/strict";
import { promise } from "./promise.mjs";
import { read } from "./snapshot.mjs";
import { Talk } from "./talk.mjs";

const FACT = "My parrot is called Zephyr Malin.";
const QUESTION = "What is my parrot called?";
const numbers = async (talk) => read(await talk.export()).data;

/** Another tab of the same browser. */
async function another(visit, talk) {
  const tab = new Talk(await visit.context.newPage(), talk.url);
  await tab.open();
  return tab;
}

/** Waits until a tab shows a message with these words. */
const shows = async (tab, words) => (await tab.front()).page.locator("nm-message").filter({ hasText: words }).first().waitFor();

promise("a second tab looks on, and cannot change anything", {}, async ({ visit, talk }) => {
  await talk.open();
  await talk.tell("Hello!");
  const second = await another(visit, talk);
  assert.ok((await second.notice("second-tab")).length > 20);
  assert.equal((await second.memory((memory) => memory.summary)).storage, "elsewhere");
  await (await talk.front()).tell(FACT);
  await shows(second, FACT);
  await (await talk.front()).endConversation();
  await (await second.front()).page.locator('[data-testid="divider-followed"]').waitFor();
  await second.page.waitForFunction(() => document.querySelector("nm-app").memory.summary.conversations === 1);
  assert.deepEqual(await numbers(second), await numbers(talk), "it has the same memory");
  assert.ok(await second.get("send").isDisabled());
  const refused = await second.memory(async (memory) => {
    const code = (work) => work.then(() => null, (error) => error.code);
    const say = async () => { for await (const _ of memory.say("No.")); };
    return [await code(say()), await code(memory.endConversation()), await code(memory.reset()), await code(memory.erase())];
  });
  assert.deepEqual(refused, Array(4).fill("second-tab"));

  // A copy can be talked with, and stays as it is while the other tab writes.
  await second.get("temporary").click();
  assert.ok((await second.say(QUESTION)).reply.includes("Zephyr Malin"));
  await (await talk.front()).tell("I live in Tolvane.");
  await (await second.front()).get("temporary").click();
  await shows(second, "I live in Tolvane.");
});

promise("when the tab that writes is closed, another takes over with everything that was said", {}, async ({ visit, talk }) => {
  await talk.open();
  await talk.tell(FACT);
  const second = await another(visit, talk);
  await second.notice("second-tab");
  await (await talk.front()).tell("I live in Tolvane.");
  await talk.page.close();
  await second.front();
  assert.ok((await second.notice("took-over")).length > 20);
  assert.equal(await second.get("notice").filter({ hasText: "follows" }).count(), 0, "it does not follow any more");
  await second.endConversation();
  assert.ok((await second.tell(QUESTION)).reply.includes("Zephyr Malin"));
  await second.reload();
  const said = (await second.transcript()).filter((line) => line.startsWith("user"));
  assert.deepEqual(said, [`user: ${FACT}`, "user: I live in Tolvane.", `user: ${QUESTION}`]);
});

/** Kills the process of a tab, as the system does when memory is short. */
async function killTab(visit, tab) {
  const session = await visit.context.newCDPSession(tab.page);
  const crashed = tab.page.waitForEvent("crash");
  // Whoever is gone does not answer.
  void session.send("Page.crash").catch(() => {});
  await crashed;
}

const TURNS = Number(process.env.NESTED_MEMORY_TAB_TURNS ?? 24);
const KILLS = Number(process.env.NESTED_MEMORY_TAB_KILLS ?? 4);

promise(`${TURNS} turns in two tabs, the writer killed ${KILLS} times: one history, and nothing is lost`, {}, async ({ visit, talk }) => {
  await talk.open();
  let [writer, other] = [talk, await another(visit, talk)];
  const said = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const words = `Number ${turn} is on the list.`;
    await (await writer.front()).tell(words);
    said.push(`user: ${words}`);
    if ((turn + 1) % Math.floor(TURNS / KILLS) !== 0) continue;
    await killTab(visit, writer);
    await (await other.front()).notice("took-over");
    [writer, other] = [other, await another(visit, talk)];
  }
  await other.page.close();
  await (await writer.front()).reload();
  assert.deepEqual((await writer.transcript()).filter((line) => line.startsWith("user")), said);
  const versions = await writer.memory((memory) => memory.versions());
  assert.equal(versions.length, TURNS, "each turn is one version");
  assert.ok(versions.every((version) => version.remembered), "and all of them are in the memory");
});
