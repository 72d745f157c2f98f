// The page in the hands of a person: what they do, and what they can see. Waits are for events, never for time.

const READY = 'nm-app[data-ready="true"]';
/** Everything that the memory announces and that a test asks for afterwards. */
const EVENTS = ["write", "update", "clock", "conversationended", "dream", "saved", "notice", "error"];

export class Talk {
  constructor(page, url) {
    this.page = page;
    this.url = url;
  }

  /** Opens the page. `device`: auto, webgpu or cpu. */
  async open(options) {
    await this.page.goto(this.address(options));
    await this.ready();
  }

  /** Where the page is that opens a memory so. */
  address({ device = "cpu", key = "test", lang = "en", ...rest } = {}) {
    const address = new URL(this.url);
    address.search = new URLSearchParams({ device, key, lang, ...rest });
    return address.href;
  }

  /** Brings this tab before the others of its browser: what waits to be drawn waits for ever in a tab that nobody sees. */
  async front() {
    await this.page.bringToFront();
    return this;
  }

  /** Goes back, in the dialog, to the version that stands at this place in the list, 0 for the newest. */
  async rewind(place) {
    await this.get("history").click();
    await this.get("rewind").nth(place).click();
    await this.page.locator('[data-testid="version"][data-reason="rewind"][aria-current="true"]').first().waitFor();
    await this.idle();
    await this.get("history-close").click();
  }

  /** Waits until the memory is open; fails with the page's own words if it cannot be. */
  async ready() {
    const failed = this.get("alert");
    await this.page.locator(READY).or(failed).first().waitFor({ state: "attached" });
    if (await failed.isVisible()) throw new Error(`The page says: ${await failed.innerText()}`);
    await this.page.evaluate((events) => {
      window.heard = [];
      const { memory } = document.querySelector("nm-app");
      for (const type of events) memory.addEventListener(type, ({ detail }) => window.heard.push({ ...detail, type }));
    }, EVENTS);
  }

  async reload() {
    await this.page.reload();
    await this.ready();
  }

  /** An element by its test id; shadow roots are no wall. */
  get(id) {
    return this.page.getByTestId(id);
  }

  /** Says something through the composer and waits for the whole answer. Gives what `say` resolved with. */
  async say(text) {
    await this.begin(text);
    return this.answer();
  }

  /** Says something and does not wait. */
  async begin(text) {
    this.finished = await this.#finishedAnswers().count();
    this.mark = await this.#heardSoFar();
    await this.get("composer").fill(text);
    await this.get("composer").press("Enter");
  }

  /** Waits for the answer to what was begun. */
  async answer() {
    const alert = this.get("alert");
    await this.#finishedAnswers().nth(this.finished).or(alert).first().waitFor({ state: "attached" });
    if (await alert.isVisible()) throw new Error(`The page says: ${await alert.innerText()}`);
    await this.get("send").waitFor();
    return this.memory((memory) => memory.lastReply);
  }

  /** Waits until the answer has begun to appear. */
  async firstPiece() {
    const answer = this.get("message-assistant").filter({ hasText: /\S/ });
    await answer.nth(this.finished).waitFor();
  }

  /** Tells a fact and waits until it is in the store. */
  async tell(text) {
    const reply = await this.say(text);
    await this.saved();
    return reply;
  }

  /** Asks; the same as telling, for tests that read like a conversation. */
  ask(question) {
    return this.tell(question);
  }

  /** Waits for the store to acknowledge what was done last. */
  async saved() {
    await this.page.waitForFunction((mark) => window.heard.slice(mark).some(({ type }) => type === "saved"), this.mark);
  }

  async endConversation() {
    this.mark = await this.#heardSoFar();
    await this.get("end-conversation").click();
    await this.heard("conversationended", this.mark);
    await this.idle();
  }

  /** Sleeps without a pointer, and gives the sentence that says how it was. The night stays on the page. */
  async sleep() {
    this.mark = await this.#heardSoFar();
    await this.get("sleep").press("Enter");
    return this.slept();
  }

  /** Waits for the end of a sleep. */
  async slept() {
    const alert = this.get("alert");
    await this.get("slept").or(alert).first().waitFor();
    if (await alert.isVisible()) throw new Error(`The page says: ${await alert.innerText()}`);
    await this.idle();
    return this.get("slept").innerText();
  }

