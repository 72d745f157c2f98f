import { LitElement, css, html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { Localised, t } from "../i18n";
import type { Reply } from "../protocol";
import { disclosure, shared } from "../styles/shared";

/** The very tokens that went into the model with the last message, and those that were waiting from before. */
@customElement("nm-evidence")
export class Evidence extends LitElement {
  @property({ attribute: false }) reply: Reply | null = null;

  constructor() {
    super();
    new Localised(this);
  }

  override render() {
    const words = t(this);
    const { reply } = this;
    return html`
      <details data-testid="evidence">
        <summary>
          ${words.evidence}<span class="numbers">${reply ? words.evidenceSummary(reply.fedTokenIds.length, reply.contextTokenIds.length) : ""}</span>
        </summary>
        ${
          reply
            ? html`
              <p>${words.evidenceFed(reply.fedTokenIds.length)}</p>
              <code data-testid="fed-tokens">${reply.fedTokenIds.join(" ")}</code>
              <p>${words.evidenceContext(reply.contextTokenIds.length)}</p>
              ${reply.contextTokenIds.length ? html`<code data-testid="context-tokens">${reply.contextTokenIds.join(" ")}</code>` : ""}
            `
            : html`<p>${words.evidenceNone}</p>`
        }
      </details>
    `;
  }

  static override styles = [
    shared,
    disclosure,
    css`
      :host {
        font-size: var(--text-xs);
        color: var(--muted);
      }
      summary span {
        color: var(--muted);
      }
      summary span::before {
        content: "·";
        margin: 0 0.5em;
      }
      summary span:empty {
        display: none;
      }
      details[open] {
        max-height: 32dvh;
        overflow-y: auto;
      }
      p {
        margin-top: var(--space-1);
      }
      code {
        display: block;
        max-height: 72px;
        margin-top: var(--space-1);
        padding: var(--space-2);
        overflow-y: auto;
        font: 400 0.6875rem / 1.5 var(--mono);
        color: var(--ink);
        overflow-wrap: anywhere;
        background: var(--sunken);
        border-radius: 6px;
      }
    `,
  ];
}
