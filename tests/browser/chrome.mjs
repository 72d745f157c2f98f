// A Chromium that the tests own: with a profile on disk that outlives it, and a process that can be killed.
//
// Playwright's own launch hides the process and cleans up after it; these tests are about what is left when nobody cleans up.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const PROGRAM = process.env.CHROME ?? "chromium";
const START_TIMEOUT = 120_000;

/** Nothing that asks, sleeps in the background or calls home. */
const QUIET = [
  "--headless",
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--disable-extensions",
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
  "--password-store=basic",
  "--use-mock-keychain",
  "--mute-audio",
];

/** WebGPU that also draws to a canvas on a machine without a GPU; the first flag alone computes but dies drawing. */
const WEBGPU = [
  "--enable-unsafe-webgpu",
  "--enable-features=Vulkan",
  "--use-vulkan=swiftshader",
  "--use-angle=swiftshader",
];

/** WebGPU on the machine's own graphics card, for the benchmark. */
const HARDWARE = ["--enable-unsafe-webgpu", "--enable-features=Vulkan", "--ignore-gpu-blocklist"];

/** Chromium's sandbox does not run as root; everybody else keeps it. */
const AS_ROOT = process.getuid?.() === 0 ? ["--no-sandbox"] : [];

/** Browsers that run now. Whatever ends this process (a time limit, Ctrl+C) must not leave them behind. */
const running = new Set();
process.on("exit", () => running.forEach(killGroup));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));

function killGroup(browser) {
  running.delete(browser);
  try {
    if (process.platform === "win32") spawnSync("taskkill", ["/pid", String(browser.pid), "/t", "/f"]);
    else process.kill(-browser.pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}

function killProcess(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}

export class Chrome {
  #profile;
  #flags;
  #process = null;
  #connection = null;

  /** A new profile. `webgpu` gives it a software adapter, with `hardware` the machine's own; `storage: false` has the person forbid all site data. */
  static async create({ webgpu = true, hardware = false, storage = true } = {}) {
    const profile = await mkdtemp(join(tmpdir(), "nested-memory-profile-"));
    if (!storage) {
      await mkdir(join(profile, "Default"));
      const forbidden = { profile: { default_content_setting_values: { cookies: 2 } } };
      await writeFile(join(profile, "Default", "Preferences"), JSON.stringify(forbidden));
    }
    return new Chrome(profile, webgpu ? (hardware ? HARDWARE : WEBGPU) : ["--disable-gpu"]);
  }

  constructor(profile, flags) {
    this.#profile = profile;
    this.#flags = flags;
  }

  /** Starts the browser, again with the same profile if it ran before. Gives its one window's context. */
  async start() {
    const flags = [...QUIET, ...AS_ROOT, ...this.#flags, "--remote-debugging-port=0", `--user-data-dir=${this.#profile}`];
    // A process group of its own, so that a kill reaches its renderers too and nothing else.
    this.#process = spawn(PROGRAM, [...flags, "about:blank"], { detached: true, stdio: ["ignore", "ignore", "pipe"] });
    running.add(this.#process);
    this.#connection = await chromium.connectOverCDP(await this.#address());
    return this.#connection.contexts()[0];
  }

  /** A session with the browser itself, for what no page can do. */
  session() {
    return this.#connection.newBrowserCDPSession();
  }

  /** Looks up the processes that run pages, and gives what kills them: the browser and its storage live on. */
  async aimAtTabs() {
    const session = await this.session();
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    await session.detach();
    const pids = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
    return () => pids.forEach(killProcess);
  }

  /** As the system does when memory is short: no warning, nothing is written any more. */
  async kill() {
    const browser = this.#process;
    this.#process = null;
    if (!browser || browser.exitCode !== null || browser.signalCode !== null) return;
    const gone = once(browser, "exit");
    killGroup(browser);
    await gone;
    await this.#connection?.close().catch(() => {});
  }

  /** Ends the browser and forgets its profile. */
  async dispose() {
    await this.kill();
    // Renderers may still be letting go of their files.
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }

  #address() {
    const browser = this.#process;
    return new Promise((resolve, reject) => {
      let said = "";
      const fail = (why) => reject(new Error(`${PROGRAM} ${why}. It said:\n${said}`));
      const timer = setTimeout(() => fail("did not start in time"), START_TIMEOUT);
      browser.on("error", (error) => fail(`cannot be started: ${error.message}`));
      browser.on("exit", (code, signal) => fail(`ended at once (${code ?? signal})`));
      browser.stderr.setEncoding("utf8").on("data", (text) => {
        said += text;
        const address = /DevTools listening on (ws:\S+)/.exec(said);
        if (!address) return;
        clearTimeout(timer);
        said = "";
        // Keep reading, or the pipe fills and the browser stops.
        browser.stderr.removeAllListeners("data").resume();
        resolve(address[1]);
      });
    });
  }
}
