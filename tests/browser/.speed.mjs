import { Chrome } from "/work/main/tests/browser/chrome.mjs";
import { Talk } from "/work/main/tests/browser/talk.mjs";
const device = process.argv[2] ?? "cpu";
const chrome = await Chrome.create({});
const context = await chrome.start();
context.setDefaultTimeout(300000);
const page = context.pages()[0];
page.on("console", m => console.log("console", m.type(), m.text().slice(0, 300)));
const talk = new Talk(page, "http://127.0.0.1:8321/");
let t = Date.now();
const lap = (what) => { const n = Date.now(); console.log(what, n - t, "ms"); t = n; };
await talk.open({ device });
lap("open");
for (const text of ["My parrot is called Zephyr Malin.", "I live in Tolvane.", "What is my parrot called?"]) {
  const r = await talk.tell(text); lap(`tell: ${r.tokens} tokens -> ${JSON.stringify(r.reply)}`);
}
await talk.endConversation(); lap("end");
for (const text of ["What is my parrot called?", "Where do I live?"]) { const r = await talk.tell(text); lap(`ask: ${r.tokens} tokens -> ${JSON.stringify(r.reply)}`); }
const r = await talk.say("walnut ".repeat(100)); lap(`walnuts: ${r.tokens} tokens`);
console.log(await talk.memory(m => ({ device: m.device, summary: m.summary, base: m.base })));
await chrome.dispose(); process.exit(0);
