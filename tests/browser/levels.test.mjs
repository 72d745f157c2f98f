// The three levels on the page: each changes at its own period and at no other time, and not at all when switched off.
import assert from "node:assert/strict";
import { promise } from "./promise.mjs";
import { read } from "./snapshot.mjs";

const PERIOD = { fast: 32, mid: 64 };

promise("levels change at their own periods and at no other time", {}, async ({ talk }) => {
  await talk.open();
  const sentences = [
    "My parrot is called Zephyr Malin.",
    "I live in Tolvane.",
    "My sister works as a baker.",
    "My favourite colour is amber.",
    "I like to walk in the mountains with my brother.",
    "My cat is called Amber Quill.",
  ];
  // Until the mid level's period is surely over; each sentence and its answer are a dozen tokens or more.
  let turns = 0;
  for (; (await tokensOf(talk)) < PERIOD.mid + PERIOD.fast; turns++) await talk.tell(sentences[turns % sentences.length]);
  const during = await talk.heard("update");
  const clocksOf = (level) => {
    const clocks = during.filter((update) => update.level === level).map(({ clock }) => clock);
    assert.ok(clocks.length > 0, `${level} was updated`);
    return [...new Set(clocks)];
  };
  const fast = clocksOf("fast");
  const gaps = fast.map((clock, i) => clock - (fast[i - 1] ?? 0));
  assert.ok(gaps.every((gap) => gap > 0 && gap <= PERIOD.fast), `fast never waits longer than its period: ${gaps}`);
  assert.ok(fast.length >= turns, "fast learns every turn");
  const mid = clocksOf("mid").map((clock) => Math.floor(clock / PERIOD.mid));
  assert.deepEqual([mid[0], new Set(mid).size], [1, mid.length], "mid learns once in each of its periods");
  assert.deepEqual(during.filter(({ level }) => level === "slow"), [], "slow waits for the end");

  await talk.endConversation();
  const after = (await talk.heard("update")).slice(during.length);
  assert.ok(after.some(({ level }) => level === "slow"), "slow learns at the end");
  const [{ wiped, kept }] = await talk.heard("conversationended");
  assert.deepEqual([wiped, kept].map((names) => [...names].sort()), [["fast", "mixer"], ["mid", "slow"]]);
  const { norms } = await talk.memory((memory) => memory.summary);
  assert.ok(norms.fast.every((norm) => norm === 0), "fast is empty again");
  assert.ok(norms.slow.every((norm) => norm > 0), "slow holds something");
});

promise("with the levels off nothing is written", {}, async ({ talk }) => {
  await talk.open();
  await talk.tell("My parrot is called Zephyr Malin.");
  await talk.endConversation();
  const before = { tokens: await tokensOf(talk), file: await talk.export(), events: await eventsOf(talk) };
  await talk.get("levels-switch").click();
  await talk.idle();
  const bare = await talk.say("What is my parrot called?");
  assert.ok(!bare.reply.includes("Zephyr Malin"), "the bare base does not know");
  assert.equal(await tokensOf(talk), before.tokens);
  assert.deepEqual(await eventsOf(talk), before.events);
  assert.deepEqual(await talk.export(), before.file);
  await talk.get("levels-switch").click();
  await talk.idle();
  assert.ok((await talk.ask("What is my parrot called?")).reply.includes("Zephyr Malin"));
});

promise("a temporary conversation is known while it lasts, and nothing of it is kept", {}, async ({ talk }) => {
  await talk.open();
  await talk.tell("Hello!");
  await talk.endConversation();
  const before = { file: await talk.export(), events: await eventsOf(talk) };
  await talk.get("temporary").press("Enter");
  await talk.get("temporary-note").waitFor();
  await talk.say("My parrot is called Zephyr Malin.");
  assert.ok((await talk.say("What is my parrot called?")).reply.includes("Zephyr Malin"), "it learns meanwhile");
  assert.deepEqual(await eventsOf(talk), before.events);
  assert.deepEqual(await talk.export(), before.file);
  await talk.get("temporary").press("Enter");
  await talk.get("temporary-note").waitFor({ state: "detached" });
  assert.ok(!(await talk.say("What is my parrot called?")).reply.includes("Zephyr"), "it is gone");
  await talk.reload();
  assert.ok(!(await talk.transcript()).join().includes("Zephyr"), "and its words were not kept");
});

promise("the page shows every level: a dial and a picture of its weights", {}, async ({ talk }) => {
  await talk.open();
  await talk.tell("My parrot is called Zephyr Malin.");
  await talk.endConversation();
  const { norms } = await talk.memory((memory) => memory.summary);
  for (const [level, blocks] of Object.entries(norms)) {
    await talk.get(`level-${level}`).waitFor();
    await talk.get(`dial-${level}`).waitFor();
    for (const block of blocks.keys()) await talk.get(`heatmap-${level}-${block}`).waitFor({ state: "attached" });
  }
});

