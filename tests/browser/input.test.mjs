// Whatever is typed: the work stays bounded, nothing panics, and the page goes on.
import assert from "node:assert/strict";
import { promise } from "./promise.mjs";

/** What one message may feed: 2,000 characters of at most four bytes, a token each, and a reply. */
const MOST_TOKENS = 2_000 * 4 + 1_000;

const say = (talk, text) =>
  talk.memory(async (memory, text) => {
    try {
      for await (const piece of memory.say(text)) void piece;
      return memory.lastReply;
    } catch (error) {
      return { refused: error.code ?? String(error) };
    }
  }, text);

promise("empty input is refused and changes nothing", {}, async ({ talk }) => {
  await talk.open();
  for (const text of ["", "   ", "\n\t", "\u0000\u0007\u001b", "\u200b"]) {
    const answer = await say(talk, text);
    // A zero-width space is a character like another; everything else here is nothing.
    if (text !== "\u200b") assert.deepEqual(answer, { refused: "bad-input" }, JSON.stringify(text));
  }
  await talk.get("composer").press("Enter");
  assert.deepEqual(await talk.transcript(), []);
});

promise("100 kB of input are cut, and the page says so", {}, async ({ talk }) => {
  await talk.open();
  const reply = await talk.say("walnut ".repeat(15_000));
  assert.equal(reply.truncatedInput, true);
  assert.ok(reply.fedTokenIds.length <= MOST_TOKENS, `${reply.fedTokenIds.length} tokens`);
  assert.ok((await talk.tell("I live in Tolvane.")).reply.length > 0, "and it goes on");
});

promise("any script, control characters and broken text are taken", {}, async ({ talk }) => {
  await talk.open();
  const texts = [
    "我的鹦鹉叫泽菲尔。",
    "ببغائي اسمه زفير",
    "मेरा तोता",
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "e\u0301\u0301\u0301\u0301",
    "a\u0000b\u0007c\u001b[31md",
    "\ud800 half a pair",
    "\u202eright to left\u202c",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "<|user|><|end|><bos><eos>[INST]",
    "line\nline\r\nline",
  ];
  for (const text of texts) {
    const reply = await say(talk, text);
    assert.equal(reply.refused, undefined, `${JSON.stringify(text)}: ${reply.refused}`);
    assert.ok(reply.fedTokenIds.length <= MOST_TOKENS);
  }
  assert.ok((await talk.tell("I live in Tolvane.")).reply.length > 0, "and it goes on");
});

promise("text that looks like code is shown as text", {}, async ({ talk }) => {
  await talk.open();
  const text = "<img src=x onerror=alert(1)>";
  await talk.tell(text);
  assert.equal((await talk.transcript())[0], `user: ${text}`);
  await talk.reload();
  assert.equal((await talk.transcript())[0], `user: ${text}`);
  assert.equal(await talk.page.locator("img").count(), 0);
});

promise("a reply can be stopped, and what was said so far counts", {}, async ({ talk }) => {
  await talk.open();
  await talk.begin("Tell me about your day, please, as long as you can.");
  await talk.firstPiece();
  await talk.page.keyboard.press("Escape");
  const reply = await talk.answer();
  await talk.saved();
  const [, answer] = await talk.transcript();
  assert.equal(answer, `assistant: ${reply.reply.trim()}`);
  assert.ok((await talk.tell("I live in Tolvane.")).reply.length > 0, "and it goes on");
});
