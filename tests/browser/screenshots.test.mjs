// Pictures of the page after a short conversation, for people to look at; and that nothing hangs over the edge.
import assert from "node:assert/strict";
import { join } from "node:path";
import { SCREENSHOTS, promise } from "./promise.mjs";

const SIZES = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
];

promise("screenshots of a short conversation, light and dark, wide and narrow", {}, async ({ talk }) => {
  const { page } = talk;
  await page.setViewportSize(SIZES[0]);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await talk.open();
  await talk.tell("My parrot is called Zephyr Malin.");
  await talk.tell("My brother is allergic to walnuts.");
  await talk.endConversation();
  await talk.ask("What is my parrot called?");
  await pictures(page, "page");
});

promise("screenshots of a night and of a question asked level by level", {}, async ({ talk }) => {
  const { page } = talk;
  await page.setViewportSize(SIZES[0]);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await talk.open();
  await talk.tell("My parrot is called Zephyr Malin.");
  await talk.tell("Thank you!");
  await talk.tell("My brother is allergic to walnuts.");
  await talk.sleep();
  await pictures(page, "night");
  await talk.closeNight();
  await talk.probe("What is my parrot called?");
  await pictures(page, "probe");
});

promise("screenshots of what the memory was", {}, async ({ talk }) => {
  const { page } = talk;
  await page.setViewportSize(SIZES[0]);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await talk.open();
  await talk.tell("My parrot is called Zephyr Malin.");
  await talk.endConversation();
  await talk.tell("My brother is allergic to walnuts.");
  await talk.rewind(1);
  await talk.get("history").click();
  await pictures(page, "history");
});

promise("screenshots of strategies side by side", {}, async ({ talk }) => {
  const { page } = talk;
  await page.emulateMedia({ reducedMotion: "reduce" });
  for (const lang of ["en", "zh"]) {
    await page.setViewportSize(SIZES[0]);
    const address = new URL("strategies.html", talk.url);
    address.search = new URLSearchParams({ device: "cpu", lang });
    await page.goto(address.href);
    await page.locator('nm-strategies[data-ready="true"]').waitFor();
    await pictures(page, `strategies-${lang}-before`);
    for (const [deeds, id] of ["contest-say", "contest-end", "contest-ask"].entries()) {
      await talk.get(id).click();
      await talk.get("contest-deeds").locator("li").nth(deeds).waitFor();
      await talk.get("contest-table").and(page.locator('[aria-busy="false"]')).waitFor();
    }
    await pictures(page, `strategies-${lang}`);
  }
});

async function pictures(page, name) {
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      // Two frames: one in which the page hears of it, one in which it is drawn.
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-${size.width}x${size.height}-${colorScheme}.png`) });
      const overhang = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overhang <= 0, `${overhang} pixels hang over at ${size.width} pixels`);
    }
  }
}
