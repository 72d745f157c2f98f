// One promise of the page, kept in a real browser: the frame of every test here.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Chrome } from "./chrome.mjs";
import { serveHost } from "./host.mjs";
import { Talk } from "./talk.mjs";
import { Watch } from "./watch.mjs";

const URL_OF_PAGE = process.env.NESTED_MEMORY_URL;
if (!URL_OF_PAGE) throw new Error("Run `cargo xtask test browser`: it builds and serves the page (NESTED_MEMORY_URL).");

/** The same body runs on each. WebGPU is forced onto a software adapter, where a token takes seconds. */
export const DEVICES = ["cpu", "webgpu"];
const MINUTES = 60_000;
const TIMEOUT = { cpu: 10 * MINUTES, webgpu: 20 * MINUTES };
/** How long one thing may take, so that a failure says what did not come instead of running out the test's time. */
const PATIENCE = { cpu: 3 * MINUTES, webgpu: 9 * MINUTES };

const LAPTOP = { width: 1280, height: 800 };

/** Where pictures of the page go. */
export const SCREENSHOTS =
  process.env.NESTED_MEMORY_SCREENSHOTS ?? fileURLToPath(new URL("../../target/screenshots", import.meta.url));
mkdirSync(SCREENSHOTS, { recursive: true });

/**
 * Registers a test, once for each device. Its body gets `device` and a `visit`: a browser with a profile of its own.
 * However it ends, the page must have made no error, broken no rule and spoken to no stranger.
 *
 * `host` is somebody else's server (`host.mjs`), which runs while the test does and is no stranger.
 * `webgpu: false` takes WebGPU away, `storage: false` forbids all site data, `expected` lists patterns of complaints
 * that the test provokes itself, `minutes` is how long it may take if that is longer than
 * usual, `patience` how many milliseconds one thing in it may take.
 */
export function promise(name, { devices = ["cpu"], minutes = 0, ...options }, body) {
  for (const device of devices) {
    const title = devices.length > 1 ? `${name} (${device})` : name;
    test(title, { timeout: Math.max(TIMEOUT[device], minutes * MINUTES) }, async () => {
      const visit = await Visit.begin({ patience: PATIENCE[device], ...options });
      try {
        await body({ device, visit, talk: visit.talk, page: visit.talk.page, host: visit.host });
        assert.deepEqual(await visit.complaints(), [], "the page made mistakes on the way");
      } catch (error) {
        await visit.testify(title);
        throw error;
      } finally {
        await visit.end();
      }
    });
  }
}

/**
 * An empty tab after all tabs were killed. The process that the browser keeps in reserve for the next tab was killed too,
 * and whoever is given that one gets a tab that is dead already.
 */
async function freshTab(context) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await context.newPage();
    } catch (error) {
      if (attempt === 3 || !/Target crashed/.test(error.message)) throw error;
    }
  }
}

/** A person at a browser. */
class Visit {
  #chrome;
  #options;
  #watch = null;
  talk = null;
  host = null;

  static async begin(options) {
    const visit = new Visit(await Chrome.create(options), options);
    if (options.host) visit.host = await serveHost(options.host);
    await visit.#enter();
    return visit;
  }

  constructor(chrome, options) {
    this.#chrome = chrome;
    this.#options = options;
  }

  /** The browser's window. */
  get context() {
    return this.talk.page.context();
  }

  /** The first worker of the page: the one that holds the memory. */
  get worker() {
    return this.talk.page.workers()[0];
  }

  /** Kills the browser without warning and starts it again with the same profile. */
  async crash() {
    await this.#chrome.kill();
    await this.#enter();
    return this.talk;
  }

  /** Looks for what runs the page, so that it can be killed at once, and gives what does that and opens an empty tab. */
  async aimAtTab() {
    const kill = await this.#chrome.aimAtTabs();
    return async () => {
      const lost = this.talk.page;
      const gone = lost.waitForEvent("crash");
      kill();
      await gone;
      const page = await freshTab(lost.context());
      await lost.close();
      await this.#sitDown(page);
      return this.talk;
    };
  }

  /** Ends the browser, forgets its profile and begins with a new one. */
  async moveOut() {
    await this.#chrome.dispose();
    this.#chrome = await Chrome.create(this.#options);
    await this.#enter();
    return this.talk;
  }

  /** Sets how many bytes the page may store, until the browser ends. */
  async limitStorage(bytes) {
    const session = await this.context.newCDPSession(this.talk.page);
    await session.send("Storage.overrideQuotaForOrigin", { origin: new URL(URL_OF_PAGE).origin, quotaSize: bytes });
  }

  /** A session with the browser itself. */
  session() {
    return this.#chrome.session();
  }

  async complaints() {
    return this.#watch.complaints(this.talk?.page);
  }

  /** For whoever reads the failure: a picture, and all complaints. */
  async testify(title) {
    const file = join(SCREENSHOTS, `failed-${title.replace(/[^a-z0-9]+/gi, "-")}.png`);
    await this.talk?.page.screenshot({ path: file, timeout: 20_000 }).then(
      () => console.error(`A picture of the page: ${file}`),
      () => {},
    );
    for (const complaint of await this.complaints().catch(() => [])) console.error(`  ${complaint}`);
  }

  async end() {
    await this.#chrome.dispose();
    await this.host?.close();
  }

  async #enter() {
    const context = await this.#chrome.start();
    context.setDefaultTimeout(this.#options.patience);
    const known = [URL_OF_PAGE, this.host?.url, this.host?.elsewhere].filter(Boolean).map((url) => new URL(url).origin);
    this.#watch = new Watch(context, known, this.#options.expected);
    await this.#sitDown(context.pages()[0] ?? (await context.newPage()));
  }

  async #sitDown(page) {
    await page.setViewportSize(LAPTOP);
    await this.#watch.listenTo(page);
    this.talk = new Talk(page, URL_OF_PAGE);
  }
}
