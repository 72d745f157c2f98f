import { LitElement, css, html, nothing, type PropertyValues } from "lit";
import { customElement, property } from "lit/decorators.js";
import { Localised } from "../i18n";
import { t } from "../i18n/lessons";
import { prefersStillness } from "../settings";
import { shared } from "../styles/shared";
import { renderInline } from "./inline";
import { rightOfTen, type Lesson, type Part, type Step } from "./lesson";
import "./quiz";
import type { Outcome, StepRecord } from "./record";
import "./report";
import { tellObservation } from "./tell";

/** The text of a lesson: all of it, the reader's step in front. */
@customElement("nm-lesson-text")
export class LessonText extends LitElement {
  @property({ attribute: false }) lesson!: Lesson;
  /** The reader's step, the first being 0. */
  @property({ type: Number }) at = 0;
  /** What happened in the steps that were played here. */
  @property({ attribute: false }) records: readonly (StepRecord | null)[] = [];
  /** What happened in each step when the lesson was recorded: for paper. */
  @property({ attribute: false }) recorded: readonly (StepRecord | null)[] = [];
  /** Moves when the records changed in place. */
  @property({ attribute: false }) revision = 0;

  constructor() {
    super();
    new Localised(this);
  }

  override render() {
    const { lesson } = this;
    return html`
      <article lang=${lesson.language} aria-label=${t(this).lessons.stepsLabel}>
        <h1>${lesson.title}</h1>
        <p class="summary">${lesson.summary}</p>
        <ol>${lesson.steps.map((step, index) => this.#renderStep(step, index))}</ol>
      </article>
    `;
  }

  #renderStep(step: Step, index: number) {
    const here = index === this.at;
    const record = this.records[index] ?? null;
    const shown = record ?? this.recorded[index] ?? null;
    return html`
      <li class=${here ? "here" : ""} aria-current=${here ? "step" : nothing} data-testid="step" data-step=${step.id}>
        <h2>
          <button class="title" @click=${() => this.#send("show", index)}>
            <span class="number numbers">${index + 1}</span> ${step.title}
          </button>
        </h2>
        ${step.text.map((paragraph) => html`<p>${renderInline(paragraph)}</p>`)}
        ${here && step.highlight?.length ? this.#renderParts(step.highlight) : nothing}
        ${record?.outcomes.length ? this.#renderOutcomes(record.outcomes) : nothing}
        ${step.question ? html`<nm-lesson-quiz .question=${step.question} .seed=${this.lesson.seed + index}></nm-lesson-quiz>` : nothing}
        ${shown?.happenings.length ? html`<nm-lesson-report .record=${shown} ?recorded=${!record}></nm-lesson-report>` : nothing}
      </li>
    `;
  }

  /** The captions of what is ringed, as text. */
  #renderParts(parts: readonly Part[]) {
    const words = t(this).lessons;
    return html`<p class="parts">
      <span>${words.lookAt}</span>
      ${parts.map((part) => html`<button data-testid="look-${part}" @click=${() => this.#send("look", part)}>${words.part[part]}</button>`)}
    </p>`;
  }

  #renderOutcomes(outcomes: readonly Outcome[]) {
    const words = t(this);
    return html`<ul class="outcomes" aria-label=${words.lessons.expectTitle} data-testid="outcomes">
      ${outcomes.map(({ observation, right, seen }) => {
        const often = right ? null : rightOfTen(this.lesson.language);
        return html`<li class=${right ? "right" : "wrong"} data-testid="outcome" data-right=${right}>
          <span aria-hidden="true">${right ? "✓" : "✗"}</span>
          <p>
            <span class="hidden-text">${right ? words.lessons.right : words.lessons.wrong}: </span>${tellObservation(observation, words)}
            <small>${right ? words.lessons.seen(seen) : words.lessons.otherwise(seen)}${often === null ? nothing : ` ${words.lessons.rightOfTen(often)}`}</small>
          </p>
        </li>`;
      })}
    </ul>`;
  }

  #send(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /** Brings a step to where it can be read. */
  override updated(changed: PropertyValues<this>): void {
    // Whoever comes to the first step sees the title.
    if (!changed.has("at") || (changed.get("at") === undefined && this.at === 0)) return;
    const behavior = prefersStillness() || changed.get("at") === undefined ? "auto" : "smooth";
    this.renderRoot.querySelector(".here")?.scrollIntoView({ block: "start", behavior });
  }

  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      h1 {
        font-size: var(--text-xl);
        font-weight: 600;
        line-height: 1.2;
        letter-spacing: -0.015em;
      }
      .summary {
        margin: var(--space-1) 0 var(--space-5);
        color: var(--muted);
        text-wrap: pretty;
      }
      ol {
        display: grid;
        gap: var(--space-5);
        list-style: none;
      }
      ol > li {
        display: grid;
        gap: var(--space-3);
        padding-left: var(--space-4);
        scroll-margin-top: var(--space-4);
        color: var(--muted);
        border-left: 3px solid var(--hairline);
      }
      ol > li.here {
        padding-left: 14px;
        color: var(--ink);
        border-left: 5px solid var(--ink);
      }
      h2 {
        font-weight: 600;
      }
      .title {
        justify-content: flex-start;
        min-height: 0;
        padding: 2px 0;
        font-size: var(--text-m);
        font-weight: 600;
        line-height: 1.35;
        color: inherit;
        text-align: left;
        white-space: normal;
        border: 0;
      }
      .here .title {
        font-size: var(--text-l);
      }
      .title:hover:not(:disabled) {
        text-decoration: underline;
        background: none;
      }
      .number {
        flex: none;
        min-width: 1.2em;
        color: var(--muted);
      }
      li > p {
        font-size: var(--text-m);
        line-height: 1.55;
        text-wrap: pretty;
      }
      code {
        padding: 1px 4px;
        font: 0.9em var(--mono);
        overflow-wrap: anywhere;
        background: var(--sunken);
        border-radius: 4px;
      }
      li > .parts {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-1) var(--space-2);
        font-size: var(--text-s);
        color: var(--muted);
      }
      .parts button {
        min-height: 26px;
        padding: 0 var(--space-2);
        border-radius: 99px;
        border-color: var(--control);
      }
      .outcomes {
        display: grid;
        gap: var(--space-2);
        list-style: none;
        font-size: var(--text-s);
        color: var(--ink);
      }
      .outcomes li {
        display: grid;
        grid-template-columns: 1.2em minmax(0, 1fr);
        gap: var(--space-1);
        line-height: 1.45;
      }
      .outcomes li > span {
        font-weight: 700;
      }
      .wrong > span {
        color: var(--danger);
      }
      small {
        display: block;
        font-size: var(--text-xs);
        color: var(--muted);
        overflow-wrap: anywhere;
      }
      nm-lesson-report {
        display: none;
      }
      @media print {
        nm-lesson-report {
          display: block;
          color: var(--ink);
        }
        ol > li {
          color: var(--ink);
        }
        .parts {
          display: none !important;
        }
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    "nm-lesson-text": LessonText;
  }
}
