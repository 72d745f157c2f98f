import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { number } from "../format";
import { languageOf, Localised, t } from "../i18n";
import { LEVELS } from "../protocol";
import { shared } from "../styles/shared";
import type { SpokenMessage } from "../transcript";
import { shade, splitWords, type Word } from "../words";

/** One message. Under each learned word lie three lines: how much it wrote into each level. */
@customElement("nm-message")
export class Message extends LitElement {
  @property({ attribute: false }) message!: SpokenMessage;
  /** Moves when the message changed in place. */
  @property({ attribute: false }) revision = 0;
  /** The largest weight of one word so far: fast, mid, slow. */
  @property({ attribute: false }) most: readonly [number, number, number] = [0, 0, 0];
  /** Whether nothing can be changed now. */
  @property({ type: Boolean }) locked = false;
  /** Which word shows its numbers; an index into the words. */
  @state() private active: number | null = null;
  #words: Word[] = [];

  constructor() {
    super();
    new Localised(this);
  }

  override render() {
    const words = t(this);
    const { message } = this;
    this.#words = splitWords(message.text, message.tokens);
    const shaded = this.#words.some((word) => word.written);
    const active = this.active === null ? null : (this.#words[this.active] ?? null);
    return html`
      <div class="message ${message.role} ${message.past ? "past" : ""} ${message.lost ? "lost" : ""}">
        <span class="who">${message.role === "user" ? words.you : words.model}<span class="hidden-text">: </span></span>
        <p
          class="text"
          data-testid="message-${message.role}"
          data-state=${message.state}
          tabindex=${shaded ? 0 : nothing}
          aria-description=${shaded ? words.wordKeys : nothing}
          lang=${languageOf(message.text)}
          @keydown=${this.#onKey}
          @pointerover=${this.#onPointer}
          @pointerleave=${() => (this.active = null)}
          @blur=${() => (this.active = null)}
        >${this.#words.map((word, index) => this.#renderWord(word, index))}${
          message.state === "speaking" ? html`<span class="caret" aria-hidden="true"></span>` : nothing
        }</p>
        ${this.#renderState()}
        ${
          message.role === "user" && message.version !== null && !message.lost
            ? html`<button
              class="quiet forget"
              data-testid="forget-turn"
              aria-label=${words.forgetLabel(message.text)}
              ?disabled=${this.locked}
              @click=${() => this.dispatchEvent(new CustomEvent("forget", { detail: message }))}
            >
              ${words.forget}
            </button>`
            : nothing
        }
        ${message.lost ? html`<p class="note" data-testid="lost">${words.lost}</p>` : nothing}
        <div class="card numbers" role="status" ?hidden=${!active?.written}>${active?.written ? this.#renderCard(active) : nothing}</div>
      </div>
    `;
  }

  #renderWord(word: Word, index: number) {
    if (!word.written) return word.text.trim() ? html`<span data-word=${index}>${word.text}</span>` : word.text;
    const [fast, mid, slow] = word.written.weight.map((weight, level) => shade(weight, this.most[level]!));
    return html`<span class="w f${fast} m${mid} s${slow} ${index === this.active ? "active" : ""}" data-word=${index}>${word.text}</span>`;
  }

