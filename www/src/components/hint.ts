import { LitElement, css, html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { Localised, t } from "../i18n";
import { shared } from "../styles/shared";

/** Three steps that show what the page is about. */
@customElement("nm-hint")
export class Hint extends LitElement {
  @property({ type: Boolean }) locked = false;

  constructor() {
    super();
    new Localised(this);
  }

  override render() {
    const words = t(this);
    const list = (kind: "tell" | "ask") =>
      words.hintExamples.map(
        (example) => html`<li>
          <button
            ?disabled=${this.locked}
            data-testid="hint-${kind}"
            aria-label=${kind === "tell" ? words.hintTellButton(example[kind]) : words.hintAskButton(example[kind])}
            @click=${() => this.dispatchEvent(new CustomEvent("say", { detail: example[kind], bubbles: true, composed: true }))}
          >
            ${example[kind]}
          </button>
        </li>`,
      );
    return html`
      <section data-testid="hint" aria-labelledby="title">
        <h3 id="title">${words.hintTitle}</h3>
        <ol>
          <li>
            <p>${words.hintTell}</p>
            <ul>${list("tell")}</ul>
          </li>
          <li><p>${words.hintEnd}</p></li>
          <li>
            <p>${words.hintAsk}</p>
            <ul>${list("ask")}</ul>
          </li>
        </ol>
      </section>
    `;
  }

  static override styles = [
    shared,
    css`
      h3 {
        margin-bottom: var(--space-5);
        font-size: var(--text-xl);
        font-weight: 600;
        line-height: 1.25;
        letter-spacing: -0.015em;
        text-wrap: balance;
      }
      ol {
        display: grid;
        gap: var(--space-5);
        list-style: none;
        counter-reset: step;
      }
      ol > li {
        position: relative;
        padding-left: 36px;
        counter-increment: step;
      }
      ol > li::before {
        content: counter(step);
        position: absolute;
        left: 0;
        top: 0;
        width: 22px;
        font-size: var(--text-s);
        font-weight: 600;
        line-height: 22px;
        text-align: center;
        color: var(--muted);
        border: 1px solid var(--hairline);
        border-radius: 50%;
      }
      ol > li:not(:last-child)::after {
        content: "";
        position: absolute;
        left: 11px;
        top: 28px;
        bottom: -18px;
        border-left: 1px solid var(--hairline);
      }
      p {
        line-height: 22px;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
        margin-top: var(--space-2);
        list-style: none;
      }
      @media (max-width: 600px) {
        h3 {
          margin-bottom: var(--space-4);
          font-size: var(--text-l);
        }
        ol {
          gap: var(--space-4);
        }
        ul li:nth-child(n + 3) {
          display: none;
        }
      }
      ul button {
        height: auto;
        padding: 7px var(--space-3);
        line-height: 1.3;
        font-weight: 400;
        white-space: normal;
        text-align: left;
        background: var(--surface);
        border-radius: 17px;
      }
    `,
  ];
}
