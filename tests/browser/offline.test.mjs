// Without a network after the first visit, and a new build that comes in cleanly.
import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promise } from "./promise.mjs";
import { Widget, listen } from "./widget.mjs";

const DIST = fileURLToPath(new URL("../../www/dist/", import.meta.url));
const FACT = "My parrot is called Zephyr Malin.";
const VIEW = "embed.html#device=cpu&lang=en&key=offline";
const on = () => ({ host: { folders: {} }, webgpu: false });

/** What the page keeps: one entry for each cache, name and addresses. */
const kept = (page) =>
  page.evaluate(async () => {
    const caches = [];
    for (const name of await self.caches.keys()) {
      const requests = await (await self.caches.open(name)).keys();
      caches.push({ name, urls: requests.map(({ url }) => new URL(url).pathname) });
    }
    return caches;
  });

/** Waits until everything that the visitor has loaded is kept. */
const whole = (page) =>
  page.waitForFunction(async () => {
    for (const name of await caches.keys()) {
      const urls = (await (await caches.open(name)).keys()).map(({ url }) => url);
      if (["base.safetensors", "base.json", "tokenizer.json", ".wasm", "embed.html"].every((end) => urls.some((url) => url.endsWith(end)))) return true;
    }
    return false;
  });

promise("after one visit it works without a network, and nothing is kept that this visitor did not load", on(), async ({ page, host }) => {
  host.folders["/"] = DIST;
  await listen(page);
  await page.goto(host.url + VIEW);
  await (await new Widget(page).ready()).say(FACT);
  await whole(page);
  const [{ urls }] = await kept(page);
  assert.equal(urls.filter((url) => url.endsWith(".wasm")).length, 1, "one runtime, the one for this device");

  host.down = true;
  await page.reload();
  const widget = await new Widget(page).ready();
  assert.match(await widget.say("What is my parrot called?"), /Zephyr Malin/);
  await page.goto(`${host.url}embed.html?theme=dark#device=cpu&lang=zh&key=another`);
  await new Widget(page).ready();
});

promise("an open page keeps its build; the next one gets the new build, and the old one goes", on(), async ({ page, host }) => {
  const newer = await mkdtemp(join(tmpdir(), "nested-memory-newer-"));
  try {
    await cp(DIST, newer, { recursive: true });
    const change = async (name, from, to) => {
      const text = await readFile(join(newer, name), "utf8");
      assert.notEqual(text.replace(from, to), text);
      await writeFile(join(newer, name), text.replace(from, to));
    };
    await change("service-worker.js", /[0-9a-f]{12}(?=`)/, "0123456789ab");
    await change("embed.html", "<body>", '<body class="newer">');

    host.folders["/"] = DIST;
    await listen(page);
    await page.goto(host.url + VIEW);
    await (await new Widget(page).ready()).say(FACT);
    await whole(page);
    const [{ name: old }] = await kept(page);

    host.folders["/"] = newer;
    const other = await page.context().newPage();
    await listen(other);
    await other.goto(host.url + VIEW.replace("offline", "other"));
    await new Widget(other).ready();
    await other.waitForFunction(async () => (await navigator.serviceWorker.getRegistration()).waiting);
    assert.ok((await kept(page)).some(({ name }) => name === old), "the old page still has its files");
    await other.waitForFunction(async () => (await caches.keys()).length === 2);
    await whole(other);

    await Promise.all([page.goto("about:blank"), other.close()]);
    await page.goto(host.url + VIEW);
    await page.waitForFunction(async (old) => !(await caches.keys()).includes(old), old);
    assert.equal(await page.evaluate(() => document.body.className), "newer");
    host.down = true;
    await page.reload();
    assert.match(await (await new Widget(page).ready()).say("What is my parrot called?"), /Zephyr Malin/);
  } finally {
    await rm(newer, { recursive: true, force: true });
  }
});

promise("deleting everything takes the kept files away too, and leaves what others keep", on(), async ({ page, host }) => {
  host.folders["/"] = DIST;
  await listen(page);
  await page.goto(`${host.url}embed.html?panels=bar,chat#device=cpu&lang=en&key=offline`);
  await (await new Widget(page).ready()).say(FACT);
  await whole(page);
  await page.evaluate(async () => {
    localStorage.setItem("host", "mine");
    await (await caches.open("host")).put("/x", new Response("mine"));
  });
  await page.getByTestId("start-over").click();
  await page.getByTestId("erase").click();
  await page.waitForFunction(async () => (await caches.keys()).join() === "host" && (await navigator.serviceWorker.getRegistrations()).length === 0);
  assert.equal(await page.evaluate(() => localStorage.getItem("host")), "mine");
});
