// Every recipe of `www/examples` opens and answers, on a host that serves it and the package.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { page as html } from "./host.mjs";
import { promise } from "./promise.mjs";
import { PACKAGE, Widget, listen } from "./widget.mjs";

const EXAMPLES = fileURLToPath(new URL("../../www/examples/", import.meta.url));
const FACT = "My parrot is called Zephyr Malin.";
const HOST = { host: { folders: { "/": EXAMPLES, "/nested-memory/": PACKAGE } }, webgpu: false };

const read = (name) => readFile(new URL(name, `file://${EXAMPLES}`), "utf8");

promise("the recipes for a page, a frame and a learning platform", HOST, async ({ page, host }) => {
  await listen(page);
  await page.goto(`${host.url}plain.html`);
  const plain = new Widget(page);
  assert.equal(await plain.root.locator("[slot=poster]").innerText(), "Tell it something, end the conversation, and ask.");
  await plain.get("start").click();
  const answer = await (await plain.ready()).say(FACT);
  assert.match(await page.locator("#said").innerText(), /^It answered: ./);
  assert.ok(answer.length > 0);
  const ground = await plain.root.locator('[part="frame"]').evaluate((frame) => getComputedStyle(frame).backgroundColor);
  assert.equal(ground, "rgb(255, 253, 245)", "its colours can be set");
  assert.equal((await plain.root.boundingBox()).height, 600, "and its height");
  const before = await page.evaluate(() => getComputedStyle(document.body).color + document.documentElement.lang + document.title);
  assert.equal(before, "rgb(0, 0, 0)enA page of mine", "and nothing of the page is changed");

  for (const name of ["iframe.html", "lms.html"]) {
    await page.goto(host.url + name);
    const frame = await (await page.locator("iframe").elementHandle()).contentFrame();
    await page.waitForFunction(() => ![700, 400].includes(Number(document.querySelector("iframe").height)));
    await new Widget(frame).root.waitFor();
    assert.ok((await (await new Widget(frame).ready()).say("Hello!")).length > 0, name);
  }
});

promise("the recipes for Quarto and MkDocs: their HTML, on a page", HOST, async ({ page, host }) => {
  await listen(page);
  const quarto = /```\{=html\}\n([\s\S]*?)```/.exec(await read("quarto.qmd"))[1];
  const mkdocs = (await read("mkdocs.md")).match(/^<.*>$/gm).join("\n");
  host.pages["/quarto.html"] = html(quarto);
  host.pages["/notes/index.html"] = html(mkdocs);
  for (const address of ["quarto.html", "notes/index.html"]) {
    await page.goto(host.url + address);
    assert.ok((await (await new Widget(page).ready()).say("Hello!")).length > 0, address);
  }
});

promise("the module for notebooks: traits become attributes, and leaving takes it away", HOST, async ({ page, host }) => {
  await listen(page);
  const text = await read("../dist-widget/anywidget.js");
  assert.doesNotMatch(text, /^import\b|\bfrom\s*["']/m, "one file, as a notebook hands it over");
  host.pages["/notebook"] = html('<div id="out"></div>');
  await page.goto(`${host.url}notebook`);
  await page.evaluate(async (module) => {
    // As much of a notebook's model as there is in anywidget's own documentation.
    const traits = { assets: "/nested-memory", key: "notebook", device: "cpu", lang: "en", panels: "chat", theme: "", lesson: "", step: 1 };
    const changes = new EventTarget();
    window.model = {
      get: (name) => traits[name],
      set: (name, value) => ((traits[name] = value), changes.dispatchEvent(new Event(`change:${name}`))),
      on: (event, listener) => changes.addEventListener(event, listener),
      off: (event, listener) => changes.removeEventListener(event, listener),
      save_changes: () => {},
    };
    const { default: widget } = await import(module);
    window.leave = await widget.render({ model: window.model, el: document.querySelector("#out") });
  }, `${host.url}nested-memory/anywidget.js`);
  const widget = await new Widget(page).ready();
  assert.ok((await widget.say(FACT)).length > 0);
  await page.evaluate(() => window.model.set("theme", "dark"));
  assert.equal(await widget.root.getAttribute("theme"), "dark");
  await page.evaluate(() => (window.leave(), window.model.set("theme", "light")));
  assert.equal(await page.locator("nested-memory").count(), 0);
});
