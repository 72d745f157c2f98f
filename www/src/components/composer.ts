import { LitElement, css, html } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { Localised, t } from "../i18n";
import { shared } from "../styles/shared";

/** The message field. Enter sends, Shift+Enter breaks the line. */
@customElement("nm-composer")
export class Composer extends LitElement {
  @property({ type: Boolean }) loading = false;
  /** A reply is being spoken: the button stops it. */
  @property({ type: Boolean }) saying = false;
  /** Something else goes on, or the model is gone: nothing can be sent. */
  @property({ type: Boolean }) locked = false;
  @query("textarea") private field!: HTMLTextAreaElement;

  constructor() {
    super();
    new Localised(this);
  }

  override render() {
    const words = t(this);
    return html`
      <form @submit=${this.#onSubmit}>
        <textarea
          rows="1"
          maxlength="4000"
          data-testid="composer"
          aria-label=${words.composerLabel}
          placeholder=${this.loading ? words.composerLoading : words.composerPlaceholder}
          enterkeyhint="send"
          autocomplete="off"
          @keydown=${this.#onKey}
          @input=${this.#grow}
        ></textarea>
        ${
          this.saying
            ? html`<button type="button" class="icon" data-testid="stop" aria-label=${words.stop} title=${words.stopHint} @click=${this.#stop}>
              <svg viewBox="0 0 16 16" width="14" aria-hidden="true"><rect x="3" y="3" width="10" height="10" rx="2" fill="currentColor" /></svg>
            </button>`
            : html`<button class="primary icon" data-testid="send" aria-label=${words.send} title=${words.send} ?disabled=${this.locked}>
              <svg viewBox="0 0 16 16" width="16" aria-hidden="true"><path d="M8 13V3.5M3.8 7.5 8 3.3l4.2 4.2" /></svg>
            </button>`
        }
      </form>
    `;
  }

  override focus(): void {
    this.field?.focus();
  }

  /** Puts a text back that could not be said. */
  restore(text: string): void {
    if (this.field.value === "") this.field.value = text;
    this.#grow();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#send();
  }

  #onSubmit(event: Event): void {
    event.preventDefault();
    this.#send();
  }

  #send(): void {
    const text = this.field.value.trim();
    if (!text || this.locked || this.saying) return;
    this.field.value = "";
    this.#grow();
    this.dispatchEvent(new CustomEvent("say", { detail: text, bubbles: true, composed: true }));
  }

  #stop(): void {
    this.dispatchEvent(new CustomEvent("stop", { bubbles: true, composed: true }));
  }

  #grow(): void {
    this.field.style.setProperty("height", "auto");
    this.field.style.setProperty("height", `${Math.min(160, this.field.scrollHeight)}px`);
  }

  static override styles = [
    shared,
    css`
      form {
        display: flex;
        align-items: flex-end;
        gap: var(--space-2);
        padding: 6px;
        background: var(--surface);
        border: 1px solid var(--control);
        border-radius: 14px;
      }
      form:focus-within {
        border-color: var(--ink);
        box-shadow: 0 0 0 1px var(--ink);
      }
      textarea {
        flex: 1;
        min-width: 0;
        max-height: 160px;
        padding: 6px 8px;
        font: 400 var(--text-m) / 1.45 var(--font);
        color: var(--ink);
        background: none;
        border: 0;
        resize: none;
      }
      textarea:focus-visible {
        outline: none;
      }
      textarea::placeholder {
        color: var(--muted);
        opacity: 1;
      }
      @media (pointer: coarse) {
        textarea {
          font-size: 1rem;
        }
      }
      button {
        border-radius: 9px;
      }
      path {
        fill: none;
        stroke: currentColor;
        stroke-width: 1.8;
        stroke-linecap: round;
        stroke-linejoin: round;
      }
    `,
  ];
}
