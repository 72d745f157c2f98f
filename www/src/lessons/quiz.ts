import { LitElement, css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Localised } from "../i18n";
import { t } from "../i18n/lessons";
import { shared } from "../styles/shared";
import { renderInline } from "./inline";
import { orderOf, type Question } from "./lesson";

/** A question for the reader: choose, check, and read why. Nothing is sent anywhere. */
@customElement("nm-lesson-quiz")
export class Quiz extends LitElement {
  @property({ attribute: false }) question!: Question;
  @property({ type: Number }) seed = 0;
  /** Index of the choice in the file. */
  @state() private chosen: number | null = null;
  @state() private checked = false;
  /** Somebody wanted to check before they chose. */
  @state() private hasty = false;

  constructor() {
    super();
    new Localised(this);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("question") || !changed.get("question")) return;
    this.chosen = null;
    this.checked = false;
    this.hasty = false;
  }

  override render() {
    const words = t(this).lessons;
    const { question, chosen, checked } = this;
    const right = chosen === question.answer;
    return html`
      <form @submit=${this.#check}>
        <fieldset>
          <legend>${question.prompt}</legend>
          ${orderOf(question, this.seed).map(
            (index) => html`<label class=${checked && index === question.answer ? "answer" : ""}>
              <input type="radio" name="choice" .checked=${chosen === index} data-testid="choice-${index}" @change=${() => this.#choose(index)} />
              <span>${question.choices[index]}</span>
            </label>`,
          )}
        </fieldset>
        <button data-testid="check">${words.check}</button>
        <p role="status" data-testid="verdict" data-right=${checked ? String(right) : nothing}>
          ${this.hasty ? words.choose : nothing}
          ${
            checked
              ? html`<b>${right ? `✓ ${words.correct}` : `✗ ${words.incorrect} ${question.choices[question.answer]}`}</b> ${renderInline(question.why)}`
              : nothing
          }
        </p>
      </form>
    `;
  }

  #choose(index: number): void {
    this.chosen = index;
    this.checked = false;
    this.hasty = false;
  }

  #check(event: Event): void {
    event.preventDefault();
    this.hasty = this.chosen === null;
    this.checked = this.chosen !== null;
  }

  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      form {
        display: grid;
        gap: var(--space-3);
        justify-items: start;
        padding: var(--space-3) var(--space-4) var(--space-4);
        background: var(--sunken);
        border-radius: var(--radius);
      }
      fieldset {
        display: grid;
        gap: var(--space-1);
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        padding: 0 0 var(--space-2);
        font-weight: 600;
        text-wrap: pretty;
      }
      label {
        display: flex;
        align-items: baseline;
        gap: var(--space-2);
        min-height: 28px;
        padding: 2px 0;
        font-size: var(--text-s);
        cursor: pointer;
      }
      label.answer {
        font-weight: 600;
      }
      input {
        flex: none;
        width: 16px;
        height: 16px;
        margin: 0;
        accent-color: var(--ink);
        transform: translateY(2px);
      }
      button {
        background: var(--surface);
        border-color: var(--control);
      }
      p {
        font-size: var(--text-s);
        text-wrap: pretty;
      }
      p:empty {
        display: none;
      }
      @media print {
        button {
          display: none;
        }
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    "nm-lesson-quiz": Quiz;
  }
}
