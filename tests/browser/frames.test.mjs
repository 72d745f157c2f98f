// The page for frames inside other people's pages: strict, in a sandbox, from another site, in slides.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { page as html } from "./host.mjs";
import { promise } from "./promise.mjs";
import { report } from "./report.mjs";
import { FOLDERS, Widget, listen, told } from "./widget.mjs";

const FACT = "My parrot is called Zephyr Malin.";
const QUESTION = "What is my parrot called?";
const VIEW = "device=cpu&lang=en&key=frame";
const on = (pages) => ({ host: { folders: FOLDERS, pages }, webgpu: false });
const frameOf = (src, more = "") => html(`<iframe src="${src}" width="900" height="700" ${more}></iframe>`);

/** The inside of the page's only frame. */
async function inside(page) {
  const handle = await page.locator("iframe").elementHandle();
  return new Widget(await handle.contentFrame()).ready();
}

promise("in a sandbox it works, and says that nothing will be kept", on({ "/": frameOf(`/nm/embed.html#${VIEW}`, 'sandbox="allow-scripts"') }), async ({ page, host }) => {
  await listen(page);
  await page.goto(host.url);
  const widget = await inside(page);
  assert.equal(await widget.scope.evaluate(() => origin), "null");
  assert.ok((await widget.notice("no-storage")).length > 20);
  await widget.say(FACT);
  await widget.get("end-conversation").click();
  await widget.get("divider-ended").waitFor();
  assert.match(await widget.say(QUESTION), /Zephyr Malin/);
});

promise("inside another site's page it works, and says that the memory is that site's alone", on({}), async ({ page, host }) => {
  await listen(page);
  host.pages["/"] = frameOf(`${host.elsewhere}nm/embed.html#${VIEW}`);
  await page.goto(host.url);
  const widget = await inside(page);
  assert.ok((await widget.notice("partitioned")).length > 20);
  await widget.say(FACT);
  await widget.saved();
  await page.reload();
  assert.match(await (await inside(page)).say(QUESTION), /Zephyr Malin/, "kept for that site");
  await page.goto(`${host.elsewhere}nm/embed.html#${VIEW}`);
  const alone = await new Widget(page).ready();
  assert.equal(await alone.get("message-user").count(), 0, "another memory");
  assert.equal(await alone.get("notice").count(), 0);
});

promise("a frame tells how high it would like to be, in words that Canvas and Moodle know", on({ "/": frameOf(`/nm/embed.html#${VIEW}&reveal=interaction`) }), async ({ page, host }) => {
  await page.addInitScript(() => {
    if (window !== top) return;
    window.heights = [];
    addEventListener("message", ({ data }) => window.heights.push(data));
  });
  await page.goto(host.url);
  const all = async (count) => {
    await page.waitForFunction((count) => window.heights.length >= count, count);
    return page.evaluate(() => window.heights.splice(0));
  };
  const [own, lti, text] = await all(3);
  assert.deepEqual(own, { type: "nested-memory:height", height: own.height });
  assert.ok(own.height >= 300 && own.height < 2000);
  assert.deepEqual(lti, { subject: "lti.frameResize", height: own.height });
  assert.deepEqual(JSON.parse(text), lti);
  await page.evaluate(() => (document.querySelector("iframe").width = 400));
  assert.ok((await all(3))[0].height > own.height, "narrow, it is higher");
});

const RECIPES = fileURLToPath(new URL("../../www/examples/", import.meta.url));
const MODULES = fileURLToPath(new URL("./node_modules/", import.meta.url));
const SLIDES = { host: { folders: { "/": RECIPES, "/nested-memory/": FOLDERS["/nm/"], "/node_modules/": MODULES } }, webgpu: false, minutes: 20 };
const TIMES = Number(process.env.NESTED_MEMORY_SLIDES ?? 10);
SLIDES.host.policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; worker-src 'self' blob:";

promise(`in slides, unloaded and loaded again ${TIMES} times, it loses nothing`, SLIDES, async ({ page, host }) => {
  await listen(page);
  await page.goto(`${host.url}reveal.html#/1`);
  const shown = async () => {
    const began = performance.now();
    await page.locator("section.present iframe[src]").waitFor();
    const widget = await inside(page);
    return { widget, took: performance.now() - began };
  };
  const { widget } = await shown();
  await widget.say(FACT);
  const took = [];
  let turns = 1;
  for (let time = 0; time < TIMES; time++) {
    const last = (await shown()).widget;
    if (time % 5 === 0) turns += (await last.say(`I have ${time + 2} apples.`)) ? 1 : 0;
    await page.evaluate(() => (location.hash = "#/0"));
    await page.locator("iframe:not([src])").waitFor({ state: "attached" });
    await page.evaluate(() => (location.hash = "#/1"));
    const back = await shown();
    took.push(back.took);
    const kept = await back.widget.scope.evaluate(() => document.querySelector("nested-memory").memory.transcript.filter(({ role }) => role === "user").length);
    assert.equal(kept, turns, `after ${time + 1} times`);
  }
  assert.match(await (await shown()).widget.say(QUESTION), /Zephyr Malin/);
  took.sort((a, b) => a - b);
  const median = Math.round(took[took.length >> 1]);
  report("slides", `slides: ${TIMES} times, restored in ${median} ms (median), ${Math.round(took.at(-1))} ms (longest)`, { times: TIMES, median, longest: took.at(-1) });
});
