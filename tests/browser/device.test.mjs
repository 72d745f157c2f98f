// Which device computes, and whether the page says so.
import assert from "node:assert/strict";
import { promise } from "./promise.mjs";

const deviceOf = (talk) => talk.memory((memory) => memory.device);

promise("auto never takes a software adapter, and says why", {}, async ({ talk }) => {
  await talk.open({ device: "auto" });
  const device = await deviceOf(talk);
  assert.equal(device.kind, "cpu");
  assert.equal(device.reasonCode, "software-adapter");
  assert.equal(await talk.get("device-badge").getAttribute("data-device"), "cpu");
  await talk.get("device-badge").click();
  const card = await talk.page.locator("nm-device-badge .card").innerText();
  assert.ok(card.length > 40, `the badge explains itself: ${card}`);
});

promise("without WebGPU the CPU takes over, and the page says why", { webgpu: false }, async ({ talk }) => {
  await talk.open({ device: "auto" });
  const device = await deviceOf(talk);
  assert.equal(device.kind, "cpu");
  assert.equal(device.reasonCode, "no-webgpu");
  assert.ok((await talk.tell("I live in Tolvane.")).reply.length > 0);
});

// On the CPU device this would compare the twins with themselves.
promise("the fused kernels agree with their twins, forwards and backwards", { devices: ["webgpu"] }, async ({ device, talk }) => {
  await talk.open({ device });
  const { forward, backward, cases } = await talk.memory((memory) => memory.selfCheck());
  assert.ok(cases > 0);
  assert.ok(forward < 1e-4, `forwards they differ by ${forward}`);
  assert.ok(backward < 1e-3, `backwards they differ by ${backward}`);
});

promise("WebGPU is used when it is asked for", { devices: ["webgpu"] }, async ({ talk }) => {
  await talk.open({ device: "webgpu" });
  const device = await deviceOf(talk);
  assert.equal(device.kind, "webgpu");
  assert.equal(device.reasonCode, "forced");
  assert.equal(device.fallback, true, "a software adapter is called what it is");
});

promise("a memory learned on one device is known on the other", { devices: ["webgpu"] }, async ({ talk }) => {
  await talk.open({ device: "webgpu" });
  await talk.tell("My parrot is called Zephyr Malin.");
  await talk.endConversation();
  await talk.open({ device: "cpu" });
  assert.equal((await deviceOf(talk)).kind, "cpu");
  assert.ok((await talk.ask("What is my parrot called?")).reply.includes("Zephyr Malin"));
});

promise("a lost GPU is found again, and the sentence is said", { devices: ["webgpu"], expected: [/instance reference|device.*lost|lost.*device|webgl/i] }, async ({ visit, talk }) => {
  await talk.open({ device: "webgpu" });
  const told = await talk.tell("My parrot is called Zephyr Malin.");
  await talk.endConversation();
  await talk.begin("What is my parrot called?");
  const browser = await visit.session();
  await browser.send("Browser.crashGpuProcess");
  const asked = await talk.answer();
  await talk.saved();
  assert.ok(asked.reply.includes("Zephyr Malin"));
  assert.equal((await talk.transcript())[1], `assistant: ${told.reply.trim()}`);
});
