// Where a fact lives: the same question, asked of copies of the memory that lack a level.
import assert from "node:assert/strict";
import { DEVICES, promise } from "./promise.mjs";

const FACT = "My parrot is called Zephyr Malin.";
const VALUE = /Zephyr Malin/i;
const QUESTION = "What is my parrot called?";

promise("where a fact lives is asked level by level", { devices: DEVICES }, async ({ device, talk }) => {
  await talk.open({ device });
  await talk.tell(FACT);
  await talk.endConversation();
  const before = { file: await talk.export(), heard: await talk.heard("write"), said: await talk.transcript() };
  const rows = await talk.probe(QUESTION);
  const [all, , , neither] = rows;
  assert.match(all[2], VALUE);
  assert.equal(all[1], "own");
  assert.doesNotMatch(neither[2], VALUE, "without lasting levels there is nothing to know it by");
  assert.ok(["unknown", "different"].includes(neither[1]));
  for (const [name, sign, text] of rows.slice(1)) assert.equal(sign === "same", VALUE.test(text), `${name}: ${sign}`);
  assert.match(await talk.get("probe-lives").innerText(), /level|together|both/);

  assert.deepEqual(await talk.export(), before.file, "asking changed nothing");
  assert.deepEqual(await talk.heard("write"), before.heard, "nothing was written");
  assert.deepEqual(await talk.transcript(), before.said, "and it was no turn");
});

promise("while a conversation is open the page says that more than the lasting levels may answer", {}, async ({ talk }) => {
  await talk.open();
  await talk.tell(FACT);
  await talk.ask(QUESTION);
  await talk.get("probe").locator("summary").click();
  assert.equal(await talk.get("probe-question").inputValue(), QUESTION, "the last question is there to be asked");
  await talk.get("probe-open").waitFor();
  await talk.endConversation();
  await talk.get("probe-open").waitFor({ state: "detached" });
});
