// Every call of IndexedDB may fail. Whatever fails, the step comes to an end, it succeeded after all or the page says in
// words that it did not, and nothing that was acknowledged is lost.
//
// By default each call site fails once, in turn in one of the ways in which such a call can; NESTED_MEMORY_FAULTS=all
// tries all ways, and also the calls that only look something up.
import assert from "node:assert/strict";
import { FAULTS, makeBreakable } from "./breakable.mjs";
import { isEmpty, kept, wrongs } from "./kept.mjs";
import { promise } from "./promise.mjs";
import { report } from "./report.mjs";

const ALL = process.env.NESTED_MEMORY_FAULTS === "all";
/** They cannot fail but in a transaction that has failed already. */
const LOOKUPS = ["objectStore", "index"];
/** As many versions fit into what all snapshots may take together; with more the oldest snapshots go. */
const CROWD = 26;
/** Above it a memory is started over between two trials. */
const MANY = 18;
const TEXT = "She likes walnuts.";
const NAME = "before the holiday";
/** The codes in which the page says that something was not stored or not read. */
const CODES = ["no-storage", "not-restored", "quota", "pruned", "unsaved", "second-tab", "storage"];

/** What is done, and the reason of the version that it makes. */
const STEPS = {
  opening: null,
  telling: "turn",
  ending: "conversation-ended",
  naming: null,
  "going back": "rewind",
  importing: "import",
  exporting: null,
  "starting over": null,
  "telling when old snapshots must go": "turn",
};

/** Runs in the page: does a step as its button does. What came of it is in `window.outcome` as soon as it is over. */
function work({ step, text, name, version }) {
  const { session, memory } = document.querySelector("nm-app");
  const works = {
    telling: () => session.say(text),
    ending: () => session.endConversation(),
    naming: () => session.past.mark(version, { name, pinned: false }),
    "going back": () => session.past.rewind(version),
    importing: () => session.import(window.file),
    exporting: () => session.export(),
    "starting over": () => session.startOver(),
    "telling when old snapshots must go": () => session.say(text),
  };
  let saved = 0;
  window.outcome = null;
  memory.addEventListener("saved", () => saved++);
  void works[step]().finally(() => (window.outcome = { saved }));
}

/** One memory, on which one thing after the other fails. */
class Trials {
  results = [];
  wrong = [];
  /** Trials in which something was wrong. */
  bad = 0;
  before = null;

  constructor(visit, next) {
    this.visit = visit;
    this.next = next;
  }

  get talk() {
    return this.visit.talk;
  }

  get page() {
    return this.talk.page;
  }

  /** Opens the page whole and looks at what is kept. */
  async reopen() {
    await this.talk.open();
    return kept(this.talk);
  }

  /** Sees to it that there is something to lose and, for a crowded step, more than there is room for. */
  async prepare(step) {
    this.before ??= await this.reopen();
    const crowded = step === "telling when old snapshots must go";
    const count = this.before.versions.length;
    const whole = this.before.storage === "indexeddb";
    if (whole && (crowded ? count >= CROWD : count >= 2 && count <= MANY)) return;
    if (!whole || (!crowded && count > MANY)) await this.talk.startOver();
    await this.talk.tell("My parrot is called Zephyr Malin.");
    do await this.talk.endConversation();
    while (crowded && (await this.talk.memory(async (memory) => (await memory.versions()).length)) < CROWD);
    this.before = await this.reopen();
  }

  /** The call sites of a step, in their order: `{ site, nth }`. */
  async record(step) {
    await this.prepare(step);
    if (step !== "opening") await this.do(step, null);
    const calls = await this.visit.worker.evaluate(() => self.storage.calls);
    this.before = await this.reopen();
    const sites = calls.map((site, place) => ({ site, nth: calls.slice(0, place).filter((other) => other === site).length }));
    // What is done for each version or turn is no other call from the third on.
    return sites.filter(({ nth }) => nth < 2);
  }

  /** Does a step in which a call fails as ordered, to its end. */
  async do(step, order) {
    const { page } = this;
    if (step === "opening") {
      this.next.order = order;
      await page.goto(this.talk.address());
      await page.waitForFunction(() => document.querySelector("nm-app")?.session.progress.memory);
    } else {
      if (step === "importing") await this.talk.memory(async (memory) => void (window.file = await memory.export()));
      await this.visit.worker.evaluate((order) => self.storage.arm(order), order);
      await page.evaluate(work, { step, text: TEXT, name: NAME, version: this.before.versions.find(({ bytes }) => bytes)?.id });
    }
    const isOver = () => document.querySelector("nm-app").session.phase !== "loading" && window.outcome !== null;
    if (order?.fault === "slow") {
      await this.visit.worker.evaluate(() => self.storage.held);
      assert.equal(await page.evaluate(isOver), false, `${step} does not wait for a slow ${order.site}`);
      await this.visit.worker.evaluate(() => self.storage.release());
    }
    await page.waitForFunction(isOver);
    this.next.order = null;
  }

