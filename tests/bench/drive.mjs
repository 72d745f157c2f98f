// Drives the bench page in a Chromium of our own, and says how far it is.
import { Chrome } from "../browser/chrome.mjs";

const URL_OF_PAGE = process.env.NESTED_MEMORY_BENCH_URL;
if (!URL_OF_PAGE) throw new Error("Run `cargo xtask bench`: it builds and serves the page (NESTED_MEMORY_BENCH_URL).");

/** Chromium's own software adapter, unless somebody says that there is a graphics card. */
const HARDWARE = Boolean(process.env.NESTED_MEMORY_BENCH_HARDWARE);

/**
 * Opens the page with a query, waits until it is done and gives what `work` makes of the page and of what it found.
 * `said` hears every line of progress; `press` starts by keyboard; `during` does something while it runs.
 */
export async function bench(query, { said = () => {}, press = false, webgpu = true, during, patience }, work) {
  const chrome = await Chrome.create({ webgpu, hardware: HARDWARE });
  try {
    const context = await chrome.start();
    const page = context.pages()[0] ?? (await context.newPage());
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    await page.setViewportSize({ width: 1120, height: 900 });
    await page.goto(`${URL_OF_PAGE}?${query}${press ? "" : "&start"}`);
    if (press) {
      await page.locator("#start").focus();
      await page.keyboard.press("Enter");
    }
    await during?.(page);
    let last = "";
    const until = Date.now() + patience;
    for (;;) {
      const [state, status] = await page.evaluate(() => [
        document.documentElement.dataset.state,
        document.getElementById("status")?.textContent ?? "",
      ]);
      if (status !== last) said(status);
      last = status;
      if (state === "done") break;
      if (Date.now() > until) throw new Error(`The benchmark did not end in time. It was at: ${status}. ${complaints.join("; ")}`);
      await new Promise((wake) => setTimeout(wake, 300));
    }
    return await work(page, await page.evaluate(() => globalThis.benchmark), complaints);
  } finally {
    await chrome.dispose();
  }
}
