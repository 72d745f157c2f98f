// `<nested-memory>` on somebody else's page, under a strict policy.
import assert from "node:assert/strict";
import { page as html } from "./host.mjs";
import { promise } from "./promise.mjs";
import { FOLDERS, MODULE, Widget, listen, mostWorkers, told, workers } from "./widget.mjs";

const FACT = "My parrot is called Zephyr Malin.";
const QUESTION = "What is my parrot called?";
const CPU = 'device="cpu" lang="en"';
const on = (pages) => ({ host: { folders: FOLDERS, pages }, webgpu: false });
const heavy = (host) => host.asked.filter((path) => /\.wasm$|\.safetensors$|worker-|inside-/.test(path));

const UPGRADE = on({ "/": html(`<nested-memory reveal="interaction" lang="en"></nested-memory>`) });
promise("attributes are properties, set before the element is defined or after", UPGRADE, async ({ page, host }) => {
  await page.goto(host.url);
  const found = await page.evaluate(async (module) => {
    const element = document.querySelector("nested-memory");
    Object.assign(element, { key: "early", step: 3 });
    await import(module);
    const before = [element.getAttribute("key"), element.getAttribute("step"), element.step, element.memory];
    Object.assign(element, { device: "cpu", seed: 7, theme: "dark" });
    const reflected = ["device", "seed", "theme"].map((name) => element.getAttribute(name));
    element.setAttribute("panels", "chat");
    element.device = null;
    const made = document.createElement("nested-memory");
    return { before, reflected, panels: element.panels, device: element.hasAttribute("device"), made: made.getAttributeNames() };
  }, `${host.url}nm/nested-memory.js`);
  assert.deepEqual(found, {
    before: ["early", "3", 3, null],
    reflected: ["cpu", "7", "dark"],
    panels: "chat",
    device: false,
    made: [],
  });
  assert.equal(await page.evaluate(() => ((document.querySelector("nested-memory").hidden = true), getComputedStyle(document.querySelector("nested-memory")).display)), "none");
});

const SHARED = on({
  "/": html(`${MODULE}<nested-memory key="one" ${CPU} loading="eager"></nested-memory>
    <nested-memory key="one" ${CPU} loading="eager"></nested-memory><nested-memory key="two" ${CPU} loading="eager"></nested-memory>`),
});
promise("two elements with one key share a memory, with two keys they do not", SHARED, async ({ page, host }) => {
  await listen(page);
  await page.goto(host.url);
  const [first, second, other] = await Promise.all([0, 1, 2].map((at) => new Widget(page, at).ready()));
  assert.equal(page.workers().length, 2, "one worker for each key");
  await first.say(FACT);
  await told(page, "reply", 1);
  assert.match(await second.say(QUESTION), /Zephyr Malin/);
  assert.equal(await second.get("message-user").count(), 2, "it shows what was said in the other one");
  assert.doesNotMatch(await other.say(QUESTION), /Zephyr/);
  await page.evaluate(() => document.querySelector("nested-memory").remove());
  assert.match(await new Widget(page, 0).say(QUESTION), /Zephyr Malin/, "the other goes on with it");
});

const FAR = "<br>".repeat(400);
const LATE = on({
  "/": html(`${MODULE}<nested-memory key="shared" ${CPU} reveal="interaction"></nested-memory>${FAR}
    <nested-memory key="shared" ${CPU}></nested-memory>`),
});
promise("nothing heavy is loaded before it is needed", LATE, async ({ page, host }) => {
  await listen(page);
  await page.goto(host.url);
  const asked = new Widget(page, 0);
  const far = new Widget(page, 1);
  await asked.get("start").waitFor();
  await told(page, "onscreen", 0);
  assert.deepEqual(heavy(host), [], "one waits to be asked, the other to be seen");
  await asked.get("start").press("Enter");
  await asked.ready();
  assert.equal(await far.scope.evaluate(() => document.querySelectorAll("nested-memory")[1].memory), null);
  await far.root.scrollIntoViewIfNeeded();
  await far.ready();
  await told(page, "onscreen", 1);
  await told(page, "offscreen", 0);
});

const UNSEEN = on({
  "/": html(`${MODULE}<nested-memory key="shared" ${CPU}></nested-memory>${FAR}
    <nested-memory key="shared" ${CPU} loading="eager"></nested-memory>`),
});
promise("nothing is drawn that nobody sees", UNSEEN, async ({ page, host }) => {
  await listen(page);
  await page.goto(host.url);
  const [near, far] = await Promise.all([0, 1].map((at) => new Widget(page, at).ready()));
  await near.say(FACT);
  await told(page, "reply", 1);
  assert.equal(await far.get("message-user").count(), 0);
  await far.root.scrollIntoViewIfNeeded();
  await far.get("message-user").waitFor();
});

