// Strategies of memory side by side: the same is told to all, and all are asked the same.
import assert from "node:assert/strict";
import { promise } from "./promise.mjs";

const FACT = "My parrot is called Zephyr Malin.";
const QUESTION = "What is my parrot called?";
const VALUE = /Zephyr Malin/i;
const PLAYERS = ["frozen", "context", "notebook", "nested"];

/** Opens the page of its own and waits until the model is there. */
async function open(talk, options = {}) {
  const address = new URL("strategies.html", talk.url);
  address.search = new URLSearchParams({ device: "cpu", lang: "en", ...options });
  await talk.page.goto(address.href);
  await talk.page.locator('nm-strategies[data-ready="true"]').waitFor();
}

/** The test id of what has the focus, through all shadow roots. */
function focused() {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element?.dataset.testid ?? null;
}

async function tabTo(page, id) {
  for (let step = 0; step < 40; step++) {
    if ((await page.evaluate(focused)) === id) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not reach ${id}`);
}

/** Waits until so many things were done and nothing goes on. */
async function done(talk, deeds) {
  await talk.get("contest-deeds").locator("li").nth(deeds - 1).waitFor();
  await talk.get("contest-table").and(talk.page.locator('[aria-busy="false"]')).waitFor();
}

/** What a row says. */
async function row(talk, name) {
  const row = talk.get(`row-${name}`);
  return { sign: await row.getAttribute("data-sign"), wins: await row.getAttribute("data-wins"), text: await row.innerText() };
}

promise("the table is played without a pointer: frozen does not know, nested does after the conversation ended", {}, async ({ talk }) => {
  await open(talk);
  const { page } = talk;
  await tabTo(page, "contest-told");
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type(FACT);
  await page.keyboard.press("Enter");
  await done(talk, 1);
  await tabTo(page, "contest-end");
  await page.keyboard.press("Enter");
  await done(talk, 2);
  await tabTo(page, "contest-question");
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type(QUESTION);
  await tabTo(page, "contest-expected");
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("Zephyr Malin");
  await page.keyboard.press("Enter");
  await done(talk, 3);
  const rows = Object.fromEntries(await Promise.all(PLAYERS.map(async (name) => [name, await row(talk, name)])));
  for (const [name, { sign, wins, text }] of Object.entries(rows)) {
    assert.equal(sign, VALUE.test(text) ? "right" : "wrong", `${name}: ${text}`);
    assert.equal(/wins/.test(text), wins !== "", `who wins is told in words: ${text}`);
    assert.ok(wins === "" || sign === "right", `nobody wins who is wrong: ${text}`);
  }
  assert.equal(rows.frozen.sign, "wrong");
  assert.equal(rows.nested.sign, "right");
  const outcome = await talk.get("contest-said").innerText();
  for (const [name, words] of [["frozen", "Frozen"], ["nested", "Nested memory"]]) {
    assert.equal(outcome.includes(words), rows[name].sign === "right", `whoever only listens hears it: ${outcome}`);
  }

  await tabTo(page, "contest-ask");
  await page.keyboard.press("Enter");
  await done(talk, 4);
  const answers = (text) => text.split("\n").filter((line) => !/tokens|since it began/.test(line));
  for (const name of PLAYERS) assert.deepEqual(answers((await row(talk, name)).text), answers(rows[name].text), "asking changes nothing");
});

promise("conversations pass, can be stopped on the way, and what had passed counts", {}, async ({ talk }) => {
  await open(talk, { lang: "zh" });
  await talk.get("contest-pass").click();
  await talk.get("contest-deeds").locator("li.pass").waitFor();
  await talk.get("contest-stop").click();
  await talk.get("contest-failure").and(talk.page.locator('[data-code="stopped"]')).waitFor();
  assert.match(await talk.get("contest-deeds").innerText(), /^[1-9] /);
  await talk.get("contest-restart").click();
  await talk.get("contest-deeds").waitFor({ state: "detached" });
  await talk.get("contest-say").click();
  await done(talk, 1);
});

promise("a contest leaves the memory alone, and whoever cannot take part is refused", {}, async ({ talk }) => {
  await talk.open();
  await talk.tell(FACT);
  await talk.endConversation();
  const before = { file: await talk.export(), heard: await talk.page.evaluate(() => window.heard.length) };
  const found = await talk.memory(
    async (memory, { fact, question }) => {
      const refused = async (work) => {
        try {
          await work();
          return null;
        } catch (error) {
          return error.code;
        }
      };
      const contest = await memory.contest(["nested-awake", "fine-tuning", "notebook", "frozen"]);
      const codes = [
        await refused(() => memory.contest([])),
        await refused(() => memory.contest(["prayer"])),
        await refused(() => memory.contest(["frozen", "frozen"])),
        await refused(() => memory.contest(["frozen", "context", "notebook", "nested", "nested-awake"])),
        await refused(() => contest.say(" \n ")),
      ];
      const told = await contest.say(fact.replace("parrot", "llama"));
      const ended = await contest.end();
      const asked = await contest.ask(question);
      const forgotten = await contest.say("Please forget what my llama is called.");
      await contest.close();
      codes.push(await refused(() => contest.say(fact)));
      return { codes, told, ended, asked, forgotten };
    },
    { fact: FACT, question: QUESTION },
  );
  assert.deepEqual(found.codes, ["bad-input", "bad-input", "bad-input", "bad-input", "bad-input", "no-contest"]);
  const kinds = (standings) => standings.map(({ changed }) => changed.kind);
  assert.deepEqual(kinds(found.ended), ["weights", "weights", "notes", "nothing"]);
  assert.ok(found.told.every(({ answer, tokensRead }) => answer !== null && tokensRead > 0));
  assert.ok(found.ended.every(({ answer }) => answer === null));
  for (const [i, { answer, strategy }] of found.asked.entries()) {
    assert.doesNotMatch(answer, /^$/);
    if (strategy === "frozen") assert.doesNotMatch(answer, VALUE, "the person's memory has no part in it");
    assert.ok(found.asked[i].totalRead > found.ended[i].totalRead);
  }
  const notes = (standings) => standings.find(({ strategy }) => strategy === "notebook").changed.amount;
  assert.deepEqual([notes(found.ended), notes(found.forgotten)], [1, 0], "the notebook forgets by taking the note away");
  assert.deepEqual(await talk.export(), before.file);
  assert.equal(await talk.page.evaluate(() => window.heard.length), before.heard, "and tells nothing of it");
});

promise("a link leads to it and back, and whoever only talks does not load it", {}, async ({ talk }) => {
  await talk.open();
  const loaded = () => talk.page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname));
  assert.deepEqual((await loaded()).filter((path) => /strateg|contest|standings/i.test(path)), []);
  await talk.get("strategies").click();
  await talk.page.locator('nm-strategies[data-ready="true"]').waitFor();
  assert.match(await talk.page.title(), /Where does compaction happen/);
  await talk.get("back").click();
  await talk.ready();
});
