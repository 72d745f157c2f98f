// A tab or a whole browser is killed at random moments, again and again. Nothing that was acknowledged may be lost, and what
// was not is there whole or not at all.
//
// NESTED_MEMORY_KILLS: how many; NESTED_MEMORY_SEED: which moments. The moments are drawn in what the page has heard of a
// deed's progress, so another run with the same seed is much the same but not to the microsecond.
import assert from "node:assert/strict";
import { chance } from "./chance.mjs";
import { isEmpty, kept, lost, wrongs } from "./kept.mjs";
import { promise } from "./promise.mjs";
import { report } from "./report.mjs";

const KILLS = Number(process.env.NESTED_MEMORY_KILLS ?? 12);
const SEED = Number(process.env.NESTED_MEMORY_SEED ?? 20260314);
/** A profile's history grows; after so many kills a new one begins. */
const KILLS_OF_A_PROFILE = 25;
/** The whole browser is killed every so many times, otherwise only what runs the tab. */
const WHOLE_BROWSER = 5;

const TEXTS = ["My parrot is called Zephyr Malin.", "She likes walnuts.", "I live in Tolvane.", "Hello!", "Thank you!"];

/** What can be in the middle when the kill comes: the versions it makes, and how much the page hears until it is saved. */
const DEEDS = {
  open: { makes: [], heard: 60 },
  say: { makes: ["turn"], heard: 26 },
  endConversation: { makes: ["conversation-ended"], heard: 18 },
  sleep: { makes: ["conversation-ended", "sleep"], heard: 32 },
  import: { makes: ["import"], heard: 2 },
  rewind: { makes: ["rewind"], heard: 2 },
  forget: { makes: ["forget-turn", "turn"], heard: 14 },
  startOver: { makes: [], heard: 2 },
};

/** What is drawn from: most kills come when something is being made. */
const OFTEN = [...Object.keys(DEEDS), "say", "endConversation", "sleep", "import", "rewind", "forget"];

/** Runs in the page: does a deed as its button does, and tells the test of what is saved and when to kill. */
function work({ deed, argument, after, ticks }) {
  const { session } = document.querySelector("nm-app");
  const { port1, port2 } = new MessageChannel();
  const tick = () => new Promise((resolve) => ((port1.onmessage = resolve), port2.postMessage(null)));
  let heard = 0;
  let aimed = false;
  const kill = async () => {
    if (aimed) return;
    aimed = true;
    for (let count = 0; count < ticks; count++) await tick();
    await window.tellTest("kill");
  };
  const opening = deed === "open";
  const hear = () => {
    if (heard++ >= after || (opening && session.phase !== "loading")) void kill();
  };
  session.addEventListener("change", hear);
  session.memory?.addEventListener("saved", () => window.tellTest("saved"));
  // It may have opened before anybody could listen.
  if (opening) return hear();
  const host = deed in session.past ? session.past : session;
  void host[deed](deed === "import" ? window.file : argument).finally(kill);
}

/** Rounds of one browser after the other; each ends with a kill. */
class Rounds {
  kills = 0;
  acknowledged = 0;
  lost = 0;
  unopened = 0;
  wrong = [];
  /** How far what was going on had come: nothing of it in the store, in the store and not acknowledged, acknowledged. */
  found = { unwritten: 0, written: 0, acknowledged: 0 };

  constructor(visit, draw) {
    this.visit = visit;
    this.draw = draw;
  }

  get talk() {
    return this.visit.talk;
  }

  pick(list) {
    return list[this.draw(list.length)];
  }

  /** With a new profile: the first opening of all, which makes the database, is the first to be killed. */
  async begin() {
    this.aim("open");
    await this.killDuring({ deed: "open", ...this.moment });
    return this.look({ versions: [], turns: [] }, [], 0);
  }

  /** Draws how and when the next kill comes. */
  aim(deed) {
    this.whole = this.kills % WHOLE_BROWSER === WHOLE_BROWSER - 1;
    // Most kills come at once, the others after up to some thousand turns of the page's event loop.
    this.moment = { after: this.draw(DEEDS[deed].heard), ticks: this.draw(3) ? 0 : 2 ** this.draw(14) };
    const how = `${JSON.stringify(this.moment)}, ${this.whole ? "browser" : "tab"}`;
    this.round = `seed ${SEED}, kill ${this.kills + 1}: ${deed}, ${how}`;
  }

