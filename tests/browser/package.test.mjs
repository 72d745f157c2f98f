// The package: packed, installed without a network into somebody's project, and used there.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { page as html } from "./host.mjs";
import { promise } from "./promise.mjs";
import { PACKAGE, Widget, listen } from "./widget.mjs";

const run = promisify(execFile);
const TSC = fileURLToPath(new URL("../../www/node_modules/typescript/bin/tsc", import.meta.url));
const PROJECT = { host: { folders: {} }, webgpu: false };

promise("the package installs without a network, its types hold, and its element and its memory answer", PROJECT, async ({ page, host }) => {
  const project = await mkdtemp(join(tmpdir(), "nested-memory-project-"));
  try {
    const npm = (...words) => run("npm", words, { cwd: project });
    const { stdout } = await npm("pack", "--json", PACKAGE);
    const [{ filename, files }] = JSON.parse(stdout);
    const names = files.map(({ path }) => path);
    for (const name of ["nested-memory.js", "embed.html", "anywidget.js", "base/base.safetensors", "custom-elements.json", "LICENSE-MIT", "README.md"]) {
      assert.ok(names.includes(name), `${name} is in it`);
    }
    await writeFile(join(project, "package.json"), JSON.stringify({ name: "project", private: true, type: "module" }));
    await npm("install", "--offline", "--no-audit", "--no-fund", `./${filename}`);
    const installed = join(project, "node_modules", "nested-memory");
    for (const { path } of JSON.parse(await readFile(join(installed, "custom-elements.json"), "utf8")).modules) assert.ok(names.includes(path));

    await writeFile(join(project, "use.ts"), USE);
    const options = ["--noEmit", "--strict", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler", "--lib", "es2023,dom,dom.iterable"];
    await run(process.execPath, [TSC, ...options, "use.ts"], { cwd: project }).catch((error) => assert.fail(error.stdout));

    host.folders["/node_modules/"] = join(project, "node_modules");
    host.pages["/"] = html('<script type="module" src="/node_modules/nested-memory/nested-memory.js"></script><nested-memory key="p" lang="en" device="cpu"></nested-memory>');
    await listen(page);
    await page.goto(host.url);
    const widget = await new Widget(page).ready();
    await widget.say("My parrot is called Zephyr Malin.");
    assert.match(await widget.say("What is my parrot called?"), /Zephyr Malin/);
    const alone = await page.evaluate(async () => {
      const { NestedMemory } = await import("/node_modules/nested-memory/nested-memory.js");
      const memory = await NestedMemory.open({ key: "alone", device: "cpu" });
      for await (const piece of memory.say("My parrot is called Zephyr Malin.")) void piece;
      await memory.close();
      return memory.lastReply.reply;
    });
    assert.ok(alone.length > 0, "the memory alone, without a picture");
  } finally {
    await rm(project, { recursive: true, force: true });
  }
});

/** Somebody's program, for TypeScript. */
const USE = `
import { NestedMemory, NestedMemoryElement, MemoryError, type Reply } from "nested-memory";
const element: NestedMemoryElement = document.querySelector("nested-memory")!;
element.key = "course";
element.step = 2;
const memory: NestedMemory | null = element.memory;
const reply: Reply | null = memory?.lastReply ?? null;
const made: HTMLElement = document.createElement("nested-memory");
export { made, reply, MemoryError };
`;