const SPEAKING = on({ "/": html(`${MODULE}<main><nested-memory key="one" ${CPU}></nested-memory></main><aside></aside>`) });
promise("removed while it speaks it leaves no worker; moved it goes on", SPEAKING, async ({ page, host }) => {
  await listen(page);
  await page.goto(host.url);
  const widget = await new Widget(page).ready();
  await page.evaluate(() => document.querySelector("aside").append(document.querySelector("nested-memory")));
  await widget.say(FACT);
  assert.equal((await told(page, "ready")).length, 1, "moving opens nothing anew");
  assert.equal(page.workers().length, 1);
  await widget.get("composer").fill(QUESTION);
  await widget.get("composer").press("Enter");
  await widget.get("stop").waitFor();
  await page.evaluate(() => document.querySelector("nested-memory").remove());
  await workers(page, 0);

  await page.evaluate(() => document.querySelector("main").append(Object.assign(document.createElement("nested-memory"), { key: "one", device: "cpu", lang: "en" })));
  await page.evaluate(() => document.querySelector("nested-memory").start());
  await page.evaluate(() => document.querySelector("nested-memory").remove());
  await workers(page, 0);
  await page.evaluate(() => document.querySelector("main").append(Object.assign(document.createElement("nested-memory"), { key: "one", device: "cpu", lang: "en" })));
  assert.match(await (await new Widget(page).ready()).say(QUESTION), /Zephyr Malin/, "what was saved is there");
});

const TWENTY = on({ "/": html(MODULE + Array.from({ length: 20 }, (_, at) => `<nested-memory key="k${at}" ${CPU} panels="chat"></nested-memory>`).join("")) });
promise("of twenty at most four are awake, every one answers, and a rested one remembers", TWENTY, async ({ page, host }) => {
  await listen(page);
  const most = await mostWorkers(page);
  await page.goto(host.url);
  const awake = async (at) => {
    const widget = new Widget(page, at);
    await widget.root.scrollIntoViewIfNeeded();
    return widget.ready();
  };
  for (let at = 0; at < 20; at++) {
    const widget = await awake(at);
    assert.ok((await widget.say(at === 0 ? FACT : "Hello!")).length > 0);
    await widget.saved();
  }
  assert.match(await (await awake(0)).say(QUESTION), /Zephyr Malin/);
  assert.equal(await most(), 4);
  await page.evaluate(() => document.querySelectorAll("nested-memory").forEach((element) => element.remove()));
  await workers(page, 0);
});

const WRONG = on({
  "/unknown": html(`${MODULE}<nested-memory ${CPU} theme="pink" panels="chat cinema" step="x" seed="-1" transcript="maybe"></nested-memory>`),
  "/base": html(`${MODULE}<nested-memory ${CPU} base="/nowhere/"></nested-memory>`),
  "/module": html(`${MODULE}<nested-memory lang="zh" reveal="interaction">Words for who has no script.</nested-memory>`),
});
WRONG.expected = [/Failed to load resource/];
promise("what is wrong is said where the reader looks, and told with a code", WRONG, async ({ page, host }) => {
  await listen(page);
  await page.goto(`${host.url}unknown`);
  const unknown = await new Widget(page).ready();
  const said = await unknown.message("attribute");
  for (const name of ["theme", "panels", "step", "seed", "transcript"]) assert.match(said, new RegExp(`^${name}="`, "m"));
  const errors = await told(page, "error");
  assert.equal(errors.length, 5);
  assert.ok(errors.every(({ code, message }) => code === "attribute" && message.length > 20));
  assert.ok((await unknown.say(FACT)).length > 0, "it works on");

  await page.goto(`${host.url}base`);
  const alert = new Widget(page).get("alert");
  await alert.waitFor();
  assert.match(await alert.innerText(), /The base could not be fetched/);
  assert.equal((await told(page, "error"))[0].code, "base-missing");
  await workers(page, 0);

  // The module is there, and what it needs next is not: the network is gone, or the folder is not whole.
  const browser = await page.context().newCDPSession(page);
  for (const [code, offline] of [["missing", false], ["offline", true]]) {
    host.down = false;
    // What the pages before have loaded would do.
    await browser.send("Network.clearBrowserCache");
    await page.goto(`${host.url}module`);
    await new Widget(page).get("start").waitFor();
    host.down = true;
    await page.context().setOffline(offline);
    await new Widget(page).get("start").click();
    assert.match(await new Widget(page).message(code), /\p{Script=Han}/u, "in its own language");
    assert.equal((await told(page, "error"))[0].code, code);
    await page.context().setOffline(false);
  }
});
