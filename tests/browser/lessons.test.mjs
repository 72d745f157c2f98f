// The lessons: each played from start to end on the model, against its recording; by keys alone; from a file and an address;
// broken; without the model; on paper.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LESSONS, Reader, SHELF, wordsOf } from "./lesson.mjs";
import { promise, SCREENSHOTS } from "./promise.mjs";

const LANGUAGES = ["en", "zh"];
/** With this in the environment the recordings are made anew instead of being compared. */
const RECORD = Boolean(process.env.NESTED_MEMORY_RECORD);
/** What the lesson that sleeps is told first: whoever records it anew may tell it of somebody else. */
const TOLD = JSON.parse(readFileSync(join(SHELF, "sleep.en.json"), "utf8")).steps[0].do[0].say;
const EXAMPLE = readFileSync(join(SHELF, "../../docs/example-lesson.json"), "utf8");

for (const lang of LANGUAGES) {
  promise(`every lesson does on the model what its text says and its recording shows (${lang})`, { expected: RECORD ? [/404/] : [] }, async ({ talk }) => {
    const reader = new Reader(talk.page, talk.url);
    for (const lesson of LESSONS) {
      await reader.open({ lesson, lang });
      await reader.plays("live");
      await reader.readThrough();
      const live = await reader.records();
      const wrong = live.flatMap((record, at) => (record?.outcomes ?? []).filter(({ right }) => !right).map((one) => [at + 1, one]));
      assert.deepEqual(wrong, [], `${lesson}: what its text says does not happen`);
      if (RECORD) {
        writeFileSync(join(SHELF, `${lesson}.${lang}.trace.json`), `${await reader.trace()}\n`);
        continue;
      }
      await talk.page.waitForFunction(() => document.querySelector("nm-lesson-page").shadowRoot.querySelector("nm-lesson-stage").recordedRecords.length > 0);
      const played = live.map((record) => record ?? { happenings: [], outcomes: [] });
      const recorded = (await reader.records("recordedRecords")).map((record) => record ?? { happenings: [], outcomes: [] });
      assert.deepEqual(wordsOf(played), wordsOf(recorded), `${lesson}: the recording is not of this model; NESTED_MEMORY_RECORD=1 makes it anew`);
    }
  });
}

