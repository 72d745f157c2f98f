// The page itself, measured: how long until it can be talked with, and how long its thread is busy at a stretch while the
// model learns, sleeps and answers. `cargo xtask bench page` builds, serves and calls this; without a GPU, on the CPU.
import { writeFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Chrome } from "../browser/chrome.mjs";
import { Talk } from "../browser/talk.mjs";

const [folder, visits] = [process.argv[2], Number(process.argv[3])];
const FRAME = 16;
const FACTS = [
  "My parrot is called Zephyr Malin.",
  "My brother is allergic to walnuts.",
  "My aunt lives in Bergen.",
  "My favourite colour is teal.",
  "My cat is called Juno.",
];

const middle = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

/** Milliseconds from asking for the page until it takes words, as the page's own clock has it. */
async function start(talk) {
  await talk.open({ key: "start" });
  return talk.page.evaluate(() => performance.now());
}

/** Durations of all tasks on the page's own thread while `work` is done, in milliseconds. */
async function tasks(chrome, work) {
  const session = await chrome.session();
  const events = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  await session.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories: ["disabled-by-default-devtools.timeline", "devtools.timeline", "toplevel"] } });
  await work();
  const ended = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  await session.send("Tracing.end");
  await ended;
  const busy = new Map();
  for (const { name, ph, pid, tid, dur } of events) {
    if (ph !== "X" || !/RunTask$/.test(name)) continue;
    const thread = `${pid}/${tid}`;
    busy.set(thread, [...(busy.get(thread) ?? []), (dur ?? 0) / 1000]);
  }
  const named = events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  return named.flatMap(({ pid, tid }) => busy.get(`${pid}/${tid}`) ?? []);
}

const chrome = await Chrome.create({ webgpu: false });
try {
  const context = await chrome.start();
  const page = context.pages()[0] ?? (await context.newPage());
  await page.setViewportSize({ width: 1280, height: 800 });
  const talk = new Talk(page, process.env.NESTED_MEMORY_URL);
  console.log("Opening the page for the first time …");
  const first = await start(talk);
  const again = [];
  for (let visit = 0; visit < visits; visit++) again.push(await start(talk));
  console.log("Telling, sleeping, asking …");
  const found = await tasks(chrome, async () => {
    for (const fact of FACTS) await talk.tell(fact);
    await talk.sleep();
    await talk.closeNight();
    await talk.ask("What is my parrot called?");
  });
  if (found.length === 0) throw new Error("Chromium's trace names no task on the page's thread: nothing was measured.");
  const long = found.filter((task) => task > FRAME);
  const result = {
    first: Math.round(first),
    again: again.map(Math.round),
    tasks: found.length,
    longest: Number(Math.max(...found).toFixed(1)),
    long: long.map((task) => Number(task.toFixed(1))),
  };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "page.json"), `${JSON.stringify(result, null, 2)}\n`);
  console.log(`\nUntil it can be talked with: ${result.first} ms on the first visit, ${Math.round(middle(again))} ms on later ones (median of ${visits}).`);
  console.log(`While it learned ${FACTS.length} facts, slept and answered, the page's thread ran ${result.tasks} tasks; ${long.length} took more than ${FRAME} ms, the longest ${result.longest} ms.`);
  console.log(`page.json is in ${folder}`);
} finally {
  await chrome.dispose();
}
process.exit(0);