  /** Leaves the night; the button for it has the focus. */
  async closeNight() {
    await this.page.keyboard.press("Enter");
    await this.get("night").waitFor({ state: "detached" });
  }

  /** What the page knows of the sleep that is shown. */
  night() {
    return this.page.evaluate(() => document.querySelector("nm-app").session.night.result);
  }

  /** Asks level by level, and gives `[row, sign, text]` of each. */
  async probe(question) {
    const ask = this.get("probe-ask");
    if (!(await ask.isVisible())) await this.get("probe").locator("summary").press("Enter");
    if (question) await this.get("probe-question").fill(question);
    await this.get("probe-question").press("Enter");
    await this.get("probe-lives").waitFor();
    await this.idle();
    const rows = ["all", "slow", "mid", "neither"].map(async (name) => {
      const row = this.get(`probe-${name}`);
      return [name, await row.getAttribute("data-sign"), await row.innerText()];
    });
    return Promise.all(rows);
  }

  /** Waits until the page takes words again. */
  async idle() {
    await this.page.locator('[data-testid="export"]:not([disabled])').waitFor({ state: "attached" });
  }

  /** Waits for an event of a type and gives all of that type. */
  async heard(type, since = 0) {
    await this.page.waitForFunction(([type, since]) => window.heard.slice(since).some((event) => event.type === type), [type, since]);
    return this.page.evaluate(([type, since]) => window.heard.slice(since).filter((event) => event.type === type), [type, since]);
  }

  /** Waits for a notice with this code, on the page for a person to read. */
  async notice(code) {
    const notice = this.page.locator(`[data-testid="notice"][data-code="${code}"]`);
    await notice.waitFor();
    return notice.innerText();
  }

  /** Runs a function on the page's `NestedMemory`. */
  async memory(work, argument) {
    const memory = await this.page.evaluateHandle(() => document.querySelector("nm-app").memory);
    return memory.evaluate(work, argument);
  }

  /** What was said, as the page shows it: `["user: …", "assistant: …"]`. */
  async transcript() {
    const messages = this.page.locator('[data-testid="message-user"], [data-testid="message-assistant"]');
    const rows = await messages.all();
    return Promise.all(
      rows.map(async (row) => {
        const role = (await row.getAttribute("data-testid")).replace("message-", "");
        return `${role}: ${await row.innerText()}`;
      }),
    );
  }

  /** The memory's file. */
  async export() {
    const base64 = await this.memory(async (memory) => {
      const file = await memory.export();
      const reader = new FileReader();
      await new Promise((resolve) => {
        reader.onload = resolve;
        reader.readAsDataURL(file);
      });
      return reader.result.split(",")[1];
    });
    return Buffer.from(base64, "base64");
  }

  /** Chooses a file in the page's own import dialogue. */
  async chooseFile(bytes, name = "memory.safetensors") {
    await this.get("import-file").setInputFiles({ name, mimeType: "application/octet-stream", buffer: bytes });
    await this.get("import-cancel").waitFor();
  }

  async import(bytes) {
    await this.chooseFile(bytes);
    await this.get("import-confirm").click();
    await this.get("import-confirm").waitFor({ state: "hidden" });
    await this.idle();
  }

  async startOver() {
    await this.get("start-over").click();
    await this.get("start-over-confirm").click();
    await this.get("start-over-confirm").waitFor({ state: "hidden" });
    await this.idle();
  }

  /** Hands bytes to `preview` or `import` directly; gives the refusal's code, or null if it was taken. */
  refusal(method, bytes) {
    return this.memory(
      async (memory, { method, base64 }) => {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        try {
          const answer = await memory[method](new Blob([bytes]));
          return answer?.compatible === false ? `incompatible: ${answer.reason}` : null;
        } catch (error) {
          return error.code ?? String(error);
        }
      },
      { method, base64: bytes.toString("base64") },
    );
  }

  #finishedAnswers() {
    return this.page.locator('[data-testid="message-assistant"]:not([data-state="speaking"])');
  }

  #heardSoFar() {
    return this.page.evaluate(() => window.heard.length);
  }
}
