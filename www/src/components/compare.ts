import { LitElement, css, html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { fullColour } from "../colours";
import { number, percent } from "../format";
import { languageOf, Localised, t } from "../i18n";
import { LEVELS, type Compared, type ComparedLevel, type Level, type Weights } from "../protocol";
import { shared, table } from "../styles/shared";
import "./heat-map";

/** What is different in two versions: where in the levels, and in what they answer. */
@customElement("nm-compare")
export class Compare extends LitElement {
  @property({ attribute: false }) compared!: Compared;
  /** What the two versions are called. */
  @property({ attribute: false }) names: readonly [string, string] = ["", ""];
  /** The pictures of this comparison: made once, so that they are not drawn anew with every word on the page. */
  #weights = new Map<ComparedLevel, Weights>();

  constructor() {
    super();
    new Localised(this);
  }

  override render() {
    const words = t(this);
    const { compared, names } = this;
    const different = compared.answers.filter(({ replies: [one, other] }) => one !== other).length;
    return html`
      <p class="names"><span>${names[0]}</span> <span aria-hidden="true">→</span> <span>${names[1]}</span></p>
      <div class="levels">${LEVELS.map((level) => this.#renderLevel(level))}</div>
      <h3>${compared.answers.length ? words.compareAnswers(different, compared.answers.length) : words.compareNoQuestions}</h3>
      ${
        compared.answers.length
          ? html`<table data-testid="compare-answers">
              <thead class="hidden-text"><tr><th>${words.probeLabel}</th><th>${names[0]}</th><th>${names[1]}</th></tr></thead>
              <tbody>${compared.answers.map(({ question, replies }) => this.#renderAnswer(question, replies))}</tbody>
            </table>`
          : ""
      }
    `;
  }

  #renderLevel(level: Level) {
    const words = t(this);
    const parts = this.compared.levels.filter((part) => part.level === level);
    const sum = (of: (part: ComparedLevel) => number) => Math.hypot(...parts.map(of));
    const [before, after, change] = [sum((part) => part.norms[0]), sum((part) => part.norms[1]), sum((part) => part.change)];
    const scale = fullColour(
      parts.map((part) => part.change),
      (parts[0]?.rows ?? 0) * (parts[0]?.columns ?? 0),
    );
    const share = before > 0 ? ` (${percent(change / before)})` : "";
    return html`<section level=${level} data-testid="compare-${level}" data-changed=${change > 0}>
      <h3>${words.level[level]}</h3>
      <p class="numbers">${change > 0 ? `${words.compareChange(number(change))}${share}` : words.compareSame}</p>
      <p class="numbers small">${words.size} ${number(before)} → ${number(after)}</p>
      ${parts.map(
        (part) => html`<nm-heat-map
          level=${level}
          .block=${part.block}
          .alone=${parts.length < 2}
          .weights=${this.#picture(part)}
          .scale=${scale}
          .norm=${part.change}
        ></nm-heat-map>`,
      )}
    </section>`;
  }

  #renderAnswer(question: string, replies: readonly [string, string]) {
    const words = t(this);
    const same = replies[0] === replies[1];
    return html`<tr class=${same ? "same" : "different"} data-testid="compare-answer" data-sign=${same ? "same" : "different"}>
      <th scope="row" lang=${languageOf(question)}>${question}</th>
      ${replies.map((reply) => html`<td lang=${languageOf(reply)}>${reply}</td>`)}
      <td class="sign"><span aria-hidden="true">${same ? "✓" : "≠"}</span> ${same ? words.probeSigns.same : words.probeSigns.different}</td>
    </tr>`;
  }

  #picture(part: ComparedLevel): Weights {
    const known = this.#weights.get(part);
    if (known) return known;
    const { level, block, rows, columns, values } = part;
    // A message's bytes may begin anywhere in their buffer; numbers of four bytes may not.
    const numbers = new Float32Array(values.slice().buffer);
    const made: Weights = { type: "weights", request: null, level, block, rows, columns, values: numbers };
    this.#weights.set(part, made);
    return made;
  }

  static override styles = [
    shared,
    table,
    css`
      :host {
        display: block;
        overflow-y: auto;
      }
      .names {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
        margin-bottom: var(--space-3);
        font-size: var(--text-s);
        color: var(--muted);
      }
      .levels {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: var(--space-4);
        margin-bottom: var(--space-4);
      }
      section {
        display: grid;
        align-content: start;
        gap: 4px;
      }
      h3 {
        font-size: var(--text-m);
        font-weight: 600;
      }
      p {
        font-size: var(--text-s);
      }
      .small {
        color: var(--muted);
      }
      table {
        margin-top: var(--space-2);
      }
      th,
      td {
        overflow-wrap: anywhere;
      }
      .different td {
        font-weight: 600;
      }
      .same td {
        color: var(--muted);
      }
      .sign {
        white-space: nowrap;
        font-size: var(--text-xs);
      }
      @media (max-width: 640px) {
        .levels {
          grid-template-columns: 1fr;
        }
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    "nm-compare": Compare;
  }
}
