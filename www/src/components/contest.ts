import { LitElement, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { CHATTER } from "../chatter";
import { MOST, STRATEGIES, type Contest, type Standing, type StrategyName } from "../contest";
import { language, languageOf, Localised, t } from "../i18n";
import type { NestedMemory } from "../nested-memory";
import type { Failure } from "../protocol";
import { field, shared } from "../styles/shared";
import { verdict, winners } from "../verdict";
import { MemoryError } from "../worker-client";
import { contestStyle } from "./contest-style";
import "./standings";
import type { Standings } from "./standings";

/** One step of a contest, as a script has it; `pass` lets ten conversations about nothing go by. */
export type ContestStep = { say: string } | { end: true } | { pass: true } | { ask: string; expected: string };

/** What was done, for the line that tells it. */
type Deed = { kind: "say"; text: string } | { kind: "ask"; text: string } | { kind: "end" } | { kind: "pass"; of: number };

/** Strategies of memory side by side: the same is told to all and asked of all; a table says what each made of it. */
@customElement("nm-contest")
export class ContestTable extends LitElement {
  /** Whose worker does it; its own memory has no part in it. */
  @property({ attribute: false }) memory: NestedMemory | null = null;
  /** Who takes part at first: one to four. */
  @property({ attribute: false }) strategies: StrategyName[] = ["frozen", "context", "notebook", "nested"];
  /** What a button plays, one step after the other. */
  @property({ attribute: false }) script: ContestStep[] | null = null;
  @state() private standings: Standing[] = [];
  /** What stands in the fields; null: the example of the language. */
  @state() private told: string | null = null;
  @state() private question: string | null = null;
  @state() private expected: string | null = null;
  /** The value that the answers of the table were judged by; null: nothing was asked since something was done. */
  @state() private judged: string | null = null;
  @state() private deeds: Deed[] = [];
  @state() private doing: { kind: Deed["kind"]; done: number } | null = null;
  @state() private failure: Failure | null = null;
  @state() private said = "";
  @query("nm-standings") private result!: Standings;
  #contest: Contest | null = null;
  #stop: AbortController | null = null;

  constructor() {
    super();
    new Localised(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.abort();
    void this.#contest?.close().catch(() => {});
    this.#contest = null;
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("memory") || changed.has("strategies")) this.#forget();
  }

  override render() {
    return html`
      ${this.#renderChoice()} ${this.script ? this.#renderScript() : this.#renderSteps()}
      <p class="hidden-text" role="status" data-testid="contest-said">${this.said}</p>
      ${this.failure ? this.#renderFailure(this.failure) : nothing} ${this.#renderDeeds()}
      <nm-standings
        tabindex="-1"
        .strategies=${this.strategies}
        .standings=${this.standings}
        .judged=${this.judged}
        ?busy=${this.doing !== null}
      ></nm-standings>
    `;
  }

  /** Everything as before the first word. */
  restart(): void {
    if (!this.doing) this.#forget();
  }

  #forget(): void {
    void this.#contest?.close().catch(() => {});
    this.#contest = null;
    this.standings = [];
    this.judged = null;
    this.deeds = [];
    this.failure = null;
    this.said = "";
  }

  get #locked(): boolean {
    return !this.memory || this.doing !== null;
  }

  #renderChoice() {
    const words = t(this);
    const full = this.strategies.length >= MOST;
    return html`<fieldset ?disabled=${this.#locked}>
      <legend>${words.contestWho}</legend>
      ${STRATEGIES.map((name) => {
        const taken = this.strategies.includes(name);
        const locked = taken ? this.strategies.length === 1 : full;
        return html`<label class=${locked ? "locked" : ""}>
          <input
            type="checkbox"
            data-testid="contest-${name}"
            .checked=${taken}
            ?disabled=${locked}
            @change=${(event: Event) => this.#choose(name, (event.target as HTMLInputElement).checked)}
          />
          ${words.strategyNames[name]}
        </label>`;
      })}
      <span class="limit">${words.contestLimit(MOST)}</span>
    </fieldset>`;
  }

  #choose(name: StrategyName, take: boolean): void {
    this.strategies = STRATEGIES.filter((other) => (other === name ? take : this.strategies.includes(other)));
  }

  #renderSteps() {
    const words = t(this);
    const locked = this.#locked;
    const input = (event: Event) => (event.target as HTMLInputElement).value;
    return html`<div class="steps">
      <form @submit=${(event: Event) => this.#submit(event, [{ say: this.#told }])}>
        <label for="told">${words.contestTell}</label>
        <input
          id="told"
          data-testid="contest-told"
          maxlength="2000"
          autocomplete="off"
          .value=${this.#told}
          @input=${(event: Event) => (this.told = input(event))}
        />
        <button data-testid="contest-say" ?disabled=${locked || !this.#told.trim()}>${words.contestSay}</button>
      </form>
      <div class="time" role="group" aria-label=${words.contestTime}>
        <button data-testid="contest-end" ?disabled=${locked} @click=${() => this.#play([{ end: true }])}>${words.contestEnd}</button>
        <button data-testid="contest-pass" ?disabled=${locked} @click=${() => this.#play([{ pass: true }])}>
          ${words.contestPass(CHATTER.en.length)}
        </button>
        ${this.#renderStop()}
      </div>
      <form @submit=${(event: Event) => this.#submit(event, [{ ask: this.#question, expected: this.#expected }])}>
        <label for="question">${words.contestQuestion}</label>
        <input
          id="question"
          data-testid="contest-question"
          maxlength="2000"
          autocomplete="off"
          .value=${this.#question}
          @input=${(event: Event) => (this.question = input(event))}
        />
        <label for="expected">${words.contestExpected}</label>
        <input
          id="expected"
          class="short"
          data-testid="contest-expected"
          maxlength="200"
          autocomplete="off"
          .value=${this.#expected}
          @input=${(event: Event) => (this.expected = input(event))}
        />
        <button class="primary" data-testid="contest-ask" ?disabled=${locked || !this.#question.trim()}>${words.contestAsk}</button>
      </form>
    </div>`;
  }

  #renderScript() {
    const words = t(this);
    return html`<div class="time" role="group" aria-label=${words.contestTime}>
      <button class="primary" data-testid="contest-play" ?disabled=${this.#locked} @click=${() => this.#replay()}>${words.contestPlay}</button>
      ${this.#renderStop()}
    </div>`;
  }

  #renderStop() {
    const words = t(this);
    const { doing } = this;
    if (!doing) {
      return this.deeds.length
        ? html`<button class="quiet" data-testid="contest-restart" ?disabled=${!this.memory} @click=${() => this.restart()}>${words.contestRestart}</button>`
        : nothing;
    }
    const text =
      doing.kind === "pass" ? words.contestPassing(doing.done + 1, CHATTER.en.length) : words.contestDoing[doing.kind];
    return html`<button class="quiet" data-testid="contest-stop" @click=${() => this.#stop?.abort()}>${words.contestStop}</button>
      <span class="doing numbers">${text}</span>`;
  }

  #renderFailure({ code, message }: Failure) {
    const words = t(this);
    const { title, kept, advice } = words.failures[code] ?? words.failureUnknown;
    return html`<p class="failure" role="alert" data-testid="contest-failure" data-code=${code} title=${message}>
      <b>${title}</b> ${code === "stopped" ? nothing : html`${kept} ${advice}`}
    </p>`;
  }

  #renderDeeds() {
    const words = t(this);
    if (!this.deeds.length) return nothing;
    return html`<ol class="deeds" aria-label=${words.contestSoFar} data-testid="contest-deeds">
      ${this.deeds.map((deed) => html`<li class=${deed.kind} lang=${"text" in deed ? languageOf(deed.text) : nothing}>${this.#deed(deed)}</li>`)}
    </ol>`;
  }

  #deed(deed: Deed): string {
    const words = t(this);
    if (deed.kind === "say" || deed.kind === "ask") return deed.text;
    return deed.kind === "end" ? words.contestEnded : words.contestPassed(deed.of);
  }

  get #spoken(): "en" | "zh" {
    return language(this) === "zh" ? "zh" : "en";
  }

  get #told(): string {
    return this.told ?? t(this).contestExample.tell;
  }

  get #question(): string {
    return this.question ?? t(this).contestExample.ask;
  }

  get #expected(): string {
    return this.expected ?? t(this).contestExample.expected;
  }

  #submit(event: Event, steps: ContestStep[]): void {
    event.preventDefault();
    void this.#play(steps);
  }

  async #replay(): Promise<void> {
    this.#forget();
    await this.#play(this.script ?? []);
  }

  /** Does steps, one after the other; the first that is stopped or fails ends it. */
  async #play(steps: readonly ContestStep[]): Promise<void> {
    if (this.#locked || !this.memory) return;
    this.#stop = new AbortController();
    this.failure = null;
    // It has to be locked before anything is waited for.
    this.doing = { kind: kindOf(steps[0]), done: 0 };
    try {
      for (const step of steps) await this.#step(this.memory, step, this.#stop.signal);
      this.said = this.#outcome();
      this.result?.scrollIntoView({ block: "nearest" });
    } catch (error) {
      this.#refuse(error);
    } finally {
      this.doing = null;
      this.#stop = null;
    }
  }

  async #step(memory: NestedMemory, step: ContestStep, signal: AbortSignal): Promise<void> {
    const contest = (this.#contest ??= await memory.contest(this.strategies));
    this.doing = { kind: kindOf(step), done: 0 };
    if ("say" in step) {
      this.#take(await contest.say(step.say, { signal }), { kind: "say", text: step.say });
    } else if ("ask" in step) {
      this.#take(await contest.ask(step.ask, { signal }), { kind: "ask", text: step.ask }, step.expected);
    } else if ("end" in step) {
      this.#take(await contest.end({ signal }), { kind: "end" });
    } else {
      await this.#pass(contest, signal);
    }
  }

  /** Ten conversations about nothing; each that was had counts, whatever becomes of the next. */
  async #pass(contest: Contest, signal: AbortSignal): Promise<void> {
    const before = this.deeds;
    for (const [done, lines] of CHATTER[this.#spoken].entries()) {
      this.doing = { kind: "pass", done };
      for (const line of lines) this.#take(await contest.say(line, { signal }), null);
      this.#take(await contest.end({ signal }), null);
      this.deeds = [...before, { kind: "pass", of: done + 1 }];
    }
  }

  #take(standings: Standing[], deed: Deed | null, expected: string | null = null): void {
    this.standings = standings;
    this.judged = expected;
    if (deed) this.deeds = [...this.deeds, deed];
  }

  /** For whoever cannot see the table: what came of it, in a sentence. */
  #outcome(): string {
    const words = t(this);
    const last = this.deeds.at(-1);
    if (this.judged === null) return last ? words.contestDone(this.#deed(last)) : "";
    const names = (list: StrategyName[]) => list.map((name) => words.strategyNames[name]).join(words.listJoin);
    const right = this.standings.filter(({ answer }) => verdict(answer, this.judged ?? "") === "right");
    if (!right.length) return words.contestNobody;
    const { read, kept } = winners(this.standings, this.judged);
    return words.contestOutcome(names(right.map(({ strategy }) => strategy)), names(read), names(kept));
  }

  #refuse(error: unknown): void {
    if (error instanceof MemoryError) {
      const { code, message, kept, advice } = error;
      this.failure = { code, message, kept, advice };
      // What lay on a device that is gone is gone: the next step begins anew.
      if (code === "no-contest" || code === "device-lost") this.#contest = null;
    } else if (this.#stop?.signal.aborted) {
      this.failure = { code: "stopped", message: "", kept: "", advice: "" };
    } else {
      throw error;
    }
  }

  static override styles = [shared, field, contestStyle];
}

function kindOf(step: ContestStep | undefined): Deed["kind"] {
  if (!step || "pass" in step) return "pass";
  if ("say" in step) return "say";
  return "ask" in step ? "ask" : "end";
}

declare global {
  interface HTMLElementTagNameMap {
    "nm-contest": ContestTable;
  }
}
