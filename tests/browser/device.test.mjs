// Which device computes, and whether the page says so.
import assert from "node:assert/strict";
import { keepNothingForOffline } from "./breakable.mjs";
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

/** Lets the page's workers begin with these words. */
async function workersBegin(page, words) {
  await page.route(/worker[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${words}\n${await response.text()}` });
  });
}

promise("a shader that does not compile is said, and the CPU takes over", { devices: ["webgpu"], expected: [/shader|wgpu|panic|unreachable|pipeline/i] }, async ({ device, talk }) => {
  await keepNothingForOffline(talk.page);
  await talk.open({ device: "cpu" });
  await talk.tell("My parrot is called Zephyr Malin.");
  await talk.endConversation();
  await workersBegin(
    talk.page,
    `const make = GPUDevice.prototype.createShaderModule;
     GPUDevice.prototype.createShaderModule = function (told) {
       return make.call(this, { ...told, code: /fn choose/.test(told.code) ? "fn broken(" : told.code });
     };`,
  );
  await talk.open({ device });
  const question = "What is my parrot called?";
  await talk.begin(question);
  await talk.get("notice").and(talk.page.locator('[data-code="stepped-down"]')).waitFor();
  await talk.ready();
  assert.equal((await deviceOf(talk)).kind, "cpu");
  assert.equal(await talk.get("composer").inputValue(), question, "what was not answered stands in the field again");
  assert.ok((await talk.ask(question)).reply.includes("Zephyr Malin"), "and the memory is as it was");
});

promise("a card that gives less than was asked for is said, and the CPU takes over", { devices: ["webgpu"] }, async ({ device, talk }) => {
  await workersBegin(
    talk.page,
    `GPUAdapter.prototype.requestDevice = async () => { throw new OperationError("a limit is higher than this adapter has"); };
     class OperationError extends Error {}`,
  );
  await talk.open({ device });
  const { kind, reasonCode, reason } = await deviceOf(talk);
  assert.deepEqual([kind, reasonCode], ["cpu", "device-failed"]);
  assert.ok(reason.length > 40, reason);
  assert.ok((await talk.tell("I live in Tolvane.")).reply.length > 0);
});
