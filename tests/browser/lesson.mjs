// A lesson in the hands of a reader.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Where the lessons lie that come with the page. */
export const SHELF = fileURLToPath(new URL("../../www/public/lessons/", import.meta.url));
export const LESSONS = JSON.parse(readFileSync(`${SHELF}index.json`, "utf8")).lessons.map(({ id }) => id);

export class Reader {
  constructor(page, url) {
    this.page = page;
    this.url = url;
  }

  /** Opens the page of lessons, at a lesson or at the list, and gives its address. */
  async open({ lesson = null, step = 1, lang = "en", device = "cpu", ...rest } = {}) {
    const address = new URL("lesson.html", this.url);
    address.search = new URLSearchParams({ device, lang, ...rest });
    if (lesson) address.hash = new URLSearchParams({ lesson, step });
    // The same page at another place is not loaded again, and a reader who comes anew has it loaded.
    await this.page.goto("about:blank");
    await this.page.goto(address.href);
    await (lesson ? this.get("step").first() : this.get("lessons")).waitFor();
  }

  get(id) {
    return this.page.getByTestId(id);
  }

  get stage() {
    return this.page.locator("nm-lesson-stage");
  }

  /** Waits until the lesson is played like this: "live", "recorded". */
  async plays(mode) {
    await this.page.locator(`[data-testid="lesson-mode"][data-mode="${mode}"]`).waitFor();
  }

  /** Which step the reader is at, the first being 1, and how many there are. */
  async place() {
    const steps = await this.get("step").all();
    const here = await Promise.all(steps.map((step) => step.getAttribute("aria-current")));
    return { at: here.indexOf("step") + 1, of: steps.length };
  }

  /** Presses Space and waits until what it began is over. */
  async space() {
    await this.page.keyboard.press("Space");
    await this.rests();
  }

  async rests() {
    await this.page.locator('[data-testid="lesson-go"][data-state="resting"]').waitFor();
  }

  /** Whether Space would play this step. */
  playsNext() {
    return this.stage.evaluate((stage) => stage.player.playsNext);
  }

  /** Goes through the lesson with nothing but Space. */
  async readThrough() {
    for (;;) {
      await this.space();
      if (await this.get("lesson-problem").isVisible()) throw new Error(await this.get("lesson-problem").innerText());
      if (await this.get("lesson-finished").isVisible()) return;
    }
  }

  /** What happened in each step: played here, or when it was recorded. */
  records(which = "records") {
    return this.stage.evaluate((stage, which) => stage[which].map((record) => record && JSON.parse(JSON.stringify(record))), which);
  }

  /** What was heard while it was played, as a file for `SHELF`. */
  trace() {
    return this.page.locator("nm-lesson-page").evaluate((page) => JSON.stringify(page.trace(), null, 0));
  }

  /** What came of the expectations, as the reader sees them: `✓ …`. */
  async outcomes() {
    const rows = await this.get("outcome").all();
    return Promise.all(rows.map(async (row) => `${(await row.getAttribute("data-right")) === "true" ? "✓" : "✗"} ${await row.innerText()}`));
  }
}

/** What of a record does not depend on the last digits of a number: words, and what was expected. */
export function wordsOf(records) {
  return records.map((record) => {
    if (!record) return null;
    const happenings = record.happenings.map((happening) => {
      if (happening.kind !== "contest") return happening;
      return { ...happening, rounds: happening.rounds.map(({ standings, ...round }) => ({ ...round, answers: standings.map(({ answer }) => answer) })) };
    });
    return { happenings, outcomes: record.outcomes };
  });
}
