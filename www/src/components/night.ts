import { LitElement, css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { languageOf, Localised, t, type Messages } from "../i18n";
import type { Night, NightLine } from "../night";
import type { Slept } from "../protocol";
import { prefersStillness } from "../settings";
import { shared } from "../styles/shared";

/** How it slept, in one or two sentences. */
export function tellSlept(slept: Slept, words: Messages): string {
  const turns = slept.exchanges.filter((exchange) => exchange.replayed).length;
  const sentence = words.sleptEnding[slept.ending](slept.known[1], slept.of, slept.known[0], turns);
  if (slept.whole) return sentence;
  return `${sentence} ${slept.exchanges.length ? words.sleptPart : words.sleptPartNothing}`;
}

/** A sleep to look at: the exchanges of the conversation, what mattered in them, and how it is read again. */
@customElement("nm-night")
export class NightView extends LitElement {
  @property({ attribute: false }) night!: Night;
  /** Moves when the night changed in place. */
  @property({ attribute: false }) revision = 0;
  @query("button") private button!: HTMLButtonElement;
  #pulse = 0;
  #over = false;

  constructor() {
    super();
    new Localised(this);
  }

  override render() {
    const words = t(this);
    const { night } = this;
    const { result } = night;
    return html`
      <section class=${result ? "over" : ""} data-testid="night" data-state=${result ? "over" : "asleep"} aria-labelledby="title">
        <header>
          <svg viewBox="0 0 16 16" width="20" aria-hidden="true"><path d="M13.2 9.9A5.8 5.8 0 0 1 6.1 2.8a5.8 5.8 0 1 0 7.1 7.1z" /></svg>
          <h3 id="title">${result ? words.slept : words.sleeping}</h3>
          ${
            result
              ? html`<button class="primary" data-testid="night-close" @click=${() => this.#say("closenight")}>${words.nightClose}</button>`
              : html`<button data-testid="wake-up" ?disabled=${night.waking} @click=${() => this.#say("wake")}>
                ${night.waking ? words.waking : words.wakeUp}
              </button>`
          }
        </header>
        ${this.#renderCounter()}
        ${
          result
            ? html`<p class="sentence" data-testid="slept">${tellSlept(result, words)}</p>`
            : html`<p class="phase">
              ${words.nightPhase[night.phase]}${night.round > 0 ? html` <span class="numbers">· ${words.nightRound(night.round)}</span>` : nothing}
            </p>`
        }
        ${result?.broken.length ? this.#renderBroken(result) : nothing}
        ${
          night.lines.length
            ? html`<h4 class="hidden-text">${words.nightLines}</h4>
              <ol>${repeat(
                night.lines,
                (_, index) => index,
                (line, index) => this.#renderLine(line, index),
              )}</ol>
              <p class="legend">${words.nightLegend}</p>`
            : nothing
        }
      </section>
    `;
  }

  /** Questions that were answered right before this sleep, and are not any more; and the way back. */
  #renderBroken({ broken, before }: Slept) {
    const words = t(this);
    return html`<div class="broken" role="alert" data-testid="broken">
      <p>${words.nightBroken(broken.length)}</p>
      <ul>${broken.map(
        ({ question, expected, reply }) =>
          html`<li class="question"><span lang=${languageOf(question)}>${question}</span> <b>${expected}</b> → <i lang=${languageOf(reply)}>${reply}</i></li>`,
      )}</ul>
      ${
        before === null
          ? nothing
          : html`<button data-testid="undo-sleep" @click=${() => this.dispatchEvent(new CustomEvent("undosleep", { detail: before }))}>
              ${words.nightUndo}
            </button>`
      }
    </div>`;
  }

  #renderCounter() {
    const words = t(this);
    const { night } = this;
    const { of, known } = night;
    if (of === 0) return nothing;
    const before = night.before ?? known;
    return html`
      <p class="counter numbers" data-testid="night-known">
        ${words.nightKnown(before, of)}${night.before === null ? nothing : html` <span class="arrow">→</span> <b>${words.nightKnownNow(known, of)}</b>`}
      </p>
      <progress max=${of} value=${known} aria-hidden="true"></progress>
    `;
  }

  #renderLine(line: NightLine, index: number) {
    const words = t(this);
    const now = this.night.now === index;
    const chatter = line.of === 0;
    const done = !chatter && line.of !== null && line.known >= line.of;
    const notes = [
      chatter && words.nightChatter,
      !chatter && words.nightMatters(line.known, line.of ?? 0),
      line.replays > 0 && words.nightReplays(line.replays),
    ].filter(Boolean);
    return html`<li class="${chatter ? "chatter" : "matters"} ${now ? "now" : ""}" aria-current=${now ? "step" : nothing}>
      <span class="mark" aria-hidden="true">${chatter ? "–" : done ? "✓" : "○"}</span>
      <span class="said" lang=${languageOf(line.words.map((word) => word.text).join(""))}>${line.words.map((word) => (word.matters ? html`<u>${word.text}</u>` : word.text))}</span>
      <span class="note numbers">${notes.join(" · ")}</span>
    </li>`;
  }

  override updated(_: PropertyValues<this>): void {
    const { night } = this;
    const line = night.now === null ? null : this.renderRoot.querySelectorAll("li")[night.now];
    line?.scrollIntoView({ block: "nearest" });
    if (line && night.pulse !== this.#pulse && !prefersStillness()) {
      const from = line.getBoundingClientRect();
      this.dispatchEvent(new CustomEvent("replayed", { detail: from, bubbles: true, composed: true }));
    }
    this.#pulse = night.pulse;
    const over = night.result !== null;
    // The button that woke it became the one that leaves; whoever pressed it goes on there.
    if (over !== this.#over) this.button.focus({ preventScroll: true });
    this.#over = over;
  }

  override firstUpdated(): void {
    // The button that was pressed is gone.
    this.button.focus({ preventScroll: true });
  }

  #say(what: "wake" | "closenight"): void {
    this.dispatchEvent(new Event(what));
  }

  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        overflow-y: auto;
      }
      section {
        display: grid;
        gap: var(--space-3);
        margin-block: auto;
        padding: var(--space-5);
      }
      header {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        min-height: 34px;
      }
      header svg {
        flex: none;
        fill: color-mix(in oklab, var(--slow) 20%, transparent);
        stroke: var(--slow);
        stroke-width: 1.3;
        stroke-linejoin: round;
      }
      h3 {
        flex: 1;
        font-size: var(--text-xl);
        font-weight: 600;
        line-height: 1.25;
        letter-spacing: -0.015em;
      }
      .broken {
        display: grid;
        gap: var(--space-2);
        justify-items: start;
        padding: var(--space-3);
        background: var(--danger-ground);
        border-left: 3px solid var(--danger);
      }
      .broken ul {
        padding-left: var(--space-5);
        font-size: var(--text-s);
      }
      .counter {
        font-size: var(--text-l);
        line-height: 1.3;
        color: var(--muted);
      }
      .counter b {
        font-weight: 600;
        color: var(--ink);
      }
      .arrow {
        color: var(--slow);
      }
      progress {
        display: block;
        width: 100%;
        height: 3px;
        appearance: none;
        -webkit-appearance: none;
        background: var(--hairline);
        border: 0;
        border-radius: 2px;
        overflow: hidden;
      }
      progress::-webkit-progress-bar {
        background: var(--hairline);
      }
      progress::-webkit-progress-value {
        background: var(--slow);
        transition: inline-size 600ms ease-out;
      }
      progress::-moz-progress-bar {
        background: var(--slow);
      }
      .phase,
      .sentence {
        min-height: 2.9em;
        font-size: var(--text-m);
        line-height: 1.45;
        text-wrap: pretty;
      }
      .phase {
        color: var(--muted);
      }
      ol {
        display: grid;
        list-style: none;
        border-top: 1px solid var(--hairline);
      }
      ol li {
        position: relative;
        display: grid;
        grid-template-columns: 18px minmax(0, 1fr);
        gap: 0 var(--space-2);
        padding: 9px var(--space-2) 9px 0;
        font-size: var(--text-s);
        line-height: 1.5;
        border-bottom: 1px solid var(--hairline);
        transition:
          background-color 400ms ease,
          color 600ms ease;
      }
      li.now {
        background: color-mix(in oklab, var(--slow) 8%, transparent);
      }
      li.now::before {
        content: "";
        position: absolute;
        inset: 6px auto 6px calc(-1 * var(--space-3));
        width: 3px;
        background: var(--slow);
        border-radius: 2px;
      }
      .mark {
        font-weight: 600;
        text-align: center;
        color: var(--slow);
      }
      .said {
        overflow-wrap: anywhere;
      }
      .chatter,
      .chatter .mark {
        color: var(--faint);
      }
      u {
        text-decoration: underline 2px var(--slow);
        text-underline-offset: 4px;
        font-weight: 500;
      }
      .note {
        grid-column: 2;
        font-size: var(--text-xs);
        color: var(--muted);
      }
      .legend {
        font-size: var(--text-xs);
        line-height: 1.45;
        color: var(--muted);
        text-wrap: pretty;
      }
      @media (prefers-reduced-motion: reduce) {
        ol li,
        progress::-webkit-progress-value {
          transition: none;
        }
      }
      @media (max-width: 1023px) {
        section {
          gap: var(--space-2);
          padding: var(--space-4);
        }
        .phase,
        .sentence {
          min-height: 0;
        }
      }
    `,
  ];
}
