// The element `<nested-memory>` in the hands of a person, on somebody else's page. Waits are for events, never for time.
import { fileURLToPath } from "node:url";

/** The built package. */
export const PACKAGE = fileURLToPath(new URL("../../www/dist-widget/", import.meta.url));
/** What a host needs to serve it. */
export const FOLDERS = { "/nm/": PACKAGE };
export const MODULE = '<script type="module" src="/nm/nested-memory.js"></script>';

const TOLD = ["ready", "onscreen", "offscreen", "progress", "reply", "update", "write", "saved", "conversationended", "slept", "step", "notice", "error"];

/** Has every page that opens from now on note what its elements tell, as `window.told`. */
export async function listen(page) {
  await page.addInitScript((types) => {
    window.told = [];
    for (const type of types) {
      // What does not bubble can still be caught on its way down.
      const note = ({ target, detail }) => {
        if (target.localName !== "nested-memory") return;
        const at = [...document.querySelectorAll("nested-memory")].indexOf(target);
        window.told.push({ type, at, code: detail?.code, message: detail?.message, reply: detail?.reply });
      };
      document.addEventListener(type, note, true);
    }
  }, TOLD);
}

/** Everything of a type that was told so far; waits for the first. */
export async function told(page, type, at = 0) {
  await page.waitForFunction(([type, at]) => window.told.some((event) => event.type === type && event.at === at), [type, at]);
  return page.evaluate(([type, at]) => window.told.filter((event) => event.type === type && event.at === at), [type, at]);
}

export class Widget {
  /** `scope`: a page or a frame. */
  constructor(scope, at = 0) {
    this.scope = scope;
    this.at = at;
    this.root = scope.locator("nested-memory").nth(at);
  }

  get(id) {
    return this.root.getByTestId(id);
  }

  /** Waits until its memory is open. */
  async ready() {
    await this.scope.waitForFunction((at) => document.querySelectorAll("nested-memory")[at]?.memory, this.at);
    return this;
  }

  /** Says something and gives the whole answer. */
  async say(text) {
    const answers = this.root.locator('[data-testid="message-assistant"]:not([data-state="speaking"])');
    const before = await answers.count();
    await this.get("composer").fill(text);
    await this.get("composer").press("Enter");
    await answers.nth(before).waitFor();
    await this.get("send").waitFor();
    return answers.nth(before).innerText();
  }

  /** Waits until what was said is in the browser's store. */
  saved() {
    return this.scope.waitForFunction((at) => window.told.some(({ type, at: who }) => type === "saved" && who === at), this.at);
  }

  /** A sentence of the element itself. */
  async message(code) {
    const message = this.root.locator(`[data-testid="widget-message"][data-code="${code}"]`);
    await message.first().waitFor();
    return (await message.allInnerTexts()).join("\n");
  }

  async notice(code) {
    const notice = this.root.locator(`[data-testid="notice"][data-code="${code}"]`);
    await notice.waitFor();
    return notice.innerText();
  }
}

/** Waits until a page has so many workers. */
export async function workers(page, count) {
  while (page.workers().length !== count) {
    await Promise.race([page.waitForEvent("worker"), ...page.workers().map((worker) => worker.waitForEvent("close"))]);
  }
}

/**
 * Counts in the page itself how many of its workers run at once. A worker that was terminated is gone for the page at once; for
 * the browser only when its thread has ended, which may be after the next one has started. Gives the most there were so far.
 */
export async function mostWorkers(page) {
  await page.addInitScript(() => {
    const running = new Set();
    window.mostWorkers = 0;
    window.Worker = class extends Worker {
      constructor(...given) {
        super(...given);
        running.add(this);
        window.mostWorkers = Math.max(window.mostWorkers, running.size);
      }
      terminate() {
        running.delete(this);
        super.terminate();
      }
    };
  });
  return () => page.evaluate(() => window.mostWorkers);
}
