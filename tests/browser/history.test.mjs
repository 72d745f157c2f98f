// What the memory was at other times: one can look, go back, go forward again, and nothing is lost by it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { firstLayout } from "./layouts.mjs";
import { read } from "./snapshot.mjs";
import { promise } from "./promise.mjs";

const FACT = "My parrot is called Zephyr Malin.";
const QUESTION = "What is my parrot called?";

/** The memory's numbers as they are now. */
const numbers = async (talk) => read(await talk.export()).data;

promise(
  "one goes back to before a fact, and forward again, bit for bit",
  {},
  async ({ talk }) => {
    await talk.open();
    await talk.tell("Hello!");
    const before = await numbers(talk);
    await talk.tell(FACT);
    await talk.endConversation();
    const after = await numbers(talk);
    const [ended, told, hello] = await talk.memory((memory) =>
      memory.versions(),
    );
    assert.deepEqual(
      [ended.reason, told.reason, hello.reason],
      ["conversation-ended", "turn", "turn"],
    );

    await talk.rewind(2);
    assert.deepEqual(await numbers(talk), before);
    assert.equal(
      await talk.get("lost").count(),
      2,
      "what was told and answered is marked",
    );
    assert.ok(
      !(await talk.say(QUESTION)).reply.includes("Zephyr"),
      "it is not known any more",
    );

    await talk.reload();
    assert.equal(
      await talk.get("lost").count(),
      2,
      "and still is after a reload",
    );
    const versions = await talk.memory((memory) => memory.versions());
    await talk.rewind(versions.findIndex((version) => version.id === ended.id));
    assert.deepEqual(await numbers(talk), after);
    assert.ok((await talk.say(QUESTION)).reply.includes("Zephyr Malin"));
  },
);

promise(
  "a version keeps its name and its pin, and the keyboard is enough for it",
  {},
  async ({ talk }) => {
    await talk.open();
    await talk.tell(FACT);
    await talk.get("history").press("Enter");
    await talk.get("name-version").first().press("Enter");
    await talk.get("version-name").fill("  before the holiday ");
    await talk.get("version-name").press("Enter");
    await talk
      .get("version")
      .filter({ hasText: "before the holiday" })
      .waitFor();
    assert.equal(
      await talk.get("pin-version").first().getAttribute("aria-pressed"),
      "true",
      "what has a name is kept",
    );
    await talk.get("history-close").press("Enter");
    await talk.reload();
    const [version] = await talk.memory((memory) => memory.versions());
    assert.deepEqual(
      [version.name, version.pinned, version.current],
      ["before the holiday", true, true],
    );
  },
);

promise(
  "the ledger names every version, and each line seals the one before",
  {},
  async ({ talk }) => {
    await talk.open();
    await talk.tell(FACT);
    await talk.endConversation();
    await talk.rewind(1);
    const lines = JSON.parse(
      await talk.memory(async (memory) => (await memory.ledger()).text()),
    );
    assert.deepEqual(
      lines.map((line) => [line.version, line.cause, line.of]),
      [
        [1, "turn", null],
        [2, "conversation-ended", null],
        [3, "rewind", 1],
      ],
    );
    let before = "";
    for (const line of lines) {
      assert.equal(line.before, before);
      const hash = createHash("sha256")
        .update(JSON.stringify({ ...line, hash: "" }))
        .digest("hex");
      assert.equal(line.hash, hash);
      before = line.hash;
    }
    await talk.get("history").press("Enter");
  await talk.get("versions").waitFor();
  await talk.get("verify-ledger").press("Enter");
  await talk.get("verified").filter({ hasText: "✓ 3 lines" }).waitFor();
  await talk.get("history-close").press("Enter");
  const said = JSON.stringify(lines);
    assert.ok(!/zephyr|parrot/i.test(said), "it does not tell what was said");
    const metadata = JSON.parse(
      read(await talk.export()).header.__metadata__.nested_memory,
    );
    assert.equal(
      lines[2].memory,
      metadata.sha256,
      "the exported memory is the ledger's last version",
    );
  },
);

promise("a memory that was kept in the first layout opens, goes on, and can be gone back to", {}, async ({ talk }) => {
  await talk.open();
  await talk.tell(FACT);
  await talk.endConversation();
  const bytes = await talk.export();
  await firstLayout(talk.page, talk.url, bytes);
  await talk.open();
  assert.deepEqual(await talk.transcript(), [`user: ${FACT}`]);
  assert.deepEqual(await numbers(talk), read(bytes).data);
  await talk.tell("Hello!");
  await talk.rewind(1);
  assert.deepEqual(await numbers(talk), read(bytes).data);
});

promise("two versions are compared: where they differ, and what they answer", {}, async ({ talk }) => {
  await talk.open();
  await talk.tell("Hello!");
  await talk.endConversation();
  await talk.tell(FACT);
  await talk.endConversation();
  await talk.tell(QUESTION);
  await talk.get("history").press("Enter");
  // The end of the first conversation, before the fact was told.
  await talk.get("version").nth(3).getByTestId("compare-version").press("Enter");
  await talk.get("compare").waitFor();
  for (const level of ["mid", "slow"]) assert.equal(await talk.get(`compare-${level}`).getAttribute("data-changed"), "true");
  const answer = talk.get("compare-answer").filter({ hasText: QUESTION });
  assert.equal(await answer.getAttribute("data-sign"), "different");
  const [before, after] = await answer.locator("td").allInnerTexts();
  assert.ok(!before.includes("Zephyr") && after.includes("Zephyr Malin"), `${before} → ${after}`);
  assert.equal(await talk.get("compare").locator("nm-heat-map").count(), 3);
  await talk.get("compare-back").press("Enter");
  await talk.get("versions").waitFor();
});
