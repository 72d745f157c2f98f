// Sleep: what mattered in a conversation is read again until the lasting levels know it, while a person can look on.
import assert from "node:assert/strict";
import { DEVICES, promise } from "./promise.mjs";

const FACT = "My parrot is called Zephyr Malin.";
const VALUE = /Zephyr Malin/i;
const QUESTION = "What is my parrot called?";

promise("a night keeps what mattered", { devices: DEVICES }, async ({ device, talk }) => {
  await talk.open({ device });
  await talk.tell(FACT);
  await talk.tell("Thank you!");
  const sentence = await talk.sleep();
  assert.match(sentence, /^Slept: .*\d+/, "it says how it slept");
  const slept = await talk.night();
  assert.ok(["known", "spent"].includes(slept.ending), slept.ending);
  assert.ok(slept.known[1] >= slept.known[0] && slept.of > 0);
  assert.equal(slept.whole, true);
  const said = slept.exchanges.map(({ said }) => said.map(({ text }) => text).join(""));
  assert.deepEqual(said, [FACT, "Thank you!"]);
  const underlined = await talk.get("night").locator("li").first().locator("u").allInnerTexts();
  assert.match(underlined.join(" "), /Zephyr/, "the words that mattered are underlined");
  const spoken = talk.page.locator("nm-chat > p[aria-live=polite], [aria-live=polite]").first();
  assert.equal(await spoken.textContent(), sentence, "a screen reader hears it");
  assert.deepEqual((await talk.heard("conversationended")).map(({ wiped }) => wiped), [["mixer", "fast"]]);

  await talk.closeNight();
  assert.equal(await talk.get("divider-slept").innerText(), sentence, "it stays in the conversation");
  const answers = () => talk.memory(async (memory, question) => (await memory.probe(question)).answers.map(({ reply }) => reply), QUESTION);
  const before = await answers();
  assert.match(before[0], VALUE);
  await talk.reload();
  assert.deepEqual(await answers(), before, "the memory that was saved answers the same");
  assert.match((await talk.ask(QUESTION)).reply, VALUE);
});

promise("a sleeper can be woken", {}, async ({ talk }) => {
  await talk.open();
  for (const text of [FACT, "Thank you!", "My brother is allergic to walnuts.", "That is all for today."]) await talk.tell(text);
  await talk.page.evaluate(() => {
    const { memory, session } = document.querySelector("nm-app");
    memory.addEventListener("dream", () => session.wake(), { once: true });
  });
  const sentence = await talk.sleep();
  const slept = await talk.night();
  assert.ok(["stopped", "known"].includes(slept.ending), slept.ending);
  if (slept.ending === "stopped") assert.match(sentence, /^Woken early/);
  assert.ok(slept.known[1] >= slept.known[0], "what was reached counts");
  await talk.closeNight();
  assert.match((await talk.ask(QUESTION)).reply, VALUE);
});

promise("after a reload the whole conversation is slept over", {}, async ({ talk }) => {
  await talk.open();
  await talk.tell(FACT);
  await talk.tell("Thank you!");
  await talk.reload();
  await talk.tell("My brother is allergic to walnuts.");
  await talk.sleep();
  const slept = await talk.night();
  assert.equal(slept.whole, true);
  assert.equal(slept.exchanges.length, 3);
});

promise("a night without a conversation says that there was nothing", {}, async ({ talk }) => {
  await talk.open();
  assert.match(await talk.sleep(), /nothing/);
  assert.equal((await talk.night()).ending, "nothing");
});

promise("pinned questions are asked after every sleep, and a sleep that breaks one can be undone", {}, async ({ talk }) => {
  await talk.open();
  await talk.tell(FACT);
  await talk.endConversation();
  await talk.probe(QUESTION);
  assert.match(await talk.get("question-expected").inputValue(), VALUE);
  await talk.get("pin-question").press("Enter");
  await talk.page.locator('[data-testid="question"][data-sign="right"]').waitFor();
  await talk.tell("My brother is allergic to walnuts.");
  await talk.sleep();
  assert.deepEqual((await talk.night()).broken, [], "this sleep broke nothing");
  await talk.closeNight();
  await talk.reload();
  assert.equal(await talk.get("question").count(), 1, "it stays pinned");

  // No sleep breaks an answer on demand: the page is told of one that did, as the worker tells it.
  const before = (await talk.memory((memory) => memory.versions()))[0];
  await talk.page.evaluate((version) => {
    const { memory } = document.querySelector("nm-app");
    const sleep = memory.sleep.bind(memory);
    const broken = [{ question: "What is my parrot called?", expected: "Zephyr Malin", reply: "I don't know yet.", right: false }];
    memory.sleep = async (options) => ({ ...(await sleep(options)), broken, before: version });
  }, before.id);
  await talk.tell("I live in Tolvane.");
  await talk.sleep();
  assert.match(await talk.get("broken").innerText(), /Zephyr Malin/);
  await talk.get("undo-sleep").press("Enter");
  await talk.get("night").waitFor({ state: "detached" });
  await talk.idle();
  const [now] = await talk.memory((memory) => memory.versions());
  assert.deepEqual([now.reason, now.of], ["rewind", before.id]);
});
