import { LitElement, css, html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { bytes, count } from "../format";
import { languageOf, Localised } from "../i18n";
import { t } from "../i18n/lessons";
import { shared, table } from "../styles/shared";
import type { Standing, StrategyName } from "../contest";
import type { Round } from "./record";

/** Several ways of remembering side by side: what all of them hear, what each answers, and what it costs. */
@customElement("nm-contest-table")
export class ContestTable extends LitElement {
  @property({ attribute: false }) strategies: readonly StrategyName[] = [];
  @property({ attribute: false }) rounds: readonly Round[] = [];

  constructor() {
    super();
    new Localised(this);
  }

  override render() {
    const page = t(this);
    const words = page.lessons;
    const { strategies, rounds } = this;
    const now = rounds.at(-1)?.standings ?? [];
    const answered = rounds.findLast((round) => round.cue === "ask")?.standings ?? [];
    const cost = (name: string, tell: (standing: Standing) => string, of = now) => html`<tr class="cost">
      <th scope="row">${name}</th>
      ${strategies.map((strategy) => {
        const standing = of.find((one) => one.strategy === strategy);
        return html`<td class="numbers">${standing ? tell(standing) : words.contestNone}</td>`;
      })}
    </tr>`;
    return html`
      <div class="wide" tabindex="0" role="region" aria-label=${words.contestCaption}>
        <table data-testid="contest">
          <caption class="hidden-text">${words.contestCaption}</caption>
          <thead>
            <tr>
              <th scope="col">${words.contestCue}</th>
              ${strategies.map(
                (strategy) =>
                  html`<th scope="col"><b>${page.strategyNames[strategy]}</b><span>${page.strategyTexts[strategy]}</span></th>`,
              )}
            </tr>
          </thead>
          <tbody>
            ${rounds.map((round) => this.#renderRound(round))}
            ${rounds.length === 0 ? html`<tr><td colspan=${strategies.length + 1}>${words.contestWaiting}</td></tr>` : ""}
          </tbody>
          <tfoot>
            ${cost(words.contestLast, (standing) => count(standing.tokensRead), answered)}
            ${cost(words.contestRead, (standing) => count(standing.totalRead))}
            ${cost(words.contestKept, (standing) => bytes(standing.bytesKept))}
            ${cost(words.contestChanged, (standing) => page.contestChanged[standing.changed.kind](count(standing.changed.amount)))}
          </tfoot>
        </table>
      </div>
    `;
  }

  #renderRound({ cue, text, standings }: Round) {
    const words = t(this).lessons;
    if (cue === "end") return html`<tr class="end"><td colspan=${this.strategies.length + 1}>${words.contestEnd}</td></tr>`;
    return html`<tr class=${cue}>
      <th scope="row" lang=${languageOf(text)}>${text}</th>
      ${this.strategies.map((strategy) => {
        const answer = standings.find((standing) => standing.strategy === strategy)?.answer ?? null;
        return html`<td data-testid="answer-${strategy}" lang=${answer ? languageOf(answer) : "en"}>${answer ?? words.contestNone}</td>`;
      })}
    </tr>`;
  }

  static override styles = [
    shared,
    table,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .wide {
        overflow-x: auto;
      }
      table {
        min-width: 26rem;
      }
      th,
      td {
        padding: var(--space-2) var(--space-3) var(--space-2) 0;
      }
      thead th {
        vertical-align: top;
      }
      thead b {
        display: block;
        font-weight: 600;
      }
      thead span {
        font-size: var(--text-xs);
        line-height: 1.35;
        color: var(--muted);
      }
      .ask td {
        font-weight: 500;
      }
      .say td,
      .say th,
      .cost {
        color: var(--muted);
      }
      .end td {
        padding-block: 4px;
        font-size: var(--text-xs);
        text-align: center;
        color: var(--muted);
        background: var(--sunken);
      }
      tfoot tr:first-child > * {
        border-top: 2px solid var(--control);
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    "nm-contest-table": ContestTable;
  }
}
