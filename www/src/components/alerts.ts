import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { Localised, language, t } from "../i18n";
import { cross } from "../icons";
import type { Failure, Notice } from "../protocol";
import { shared, stroked } from "../styles/shared";

/** A failure in the language of the page. In English the worker's own sentences are the most exact ones. */
export function tellFailure(failure: Failure, at: Node): { title: string; detail: string; kept: string; advice: string } {
  const words = t(at);
  const known = words.failures[failure.code] ?? words.failureUnknown;
  const english = language(at) === "en";
  return {
    title: known.title,
    detail: failure.message === known.title ? "" : failure.message,
    kept: (english && failure.kept) || known.kept,
    advice: (english && failure.advice) || known.advice,
  };
}

/** What went wrong, what was kept, what to do; and what the person should know. */
@customElement("nm-alerts")
export class Alerts extends LitElement {
  @property({ attribute: false }) failure: Failure | null = null;
  /** The model is gone: only a reload helps. */
  @property({ type: Boolean }) final = false;
  @property({ attribute: false }) notices: readonly Notice[] = [];

  constructor() {
    super();
    new Localised(this);
  }

  override render() {
    return html`${this.notices.map((notice) => this.#renderNotice(notice))}${this.failure ? this.#renderFailure(this.failure) : nothing}`;
  }

  #renderNotice(notice: Notice) {
    const words = t(this);
    return html`
      <div class="notice" role="status" data-testid="notice" data-code=${notice.code}>
        <p>${words.notices[notice.code] ?? notice.message}</p>
        ${this.#renderDismiss(() => this.dispatchEvent(new CustomEvent("dismissnotice", { detail: notice })))}
      </div>
    `;
  }

  #renderFailure(failure: Failure) {
    const words = t(this);
    const { title, detail, kept, advice } = tellFailure(failure, this);
    return html`
      <div class="failure" role="alert" data-testid="alert" data-code=${failure.code}>
        <div>
          <p><b>${title}</b></p>
          ${detail ? html`<p class="detail" lang="en">${detail}</p>` : nothing}
          <dl>
            <dt>${words.failureKept}</dt><dd>${kept}</dd>
            <dt>${words.failureAdvice}</dt><dd>${advice}</dd>
          </dl>
          ${this.final ? html`<button class="danger" @click=${this.#reload}>${words.reload}</button>` : nothing}
        </div>
        ${this.final ? nothing : this.#renderDismiss(() => this.dispatchEvent(new Event("dismissfailure")))}
      </div>
    `;
  }

  /** Whoever holds the memory may know something gentler than loading the whole page again. */
  #reload(): void {
    const event = new CustomEvent("reload", { bubbles: true, composed: true, cancelable: true });
    if (this.dispatchEvent(event)) location.reload();
  }

  #renderDismiss(action: () => void) {
    return html`<button class="quiet icon" aria-label=${t(this).dismiss} title=${t(this).dismiss} @click=${action}>
      ${cross}
    </button>`;
  }

  static override styles = [
    shared,
    stroked,
    css`
      :host {
        display: grid;
        gap: var(--space-2);
      }
      .notice,
      .failure {
        display: flex;
        align-items: flex-start;
        justify-content: space-between;
        gap: var(--space-3);
        padding: var(--space-2) var(--space-2) var(--space-2) var(--space-3);
        font-size: var(--text-s);
        line-height: 1.45;
        background: var(--notice-ground);
        border-radius: var(--radius);
      }
      .notice p {
        padding-block: 7px;
      }
      .failure {
        padding-block: var(--space-3);
        background: var(--danger-ground);
        box-shadow: inset 3px 0 0 var(--danger);
        border-radius: 4px var(--radius) var(--radius) 4px;
      }
      b {
        font-weight: 600;
      }
      .detail {
        color: var(--muted);
        overflow-wrap: anywhere;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0 var(--space-3);
        margin-top: var(--space-1);
      }
      dt {
        color: var(--muted);
      }
      .danger {
        margin-top: var(--space-2);
      }
    `,
  ];
}
