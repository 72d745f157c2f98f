// What a page shows can be shared: as an address, as a frame, as an element. What was said is in none of them.
import assert from "node:assert/strict";
import { join } from "node:path";
import { SCREENSHOTS, promise } from "./promise.mjs";

promise("a shared view shows the chosen parts, and nothing of what was said", { webgpu: false }, async ({ talk }) => {
  const { page } = talk;
  await talk.open();
  await talk.say("My parrot is called Zephyr Malin.");
  await talk.get("share").click();
  await talk.get("share-levels").uncheck();
  await talk.get("share-probe").uncheck();
  const codes = {};
  for (const form of ["link", "iframe", "element"]) codes[form] = await talk.get(`share-${form}`).inputValue();
  await page.screenshot({ path: join(SCREENSHOTS, "share.png") });
  assert.doesNotMatch(JSON.stringify(codes), /Zephyr|parrot/i);
  assert.equal(new URL(codes.link).hash, "#key=test&lang=en&device=cpu&panels=bar,chat,tools,evidence");
  assert.match(codes.iframe, /^<iframe src="[^"]+embed\.html#key=test&amp;lang=en/);
  assert.match(codes.element, /<nested-memory key="test" lang="en" device="cpu" panels="bar chat tools evidence"><\/nested-memory>$/);
  await talk.get("share-chat").uncheck();
  assert.equal(await talk.get("share-link").count(), 0, "a view of nothing cannot be shared");
  await talk.get("share-close").click();
  await talk.get("share-dialog").waitFor({ state: "detached" });

  await page.goto(codes.link);
  await talk.ready();
  assert.deepEqual([await talk.get("composer").isVisible(), await talk.get("levels-switch").count(), await talk.get("probe").isVisible()], [true, 0, false]);
  assert.equal((await talk.transcript()).length, 2, "the memory of this browser");
  await page.goto(`${talk.address()}#chat=hide&bar=hide`);
  await talk.page.getByTestId("levels-switch").waitFor();
  assert.deepEqual([await talk.get("composer").count(), await talk.get("share").count()], [0, 0]);
});