  /** What the page has told, and a person can read: the codes of its notices and of its alert. */
  async told() {
    const codes = await this.page.evaluate(() => {
      const { notices, failure } = document.querySelector("nm-app").session;
      return { notices: notices.map(({ code }) => code), alerts: failure ? [failure.code] : [] };
    });
    for (const [id, shown] of [["notice", codes.notices], ["alert", codes.alerts]]) {
      for (const code of shown) {
        const words = await this.page.locator(`[data-testid="${id}"][data-code="${code}"]`).innerText();
        assert.ok(words.length > 20, `${code} is told in words: ${words}`);
      }
    }
    return [...codes.notices, ...codes.alerts];
  }

  /** One trial: a step with a fault, what came of it, and what is kept afterwards. */
  async run(step, order) {
    await this.prepare(step);
    const { before } = this;
    await this.do(step, order);
    const hits = await this.visit.worker.evaluate(() => self.storage.hits);
    const codes = await this.told();
    // A page that could not read its memory goes on without it, and must not write over it.
    if (step === "opening" && codes.length) await this.page.evaluate((text) => document.querySelector("nm-app").session.say(text), TEXT);
    const saved = step === "opening" ? 0 : await this.page.evaluate(() => window.outcome.saved);
    const after = await this.reopen();
    this.before = after;

    const outcome = codes.join(" and ") || (saved ? "saved" : "done");
    const result = { step, site: order.site, nth: order.nth, fault: order.fault, outcome };
    this.results.push(result);
    const found = this.judge(step, { before, after, codes, saved });
    if (hits !== 1) found.push(`the fault came ${hits} times`);
    if (found.length) this.bad++;
    this.wrong.push(...found.map((sentence) => `${JSON.stringify(result)}: ${sentence}`));
  }

  judge(step, { before, after, codes, saved }) {
    const wrong = codes.filter((code) => !CODES.includes(code)).map((code) => `${code} is no name for it`);
    const makes = STEPS[step];
    if (makes && !saved && !codes.length) wrong.push("it was not saved, and nobody was told");
    if (step === "starting over" && !codes.length) return isEmpty(after) ? wrong : [...wrong, "something is left"];
    if (step === "naming" && !codes.length && !after.versions.some(({ name }) => name === NAME)) wrong.push("the name is not kept");
    const said = makes === "turn" ? [`user: ${TEXT}`, null] : undefined;
    return [...wrong, ...wrongs(before, after, makes ? [{ reason: makes, said }] : [], saved)];
  }
}

/** What is tried: each site with one way to fail, each way in its turn, or with all. */
function plan(sites, turn) {
  return sites.flatMap((place) => {
    const [call] = place.site.split(" ");
    if (LOOKUPS.includes(call) && !ALL) return [];
    turn[call] = (turn[call] ?? -1) + 1;
    const faults = ALL ? FAULTS[call] : [FAULTS[call][turn[call] % FAULTS[call].length]];
    return faults.map((fault) => ({ ...place, fault }));
  });
}

promise("a call of IndexedDB that fails is told or made good, and loses nothing", { minutes: ALL ? 45 : 15 }, async ({ visit }) => {
  const began = Date.now();
  const trials = new Trials(visit, await makeBreakable(visit.context));
  const turn = {};
  let sites = 0;
  try {
    for (const step of Object.keys(STEPS)) {
      const found = await trials.record(step);
      sites += found.length;
      for (const order of plan(found, turn)) await trials.run(step, order);
    }
  } finally {
    const { results, wrong, bad } = trials;
    const counts = {};
    for (const { outcome } of results) counts[outcome] = (counts[outcome] ?? 0) + 1;
    const seconds = Math.round((Date.now() - began) / 1000);
    const line = `${results.length} faults at ${sites} call sites, ${bad} came out wrong, ${seconds} s: ${JSON.stringify(counts)}`;
    report("faults", line, { faults: results, sites, counts, bad, wrong, seconds });
  }
  assert.deepEqual(trials.wrong, []);
});

for (const [code, order] of [
  ["unsaved", { fault: "unreadable", times: 2 }],
  ["quota", { fault: "full" }],
]) {
  promise(`a turn that is not saved (${code}) is told, and saved together with the next one`, {}, async ({ visit, talk }) => {
    await makeBreakable(visit.context);
    await talk.open();
    await talk.tell("My parrot is called Zephyr Malin.");
    await talk.reload();
    const before = await kept(talk);
    await visit.worker.evaluate((order) => self.storage.arm(order), { site: "put heads", nth: 0, ...order });
    const first = await talk.say(TEXT);
    assert.ok((await talk.notice(code)).length > 20);
    const second = await talk.tell("Hello!");
    await talk.reload();
    const said = [`user: ${TEXT}`, `assistant: ${first.reply}`, "user: Hello!", `assistant: ${second.reply}`];
    assert.deepEqual(wrongs(before, await kept(talk), [{ reason: "turn", said }], 1), []);
  });
}
