// Whoever hears, magnifies, forces colours or holds still: the audit of axe-core on every page and lesson, and how they look.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { LESSONS, Reader } from "./lesson.mjs";
import { promise, SCREENSHOTS } from "./promise.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What axe has against the page as it is now, a line each. The page's policy holds for scripts in it, not for the browser's own tools. */
async function violations(page) {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  const found = await page.evaluate((tags) => window.axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] }), TAGS);
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.flat().join(" ")}: ${failureSummary}`));
}

/** Audits the page in both themes. */
async function audit(page, what) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    assert.deepEqual(await violations(page), [], `${what}, ${colorScheme}`);
  }
}

for (const lang of ["en", "zh"]) {
  promise(`the page has no violation of WCAG 2.2 AA, whatever is open (${lang})`, {}, async ({ talk }) => {
    const { page } = talk;
    await page.emulateMedia({ reducedMotion: "reduce" });
    await talk.open({ lang });
    await audit(page, "empty");
    await talk.tell("My parrot is called Zephyr Malin.");
    await talk.tell("My brother is allergic to walnuts.");
    await audit(page, "talking");
    await talk.sleep();
    await audit(page, "night");
    await talk.closeNight();
    await talk.probe("What is my parrot called?");
    await talk.get("evidence").locator("summary").click();
    await audit(page, "probed");
    await talk.get("downloads").click();
    await audit(page, "downloads");
    await page.keyboard.press("Escape");
    await talk.get("history").click();
    await talk.get("version").first().waitFor();
    await audit(page, "history");
    await talk.get("history-close").click();
    await talk.get("start-over").click();
    await audit(page, "starting over");
    await talk.get("start-over-cancel").click();
    await talk.chooseFile(Buffer.from("no memory"));
    await audit(page, "a file that is refused");
  });

  promise(`the lessons have no violation of WCAG 2.2 AA (${lang})`, {}, async ({ talk }) => {
    const { page } = talk;
    await page.emulateMedia({ reducedMotion: "reduce" });
    const reader = new Reader(page, talk.url);
    await reader.open({ lang });
    await audit(page, "the list");
    for (const lesson of LESSONS) {
      await reader.open({ lesson, lang });
      await reader.plays("live");
      await audit(page, `${lesson}, first step`);
      const { of } = await reader.place();
      await reader.open({ lesson, lang, step: of });
      await reader.plays("live");
      await audit(page, `${lesson}, last step`);
    }
    await reader.open({ lesson: "memento", lang, step: 3 });
    await reader.plays("live");
    await reader.space();
    await audit(page, "a comparison");
  });
}

promise("the other pages have no violation of WCAG 2.2 AA either", {}, async ({ talk }) => {
  const { page } = talk;
  await page.goto(new URL("strategies.html?device=cpu", talk.url).href);
  await page.locator('nm-strategies[data-ready="true"]').waitFor();
  await audit(page, "side by side, before");
  for (const [deeds, id] of ["contest-say", "contest-end", "contest-ask"].entries()) {
    await talk.get(id).press("Enter");
    await talk.get("contest-deeds").locator("li").nth(deeds).waitFor();
    await talk.get("contest-table").and(page.locator('[aria-busy="false"]')).waitFor();
  }
  await audit(page, "side by side, asked");
  await page.goto(new URL("embed.html?device=cpu#reveal=interaction", talk.url).href);
  await page.getByRole("button", { name: "Start" }).waitFor();
  await audit(page, "the widget's poster");
  await page.getByRole("button", { name: "Start" }).press("Enter");
  await talk.get("composer").waitFor();
  await page.locator('[data-testid="composer"]:not([disabled])').waitFor();
  await audit(page, "the widget");
  await talk.open();
  await talk.get("share").click();
  await talk.get("share-link").waitFor();
  await audit(page, "sharing");
});

/** Nothing hangs over the edge of the window. */
async function fits(page, what) {
  const overhang = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overhang <= 0, `${what}: ${overhang} pixels hang over`);
}

promise("at 200 % and on a phone nothing is cut off, and every button can be reached", {}, async ({ talk }) => {
  const { page } = talk;
  const reader = new Reader(page, talk.url);
  for (const [width, height] of [[640, 400], [390, 844], [320, 640]]) {
    await page.setViewportSize({ width, height });
    await talk.open();
    await fits(page, `the page at ${width}`);
    await reader.open();
    await fits(page, `the list at ${width}`);
    await page.screenshot({ path: join(SCREENSHOTS, `lessons-${width}.png`) });
    await reader.open({ lesson: "sleep" });
    await reader.plays("live");
    await reader.space();
    await fits(page, `a lesson at ${width}`);
    await page.screenshot({ path: join(SCREENSHOTS, `lesson-${width}.png`), fullPage: true });
    for (const id of ["lesson-go", "lesson-back", "composer", "sleep", "downloads"]) {
      await reader.get(id).scrollIntoViewIfNeeded();
      const box = await reader.get(id).boundingBox();
      assert.ok(box && box.x >= 0 && box.x + box.width <= width + 1, `${id} at ${width}: ${JSON.stringify(box)}`);
    }
    await reader.open({ lesson: "notebook", step: 2 });
    await fits(page, `a comparison at ${width}`);
  }
});

promise("with forced colours everything still has an edge and the focus is seen", {}, async ({ talk }) => {
  const { page } = talk;
  await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
  const reader = new Reader(page, talk.url);
  await reader.open({ lesson: "frequencies", step: 2 });
  await reader.plays("live");
  await reader.space();
  await reader.get("lesson-go").focus();
  await page.screenshot({ path: join(SCREENSHOTS, "lesson-forced-colours.png") });
  const edge = await reader.get("lesson-go").evaluate((button) => {
    const { borderTopStyle, borderTopWidth, outlineStyle } = getComputedStyle(button);
    return [borderTopStyle, borderTopWidth, outlineStyle];
  });
  assert.deepEqual(edge, ["solid", "1px", "solid"]);
  const ring = page.locator("nm-spotlight .ring").first();
  assert.equal(await ring.evaluate((element) => getComputedStyle(element).borderTopStyle), "solid");
});

promise("a level is saved as a picture, and what happened as tables", { devices: ["cpu", "webgpu"] }, async ({ device, talk }) => {
  const { page } = talk;
  await talk.open({ device });
  await talk.tell("My parrot is called Zephyr Malin.");
  await talk.endConversation();
  const save = async (id) => {
    if (!(await talk.get(`download-${id}`).isVisible())) await talk.get("downloads").click();
    const [file] = await Promise.all([page.waitForEvent("download"), talk.get(`download-${id}`).click()]);
    return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
  };
  const svg = await save("slow-svg");
  assert.equal(svg.name, "slow.svg");
  const text = svg.bytes.toString();
  assert.match(text, /^<svg [^>]*role="img"/);
  assert.match(text, /<title id="title">/);
  const { rows, columns } = await talk.memory(
    (memory) => new Promise((told) => (memory.addEventListener("weights", ({ detail }) => told(detail), { once: true }), memory.weights())),
  );
  assert.equal(text.match(/M\d+ \d+h/g).length, rows * columns, "a square for each weight");
  const png = await save("slow-png");
  assert.deepEqual([...png.bytes.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
  const traces = (await save("traces")).bytes.toString();
  assert.match(traces, /token,text,role,turn,surprise,weight_fast,weight_mid,weight_slow/);
  assert.match(traces, / Z,user,0,|" Z",user,0,/);
  const updates = (await save("updates")).bytes.toString().trim().split("\r\n");
  assert.ok(updates.some((line) => /^\d+,slow,0,/.test(line)), updates.join("\n"));
});
