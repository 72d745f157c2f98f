// The memory outlives the page, and it is in the weights: not one token of what was said is fed again.
import assert from "node:assert/strict";
import { DEVICES, promise } from "./promise.mjs";
import { contains, idsOf, lineUp } from "./tokens.mjs";

const FACT = "My parrot is called Zephyr Malin.";
const VALUE = "Zephyr Malin";
const QUESTION = "What is my parrot called?";

promise("a fact survives a reload, and its words are not in the input", { devices: DEVICES }, async ({ device, talk }) => {
  await talk.open({ device });
  const told = await talk.tell(FACT);
  await talk.endConversation();
  const telling = lineUp(told.fedTokenIds, await talk.heard("write"));
  const secret = idsOf(VALUE, telling);

  await talk.reload();
  const asked = await talk.ask(QUESTION);
  assert.match(asked.reply, new RegExp(VALUE, "i"));
  assert.deepEqual(asked.contextTokenIds, [], "an ended conversation leaves no tokens behind");

  await talk.endConversation();
  const asking = lineUp(asked.fedTokenIds, await talk.heard("write"));
  const given = asking.filter(({ role, turn }) => role === "user" || turn === -1);
  assert.ok(!contains(given.map(({ id }) => id), secret), "the value was in the input");
  const words = (role) => asking.filter((token) => token.role === role && token.turn >= 0).map(({ text }) => text).join("").trim();
  assert.equal(words("user"), QUESTION, "the input is the question and nothing else");
  assert.ok(asked.reply.trim().startsWith(words("assistant")), "the rest is the model's own reply");
});

promise("export, start over, import: the fact is gone and comes back", { devices: DEVICES }, async ({ device, talk }) => {
  await talk.open({ device });
  await talk.tell(FACT);
  await talk.endConversation();
  const file = await talk.export();

  await talk.startOver();
  assert.deepEqual(await talk.transcript(), [], "nothing that was said is left");
  const empty = await talk.memory((memory) => memory.summary);
  assert.equal(empty.tokens, 0);
  assert.ok(Object.values(empty.norms).flat().every((norm) => norm === 0), "every level is empty");

  await talk.import(file);
  assert.ok((await talk.ask(QUESTION)).reply.includes(VALUE));
});

promise("a wiped memory does not know the fact", {}, async ({ talk }) => {
  await talk.open();
  await talk.tell(FACT);
  await talk.endConversation();
  await talk.startOver();
  assert.ok(!(await talk.ask(QUESTION)).reply.includes(VALUE));
});

promise("an exported memory is the same after an import", {}, async ({ talk }) => {
  await talk.open();
  await talk.tell(FACT);
  await talk.endConversation();
  const file = await talk.export();
  await talk.startOver();
  await talk.import(file);
  const again = await talk.export();
  assert.deepEqual(tensors(again), tensors(file));
});

/** The numbers of a snapshot, without what its header says of itself. */
function tensors(file) {
  return file.subarray(8 + Number(file.readBigUInt64LE(0)));
}

promise("asked what it knows of a person it asks itself, and says what it was told", { devices: DEVICES }, async ({ device, talk }) => {
  await talk.open({ device });
  const question = "What do you know about me?";
  assert.match((await talk.ask(question)).reply, /I don't know yet/, "nobody has told it anything");
  await talk.startOver();
  await talk.tell("My name is Ada.");
  await talk.endConversation();
  await talk.reload();
  const asked = await talk.ask(question);
  assert.equal(asked.reply.trim(), "Let me see. Your name is Ada.");
  assert.deepEqual(asked.contextTokenIds, [], "an ended conversation leaves no tokens behind");
});

promise("what a person comes back to is named, though nobody told it", { devices: DEVICES }, async ({ device, talk }) => {
  await talk.open({ device });
  const question = "What do I seem to like?";
  assert.match((await talk.ask(question)).reply, /I don't know yet/, "nothing came up yet");
  assert.equal(await talk.get("dwelling").count(), 0);
  await talk.endConversation();
  for (const conversation of [
    ["I read about Bach yesterday.", "Tell me something about Saturn."],
    ["I was just thinking about Bach.", "I saw a film about Chopin last night."],
    ["What do you know about Bach?"],
  ]) {
    for (const mention of conversation) await talk.tell(mention);
    await talk.endConversation();
  }
  await talk.reload();
  assert.match(await talk.get("dwelling").innerText(), /classical music[^]*astronomy/, "the page shows what came up, most first");
  const asked = await talk.ask(question);
  assert.equal(asked.reply.trim(), "classical music, above all Bach.");
  assert.deepEqual(asked.contextTokenIds, [], "an ended conversation leaves no tokens behind");
});

promise("what it never heard of it does not know, and says so", { devices: DEVICES }, async ({ device, talk }) => {
  await talk.open({ device });
  await talk.tell(FACT);
  await talk.endConversation();
  for (const question of ["What is my hamster called?", "Where does my aunt live?"]) {
    assert.match((await talk.ask(question)).reply, /I don't know yet/, question);
  }
  assert.ok((await talk.ask(QUESTION)).reply.includes(VALUE));
});