  #renderState() {
    const words = t(this);
    const { state, mode, truncated } = this.message;
    const notes = [
      state === "waiting" && words.queued,
      state === "stopped" && words.stopped,
      mode !== "lasting" && words.modeTag[mode],
      truncated && words.truncatedInput,
    ].filter(Boolean);
    return notes.length ? html`<p class="note">${notes.join(" · ")}</p>` : nothing;
  }

  #renderCard(word: Word) {
    const words = t(this);
    const { surprise, weight } = word.written!;
    return html`
      <p class="card-head"><b>${word.text}</b> <span>${words.surprise} ${words.nats(number(surprise))}</span></p>
      ${LEVELS.map(
        (level, i) => html`<p class="row ${level}">
          <span>${words.level[level]}</span>
          <meter min="0" max="5" value=${shade(weight[i]!, this.most[i]!)} aria-hidden="true"></meter>
          <span>${number(weight[i]!)}</span>
        </p>`,
      )}
    `;
  }

  override updated(): void {
    const card = this.renderRoot.querySelector<HTMLElement>(".card");
    const word = this.renderRoot.querySelector<HTMLElement>(".w.active");
    if (!card || !word || this.active === null) return;
    const box = word.getBoundingClientRect();
    const home = card.parentElement!.getBoundingClientRect();
    const room = Math.max(0, home.width - card.offsetWidth);
    card.style.setProperty("left", `${Math.min(room, Math.max(0, box.left - home.left))}px`);
    card.style.setProperty("top", `${box.bottom - home.top + 8}px`);
  }

  #onPointer(event: PointerEvent): void {
    const at = (event.target as HTMLElement).dataset.word;
    if (at !== undefined) this.active = Number(at);
  }

  #onKey(event: KeyboardEvent): void {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    const written = this.#words.map((word, index) => (word.written ? index : -1)).filter((index) => index >= 0);
    const now = this.active === null ? -1 : written.indexOf(this.active);
    const next = this.active === null ? (step > 0 ? 0 : written.length - 1) : now + step;
    this.active = written[Math.min(written.length - 1, Math.max(0, next))] ?? null;
  }

  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      .message {
        position: relative;
        display: flex;
        flex-direction: column;
        align-items: flex-start;
      }
      .who {
        font-size: var(--text-xs);
        line-height: 1.6;
        color: var(--muted);
      }
      .text {
        max-width: 34em;
        min-height: 1.9em;
        line-height: 1.85;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      /* An answer begins with the value as it was told, "lavender"; a sentence begins with a capital. */
      .assistant .text::first-letter {
        text-transform: uppercase;
      }
      .user {
        align-items: flex-end;
      }
      .user .text {
        padding: 3px var(--space-4) 8px;
        background: var(--sunken);
        border-radius: 14px 14px 4px 14px;
      }
      .user .who {
        display: none;
      }
      .forget {
        position: absolute;
        z-index: 1;
        right: 0;
        top: calc(100% - 2px);
        min-height: 24px;
        padding: 0 var(--space-2);
        font-size: var(--text-xs);
        opacity: 0;
      }
      .message:hover .forget,
      .message:focus-within .forget,
      .forget:focus-visible {
        opacity: 1;
      }
      @media (pointer: coarse) {
        .forget {
          opacity: 1;
        }
      }
      .past .text,
      .past .who {
        color: var(--faint);
      }
      .past.user .text {
        background: transparent;
        box-shadow: inset 0 0 0 1px var(--hairline);
      }
      .lost .text {
        text-decoration: line-through;
        text-decoration-thickness: 1px;
      }
      .note {
        font-size: var(--text-xs);
        color: var(--muted);
      }

      /* Three lines under a word: fast, mid, slow, as in the bands. */
      .w {
        --f: 0%;
        --m: 0%;
        --s: 0%;
        padding-bottom: 9px;
        background:
          linear-gradient(color-mix(in oklab, var(--fast) var(--f), transparent) 0 0) 0 calc(100% - 6px) / 100% 2px no-repeat,
          linear-gradient(color-mix(in oklab, var(--mid) var(--m), transparent) 0 0) 0 calc(100% - 3px) / 100% 2px no-repeat,
          linear-gradient(color-mix(in oklab, var(--slow) var(--s), transparent) 0 0) 0 100% / 100% 2px no-repeat;
        -webkit-box-decoration-break: clone;
        box-decoration-break: clone;
      }
      .w.active {
        border-radius: 3px 3px 0 0;
        background-color: color-mix(in oklab, var(--ink) 8%, transparent);
      }
      .f1 { --f: 12%; } .f2 { --f: 28%; } .f3 { --f: 50%; } .f4 { --f: 75%; } .f5 { --f: 100%; }
      .m1 { --m: 12%; } .m2 { --m: 28%; } .m3 { --m: 50%; } .m4 { --m: 75%; } .m5 { --m: 100%; }
      .s1 { --s: 12%; } .s2 { --s: 28%; } .s3 { --s: 50%; } .s4 { --s: 75%; } .s5 { --s: 100%; }

      .caret {
        display: inline-block;
        width: 7px;
        height: 1em;
        margin-left: 2px;
        vertical-align: -0.12em;
        background: var(--ink);
        opacity: 0.75;
        border-radius: 1px;
      }
      .card {
        position: absolute;
        z-index: 4;
        width: 208px;
        padding: var(--space-2) var(--space-3);
        font-size: var(--text-xs);
        line-height: 1.6;
        background: var(--surface);
        border: 1px solid var(--hairline);
        border-radius: var(--radius);
        box-shadow: 0 6px 24px rgb(0 0 0 / 0.14);
        pointer-events: none;
      }
      .card-head {
        display: flex;
        justify-content: space-between;
        gap: var(--space-3);
        margin-bottom: 2px;
        color: var(--muted);
      }
      .card-head b {
        overflow: hidden;
        text-overflow: ellipsis;
        color: var(--ink);
        font-weight: 600;
      }
      .row {
        display: grid;
        grid-template-columns: 3em 1fr 4.5em;
        align-items: center;
        gap: var(--space-2);
      }
      .row span:last-child {
        text-align: right;
      }
      .fast { --level: var(--fast); }
      .mid { --level: var(--mid); }
      .slow { --level: var(--slow); }
      .row span:first-child {
        font-weight: 600;
        color: var(--level);
      }
      meter {
        display: block;
        width: 100%;
        height: 6px;
        appearance: none;
        -webkit-appearance: none;
        background: var(--sunken);
        border-radius: 3px;
      }
      meter::-webkit-meter-inner-element {
        display: block;
        height: 6px;
      }
      meter::-webkit-meter-bar {
        height: 6px;
        background: var(--sunken);
        border: 0;
        border-radius: 3px;
      }
      meter::-webkit-meter-optimum-value {
        background: var(--level);
        border-radius: 3px;
      }
      meter::-moz-meter-bar {
        background: var(--level);
      }
    `,
  ];
}