  /** One round: from an open page to a kill and another open page, or to a new profile. */
  async run(before) {
    const deed = before.versions.length ? this.pick(OFTEN) : this.pick(["open", "say", "sleep"]);
    this.aim(deed);
    if (deed === "import") await this.talk.memory(async (memory) => void (window.file = await memory.export()));
    const first = this.pick(TEXTS);
    const { reply } = await this.talk.tell(first);
    this.acknowledged++;
    const deeds = [{ reason: "turn", said: [`user: ${first}`, `assistant: ${reply}`] }];
    if (deed === "forget") return this.forget(before, deeds);
    const argument = deed === "say" ? this.pick(TEXTS) : deed === "rewind" ? this.pick(before.versions.filter(({ bytes }) => bytes)).id : undefined;
    for (const reason of DEEDS[deed].makes) {
      deeds.push(reason === "turn" ? { reason, said: [`user: ${argument}`, null] } : { reason });
    }
    const saved = await this.killDuring({ deed, argument, ...this.moment });
    if (deed === "say") this.acknowledged += saved;
    return this.look(before, deeds, 1 + saved, deed === "startOver");
  }

  /**
   * Forgets the first of two turns. That is one transaction of two versions, back to before both and the second said again: what
   * is kept is all of it or nothing.
   */
  async forget(before, [first]) {
    const second = this.pick(TEXTS);
    const { reply } = await this.talk.tell(second);
    this.acknowledged++;
    const argument = await this.talk.memory(async (memory) => (await memory.versions())[1].id);
    const saved = await this.killDuring({ deed: "forget", argument, ...this.moment });
    const told = [first, { reason: "turn", said: [`user: ${second}`, `assistant: ${reply}`] }];
    const forgotten = [{ reason: "turn" }, { reason: "turn" }, { reason: "forget-turn" }, { reason: "turn", said: [`user: ${second}`, null] }];
    return this.look(before, forgotten, saved ? 4 : 2, false, told);
  }

  /** Kills during a deed; gives how much of it was acknowledged. */
  async killDuring(order) {
    const { page } = this.talk;
    let saved = 0;
    let shoot;
    const shot = new Promise((resolve) => (shoot = resolve));
    await page.exposeFunction("tellTest", (what) => (what === "kill" ? shoot() : void saved++));
    if (order.deed === "open") {
      await page.goto(this.talk.address(), { waitUntil: "commit" });
      await page.waitForFunction(() => document.querySelector("nm-app")?.session);
    }
    const kill = this.whole ? () => this.visit.crash() : await this.visit.aimAtTab();
    await page.evaluate(work, order);
    await shot;
    const acknowledged = saved;
    await kill();
    this.kills++;
    return acknowledged;
  }

  /**
   * Opens the page again and compares with what was planned, `undone` if nothing of the last deed was written; gives what is
   * kept now, null after a new profile had to be taken.
   */
  async look(before, planned, acknowledged, forgets, undone = null) {
    try {
      await this.talk.open();
    } catch (error) {
      this.unopened++;
      this.wrong.push(`${this.round}: it did not open: ${error.message}`);
      return null;
    }
    const after = await kept(this.talk);
    if (forgets && isEmpty(after)) return after;
    const made = after.versions.length - before.versions.length;
    const come = acknowledged === planned.length ? "acknowledged" : made > acknowledged ? "written" : "unwritten";
    if (planned.length > 1) this.found[come]++;
    const deeds = undone && come === "unwritten" ? undone : planned;
    const found = [...wrongs(before, after, deeds, acknowledged), ...(await this.visit.complaints())];
    if (undone && ![undone.length, planned.length].includes(made)) found.push(`${made - undone.length} versions of one transaction are there`);
    this.lost += lost(before, after, deeds, acknowledged);
    if (!found.length) return after;
    this.wrong.push(...found.map((sentence) => `${this.round}: ${sentence}`));
    return null;
  }
}

promise("a tab killed at any moment loses nothing that was acknowledged", { minutes: 2 + KILLS / 10 }, async ({ visit }) => {
  const began = Date.now();
  const rounds = new Rounds(visit, chance(SEED));
  try {
    for (let now = null; rounds.kills < KILLS; ) {
      if (!now || rounds.kills % KILLS_OF_A_PROFILE === 0) {
        if (rounds.kills) await visit.moveOut();
        now = await rounds.begin();
      } else now = await rounds.run(now);
    }
  } finally {
    const { kills, acknowledged, lost, unopened, wrong, found } = rounds;
    const seconds = Math.round((Date.now() - began) / 1000);
    const line = `${kills} kills, ${acknowledged} acknowledged turns, ${lost} lost, ${unopened} not opened, ${seconds} s (seed ${SEED})`;
    report("kills", line, { kills, acknowledged, lost, unopened, seed: SEED, seconds, found, wrong });
  }
  assert.deepEqual(rounds.wrong, []);
});