if (!RECORD) {
  promise("a lesson goes on, back, to a step and to its start by keys alone, and does the same again", {}, async ({ talk }) => {
    const reader = new Reader(talk.page, talk.url);
    await reader.open({ lesson: "frequencies" });
    await reader.plays("live");
    const { page } = talk;
    await reader.space();
    assert.deepEqual(await reader.place(), { at: 2, of: 6 });
    await reader.space();
    const first = await reader.records();
    assert.ok((await reader.outcomes()).length > 0);
    await page.keyboard.press("ArrowLeft");
    assert.equal((await reader.place()).at, 1);
    await page.keyboard.press("Home");
    assert.equal((await reader.place()).at, 1);
    await reader.space();
    await reader.space();
    assert.deepEqual(await reader.records(), first, "the same again, to the last digit");
    assert.match(page.url(), /step=2/, "the address follows");

    // In a field Space is a space.
    await reader.get("composer").focus();
    await page.keyboard.type("Good morning!");
    assert.equal(await reader.get("composer").inputValue(), "Good morning!");
    await page.keyboard.press("Enter");
    await page.locator('[data-testid="message-assistant"][data-state="done"]').nth(1).waitFor();
    await reader.get("send").waitFor();
    await page.evaluate(() => {
      for (let at = document.activeElement; at; at = at.shadowRoot?.activeElement) at.blur();
    });
    // What the reader said in between is not in the lesson's memory.
    await reader.open({ lesson: "frequencies", step: 2 });
    await reader.plays("live");
    await reader.space();
    assert.deepEqual(wordsOf(await reader.records()).slice(0, 2), wordsOf(first).slice(0, 2));
  });

  promise("what a reader says in between does not change what the lesson shows", {}, async ({ talk }) => {
    const reader = new Reader(talk.page, talk.url);
    await reader.open({ lesson: "frequencies", step: 2 });
    await reader.plays("live");
    await reader.space();
    await reader.get("composer").fill("My brother is allergic to chalk.");
    await reader.get("composer").press("Enter");
    await talk.page.locator('[data-testid="message-assistant"][data-state="done"]').nth(1).waitFor();
    await reader.get("send").waitFor();
    await reader.get("lesson-go").press("Space");
    await reader.get("lesson-go").press("Space");
    await reader.rests();
    const said = await talk.page.getByTestId("message-user").allInnerTexts();
    assert.deepEqual(said, ["My parrot is called Zephyr Malin.", "Good morning!", "My brother is allergic to walnuts."]);
  });

  promise("a question is answered, checked and explained without a pointer", {}, async ({ talk }) => {
    const reader = new Reader(talk.page, talk.url);
    await reader.open({ lesson: "sleep" });
    await reader.get("check").first().press("Enter");
    assert.match(await reader.get("verdict").first().innerText(), /Choose/);
    await reader.get("choice-1").first().press("Space");
    await reader.get("check").first().press("Enter");
    assert.equal(await reader.get("verdict").first().getAttribute("data-right"), "false");
    await reader.get("choice-0").first().press("Space");
    await reader.get("check").first().press("Enter");
    assert.equal(await reader.get("verdict").first().getAttribute("data-right"), "true");
    assert.match(await reader.get("verdict").first().innerText(), /empty/);
    assert.equal((await reader.place()).at, 1, "Space in a question turns no page");
  });

  promise("without the model a lesson is read, and its recording is played and called so", { expected: [/ERR_FAILED|Failed to load resource/] }, async ({ talk }) => {
    const { page } = talk;
    await page.context().route(/\.wasm$|base\.safetensors$/, (route) => route.abort());
    const reader = new Reader(page, talk.url);
    await reader.open({ lesson: "sleep" });
    await reader.plays("recorded");
    const text = await page.locator("nm-lesson-text article").innerText();
    for (const words of ["hippocampus", "By a thread", "It has moved"]) assert.ok(text.includes(words), words);
    await reader.readThrough();
    const outcomes = await reader.outcomes();
    assert.ok(outcomes.length > 10 && outcomes.every((line) => line.startsWith("✓")), outcomes.join("\n"));
    assert.match(await reader.get("lesson-mode").innerText(), /Recorded/);
    assert.ok((await page.getByTestId("message-user").allInnerTexts()).includes(TOLD), TOLD);
    await reader.get("composer").fill("My sister lives in Lisbon.");
    await reader.get("composer").press("Enter");
    await page.locator('[data-testid="alert"][data-code="not-recorded"]').waitFor();
  });

  promise("a lesson in an address is opened by the page and by the widget", {}, async ({ talk }) => {
    const { page } = talk;
    const reader = new Reader(page, talk.url);
    for (const place of ["", "embed.html"]) {
      await page.goto("about:blank");
      await page.goto(new URL(`${place}?device=cpu&lang=en#lesson=frequencies&step=2`, talk.url).href);
      await reader.get("step").first().waitFor();
      assert.deepEqual(await reader.place(), { at: 2, of: 6 });
      await reader.plays("live");
      await reader.get("lesson-go").press("Enter");
      await reader.rests();
      assert.ok((await reader.outcomes()).every((line) => line.startsWith("✓")), await reader.outcomes());
    }
  });

  promise("a lesson of somebody's own is opened from a file and by its address", {}, async ({ talk }) => {
    const { page } = talk;
    const reader = new Reader(page, talk.url);
    await reader.open();
    assert.equal(await page.locator("nm-lesson-page li a").count(), LESSONS.length);
    await reader.get("lesson-file").setInputFiles({ name: "mine.json", mimeType: "application/json", buffer: Buffer.from(EXAMPLE) });
    await reader.plays("live");
    await reader.readThrough();
    assert.ok((await reader.outcomes()).every((line) => line.startsWith("✓")));

    await page.route("**/lessons/mine.json", (route) => route.fulfill({ contentType: "application/json", body: EXAMPLE }));
    await reader.get("all-lessons").click();
    await reader.get("lesson-address").fill("lessons/mine.json");
    await reader.get("lesson-address").press("Enter");
    await reader.get("step").first().waitFor();
    assert.match(page.url(), /lesson=lessons%2Fmine\.json/);
    await reader.plays("live");
    await reader.space();
    assert.ok((await reader.outcomes()).every((line) => line.startsWith("✓")));
  });

  promise("a lesson that cannot be played is refused with a sentence, its line, and an event", {}, async ({ talk }) => {
    const { page } = talk;
    const reader = new Reader(page, talk.url);
    await reader.open();
    await page.evaluate(() => {
      window.codes = [];
      document.addEventListener("lessonerror", ({ detail }) => window.codes.push(detail.code));
    });
    const broken = [
      ["lesson-damaged", EXAMPLE.slice(0, 200), /Line \d+: this is not JSON/],
      ["lesson-version", EXAMPLE.replace('"version": 1', '"version": 2'), /Line 3, version: the lesson is of version 2; this page reads version 1/],
      ["lesson-invalid", EXAMPLE.replace('"say"', '"shout"'), /“shout” is not known here. Known are: “say”/],
      ["lesson-step", EXAMPLE.replace('"say"', '"rewind"'), /no step before makes the checkpoint/],
    ];
    for (const [code, text, sentence] of broken) {
      await reader.get("lesson-file").setInputFiles({ name: `${code}.json`, mimeType: "application/json", buffer: Buffer.from(text) });
      const alert = page.locator(`[data-testid="lesson-error"][data-code="${code}"]`);
      await alert.waitFor();
      assert.match(await alert.innerText(), sentence);
      await reader.get("all-lessons").click();
    }
    await reader.get("lesson-address").fill("https://example.org/lesson.json");
    await reader.get("lesson-address").press("Enter");
    await page.locator('[data-testid="lesson-error"][data-code="lesson-foreign"]').waitFor();
    await reader.get("all-lessons").click();
    await reader.get("lesson-address").fill("nowhere");
    await reader.get("lesson-address").press("Enter");
    await page.locator('[data-testid="lesson-error"][data-code="lesson-missing"]').waitFor();
    assert.deepEqual(await page.evaluate(() => window.codes), [...broken.map(([code]) => code), "lesson-foreign", "lesson-missing"]);
  });

  promise("on paper a lesson has every step, what happened in it, and pictures of the levels", {}, async ({ talk }) => {
    const { page } = talk;
    const reader = new Reader(page, talk.url);
    await reader.open({ lesson: "sleep" });
    await page.locator("nm-lesson-report").nth(4).waitFor({ state: "attached" });
    await page.emulateMedia({ media: "print" });
    const steps = await reader.get("step").all();
    for (const step of steps) assert.ok(await step.isVisible());
    const pictures = page.locator("nm-lesson-report svg");
    assert.ok((await pictures.count()) >= 5);
    assert.ok(await pictures.first().isVisible());
    assert.match(await page.locator("nm-lesson-report figure").nth(1).innerText(), new RegExp(TOLD.split(" ").at(-1)));
    assert.ok(!(await reader.get("lesson-go").isVisible()), "no buttons on paper");
    await page.screenshot({ path: join(SCREENSHOTS, "lesson-print.png"), fullPage: true });
    const session = await page.context().newCDPSession(page);
    const { data } = await session.send("Page.printToPDF", { printBackground: true });
    const pages = Buffer.from(data, "base64").toString("latin1").match(/\/Type\s*\/Page\b/g);
    assert.ok(pages.length >= 2, `${pages.length} page of paper: the rest was cut off`);
  });
}
