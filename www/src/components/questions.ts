import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { languageOf, Localised, t } from "../i18n";
import { cross } from "../icons";
import type { Question } from "../protocol";
import type { Session } from "../session";
import { field, shared, stroked } from "../styles/shared";

/** The questions that are asked again after every sleep, and what came of them last. */
@customElement("nm-questions")
export class QuestionList extends LitElement {
  @property({ attribute: false }) session!: Session;
  /** Moves when the session changed in place. */
  @property({ attribute: false }) revision = 0;
  /** What could be pinned: the question that was asked last, and the answer. */
  @property({ attribute: false }) candidate: Question | null = null;
  /** The answer as the person wants it; null: as it was given. */
  @state() private expected: string | null = null;

  constructor() {
    super();
    new Localised(this);
  }

  override willUpdate(changed: Map<string, unknown>): void {
    const before = changed.get("candidate") as Question | null | undefined;
    if (changed.has("candidate") && before?.question !== this.candidate?.question) this.expected = null;
  }

  override render() {
    const words = t(this);
    const { questions } = this.session;
    return html`
      ${this.candidate ? this.#renderCandidate(this.candidate) : nothing}
      ${
        questions.asked.length
          ? html`<h4>${words.questionsTitle}</h4>
            <ul data-testid="questions">${questions.asked.map((question) => this.#renderQuestion(question))}</ul>
            <button data-testid="check-questions" ?disabled=${!this.session.canSay} @click=${() => questions.check()}>${words.questionsCheck}</button>`
          : nothing
      }
    `;
  }

  #renderCandidate({ question, expected }: Question) {
    const words = t(this);
    const known = this.session.questions.asked.some((other) => other.question === question);
    if (known) return nothing;
    return html`<form @submit=${(event: SubmitEvent) => this.#pin(event, question)}>
      <label for="expected">${words.questionsExpect}</label>
      <input
        id="expected"
        data-testid="question-expected"
        maxlength="200"
        autocomplete="off"
        .value=${this.expected ?? expected}
        @input=${(event: Event) => (this.expected = (event.target as HTMLInputElement).value)}
      />
      <button data-testid="pin-question" ?disabled=${!this.session.canChange}>${words.questionsPin}</button>
    </form>`;
  }

  #renderQuestion(question: Question) {
    const words = t(this);
    const checked = this.session.questions.checked.get(question.question);
    const sign = checked ? (checked.right ? "right" : "wrong") : "unasked";
    return html`<li data-testid="question" data-sign=${sign}>
      <span class="mark" role="img" aria-label=${words.questionsSigns[sign]}>${{ right: "✓", wrong: "✗", unasked: "·" }[sign]}</span>
      <span class="text">
        <span lang=${languageOf(question.question)}>${question.question}</span>
        <b lang=${languageOf(question.expected)}>${question.expected}</b>
        ${checked && !checked.right ? html`<i lang=${languageOf(checked.reply)}>${checked.reply}</i>` : nothing}
      </span>
      <button
        class="quiet icon"
        data-testid="unpin-question"
        aria-label=${words.questionsUnpin(question.question)}
        title=${words.questionsUnpin(question.question)}
        ?disabled=${!this.session.canChange}
        @click=${() => this.session.questions.unpin(question)}
      >
        ${cross}
      </button>
    </li>`;
  }

  #pin(event: SubmitEvent, question: string): void {
    event.preventDefault();
    const expected = (this.expected ?? this.candidate?.expected ?? "").trim();
    if (expected) void this.session.questions.pin({ question, expected });
  }

  static override styles = [
    shared,
    field,
    stroked,
    css`
      :host {
        display: grid;
        gap: var(--space-2);
        justify-items: start;
      }
      h4 {
        margin: var(--space-1) 0 0;
        font-size: var(--text-xs);
        font-weight: 600;
      }
      form {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
      }
      input {
        width: 12em;
      }
      ul {
        display: grid;
        width: 100%;
        list-style: none;
      }
      li {
        display: grid;
        grid-template-columns: 16px minmax(0, 1fr) auto;
        align-items: center;
        gap: var(--space-2);
        font-size: var(--text-s);
        border-top: 1px solid var(--hairline);
      }
      .mark {
        font-weight: 600;
        text-align: center;
      }
      .text {
        overflow-wrap: anywhere;
      }
      b {
        font-weight: 600;
        color: var(--ink);
      }
      [data-sign="wrong"] .mark,
      i {
        color: var(--danger);
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    "nm-questions": QuestionList;
  }
}
