// Watches a page for what should never happen, whatever a test is about: errors, broken rules, words to strangers.

export class Watch {
  #complaints = [];
  #origins;
  #expected;

  /** `origins`: whoever may be spoken to. `expected`: patterns of complaints that the test provokes itself. */
  constructor(context, origins, expected = []) {
    this.#origins = origins;
    this.#expected = expected;
    context.on("request", (request) => this.#onRequest(request.url()));
    context.on("console", (message) => {
      if (message.type() === "error") this.complain(`console: ${message.text()} (${message.location().url})`);
    });
    context.on("weberror", (error) => this.complain(`uncaught: ${error.error().stack ?? error.error()}`));
    context.on("page", (page) => page.on("worker", (worker) => void this.#listenToWorker(worker)));
  }

  /** Must run before the page's own scripts. */
  async listenTo(page) {
    await page.exposeFunction("complainToTest", (text) => this.complain(text));
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        window.complainToTest(`policy: ${event.violatedDirective} forbids ${event.blockedURI} (page)`);
      });
    });
    page.on("worker", (worker) => void this.#listenToWorker(worker));
  }

  complain(text) {
    if (!this.#expected.some((pattern) => pattern.test(text))) this.#complaints.push(text);
  }

  /** What the workers' own rules were broken by, and everything else so far. */
  async complaints(page) {
    for (const worker of page?.workers() ?? []) {
      const broken = await worker.evaluate(() => self.brokenRules ?? []).catch(() => []);
      broken.forEach((text) => this.complain(text));
    }
    return [...new Set(this.#complaints)];
  }

  #onRequest(url) {
    const { protocol, origin } = new URL(url);
    const stays = protocol === "data:" || protocol === "blob:" || protocol === "about:" || this.#origins.includes(origin);
    if (!stays) this.complain(`request to a stranger: ${url}`);
  }

  /** Workers do not tell the page about broken rules; each keeps its own list. */
  #listenToWorker(worker) {
    return worker
      .evaluate(() => {
        self.brokenRules ??= [];
        self.addEventListener("securitypolicyviolation", (event) => {
          self.brokenRules.push(`policy: ${event.violatedDirective} forbids ${event.blockedURI} (worker)`);
        });
      })
      .catch(() => {});
  }
}