/** Tokens since the memory was born. */
function tokensOf(talk) {
  return talk.page.evaluate(() => window.heard.findLast(({ type }) => type === "clock")?.tokens ?? 0);
}

/** Everything that says that the memory changed. */
function eventsOf(talk) {
  return talk.page.evaluate(() => window.heard.filter(({ type }) => type === "write" || type === "update"));
}

/** The pixels of a level's picture, as they are on the screen. */
const pixels = (talk, level, block, layer) =>
  talk.get(`heatmap-${level}-${block}`).evaluate(async (map, layer) => {
    const canvas = map.renderRoot.querySelector(`canvas.${layer}`);
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
    copy.drawImage(canvas, 0, 0);
    return [...copy.getImageData(0, 0, canvas.width, canvas.height).data];
  }, layer);

promise("a graphics card draws the pictures that the processor draws, and nothing is read back for them", { devices: ["webgpu"] }, async ({ device, talk }) => {
  await talk.open({ device: "cpu" });
  await talk.tell("My parrot is called Zephyr Malin.");
  await talk.endConversation();
  const places = [["mid", 0], ["slow", 0], ["fast", 0]];
  const drawn = () => Promise.all(places.map(([level, block]) => pixels(talk, level, block, "values")));
  const processor = await drawn();

  await talk.open({ device });
  const painted = (wanted) =>
    talk.page.waitForFunction(
      ([places, wanted]) => {
        const find = (root, id) => {
          for (const one of root.querySelectorAll("*")) {
            if (one.dataset?.testid === id) return one;
            const inner = one.shadowRoot && find(one.shadowRoot, id);
            if (inner) return inner;
          }
        };
        return places.every(([level, block], i) => {
          const canvas = find(document, `heatmap-${level}-${block}`)?.renderRoot.querySelector("canvas.values");
          if (!canvas?.width) return false;
          const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
          copy.drawImage(canvas, 0, 0);
          const seen = copy.getImageData(0, 0, canvas.width, canvas.height).data;
          // Equal up to a step of the scale: both round, each in its own arithmetic.
          return seen.length === wanted[i].length && wanted[i].every((value, at) => Math.abs(value - seen[at]) <= 4);
        });
      },
      [places, wanted],
    );
  await painted(processor);
  const told = await talk.page.evaluate(() => document.querySelector("nm-app").session.levels.state.mid.weights[0].values);
  assert.equal(told, null, "no numbers came to the page");

  await talk.tell("My aunt lives in Bergen.");
  const glow = await pixels(talk, "fast", 0, "glow");
  assert.ok(glow.some((value, at) => at % 4 === 3 && value > 0), "what has changed glows");

  await talk.get("heatmap-mid-0").locator(".frame").hover();
  await talk.get("heatmap-mid-0").locator("output").filter({ hasText: /\d/ }).waitFor();
});

promise("a frozen level stays what it is, also after a reload, and thaws", {}, async ({ talk }) => {
  const weights = (level) => talk.export().then((bytes) => parts(bytes, `level.${level}.`));
  await talk.open();
  await talk.tell("My parrot is called Zephyr Malin.");
  await talk.endConversation();
  const before = await weights("slow");
  await talk.get("freeze-slow").press("Enter");
  await talk.idle();
  assert.equal(await talk.get("freeze-slow").getAttribute("aria-pressed"), "true");
  await talk.tell("My brother is allergic to walnuts.");
  await talk.reload();
  assert.equal(await talk.get("freeze-slow").getAttribute("aria-pressed"), "true", "also after a reload");
  await talk.tell("I live in Tolvane.");
  const mid = await weights("mid");
  await talk.endConversation();
  assert.deepEqual(await weights("slow"), before);
  assert.notDeepEqual(await weights("mid"), mid, "the others learn on");
  assert.deepEqual((await talk.heard("update")).filter(({ level }) => level === "slow"), []);
  await talk.get("freeze-slow").press("Enter");
  await talk.idle();
  await talk.tell("My sister works as a baker.");
  await talk.endConversation();
  assert.notDeepEqual(await weights("slow"), before);
});

promise("one level can be emptied by itself", {}, async ({ talk }) => {
  await talk.open();
  await talk.tell("My parrot is called Zephyr Malin.");
  await talk.endConversation();
  const before = await talk.memory((memory) => memory.summary.norms);
  await talk.get("start-over").press("Enter");
  await talk.get("empty-mid").press("Enter");
  await talk.idle();
  const { norms } = await talk.memory((memory) => memory.summary);
  assert.ok(norms.mid.every((norm) => norm === 0));
  assert.deepEqual(norms.slow, before.slow);
});

/** The bytes of all tensors with this in their names. */
function parts(bytes, name) {
  const { header, data } = read(bytes);
  const named = Object.keys(header).filter((key) => key.includes(name));
  return named.map((key) => data.subarray(...header[key].data_offsets).toString("base64"));
}
