// Everything without a pointer.
import assert from "node:assert/strict";
import { promise } from "./promise.mjs";

/** Runs in the page: what can be operated now, and what has the focus, through all shadow roots. */
function survey() {
  const name = (element) => element.dataset.testid ?? element.getAttribute("aria-label") ?? `${element.localName}: ${element.textContent.trim()}`;
  const found = [];
  const look = (root) =>
    root.querySelectorAll("*").forEach((element) => {
      if (element.shadowRoot) look(element.shadowRoot);
      const operable = element.matches("button:enabled, textarea:enabled, input:enabled:not([hidden]), select:enabled, summary, a[href], [tabindex='0']");
      if (operable && element.checkVisibility({ visibilityProperty: true })) found.push(name(element));
    });
  look(document);
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  return { found, focused: focused && focused !== document.body ? name(focused) : null };
}

promise("Tab reaches everything that can be operated", {}, async ({ talk }) => {
  await talk.open();
  await talk.tell("My parrot is called Zephyr Malin.");
  const { found } = await talk.page.evaluate(survey);
  for (const id of ["composer", "end-conversation", "export", "import", "start-over", "device-badge"]) {
    assert.ok(found.includes(id), `${id} can be operated: ${found.join(", ")}`);
  }
  await talk.page.evaluate(() => document.activeElement?.blur());
  const reached = new Set();
  for (let step = 0; step < found.length * 2; step++) {
    await talk.page.keyboard.press("Tab");
    const { focused } = await talk.page.evaluate(survey);
    if (focused) reached.add(focused);
  }
  assert.deepEqual(found.filter((name) => !reached.has(name)), [], `reached only: ${[...reached].join(", ")}`);
});

promise("a conversation, its end and a dialogue without a pointer", {}, async ({ talk }) => {
  const { page } = talk;
  const tabTo = async (id) => {
    for (let step = 0; step < 60; step++) {
      const { focused } = await page.evaluate(survey);
      if (focused === id) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`Tab does not reach ${id}`);
  };
  await talk.open();
  await tabTo("composer");
  await page.keyboard.type("My parrot is called Zephyr Malin.");
  await page.keyboard.press("Enter");
  await talk.get("stop").waitFor();
  await talk.get("send").waitFor();
  assert.equal((await talk.transcript())[0], "user: My parrot is called Zephyr Malin.");

  await tabTo("end-conversation");
  await page.keyboard.press("Enter");
  await talk.heard("conversationended");
  await talk.idle();

  await tabTo("start-over");
  await page.keyboard.press("Enter");
  await talk.get("start-over-confirm").waitFor();
  const { focused } = await page.evaluate(survey);
  assert.equal(focused, "start-over-cancel", "the harmless answer has the focus");
  await page.keyboard.press("Escape");
  await talk.get("start-over-confirm").waitFor({ state: "hidden" });
  assert.ok((await talk.transcript()).length > 0, "Escape starts nothing over");
});
