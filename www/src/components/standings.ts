import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Standing, StrategyName } from "../contest";
import { bytes, count } from "../format";
import { languageOf, Localised, t } from "../i18n";
import { shared, table } from "../styles/shared";
import { MERITS, verdict, winners, type Merit, type Verdict } from "../verdict";

const SIGNS: Record<Verdict, string> = { right: "✓", wrong: "✗", unasked: "" };

/** What each strategy of memory made of the same: a row for each. */
@customElement("nm-standings")
export class Standings extends LitElement {
  /** Who takes part, in the order of the rows. */
  @property({ attribute: false }) strategies: readonly StrategyName[] = [];
  /** Where they stand; those of whom nothing is known yet are missing. */
  @property({ attribute: false }) standings: readonly Standing[] = [];
  /** The value that the answers are judged by; null: they are not. */
  @property({ attribute: false }) judged: string | null = null;
  @property({ type: Boolean }) busy = false;

  constructor() {
    super();
    new Localised(this);
  }

  override render() {
    const words = t(this);
    const rows = this.strategies.map((name) => this.standings.find((standing) => standing.strategy === name) ?? null);
    const known = rows.filter((row) => row !== null);
    const won = this.judged === null ? null : winners(known, this.judged);
    const most = Math.max(1, ...known.map((row) => row.tokensRead));
    return html`<table aria-busy=${this.busy} data-testid="contest-table">
      <caption class="hidden-text">${words.contestCaption}</caption>
      <thead>
        <tr>
          <th scope="col">${words.contestColumns.strategy}</th>
          <th scope="col">${words.contestColumns.answer}</th>
          <th scope="col">${words.contestColumns.read}</th>
          <th scope="col">${words.contestColumns.kept}</th>
        </tr>
      </thead>
      <tbody>
        ${this.strategies.map((name, i) => this.#renderRow(name, rows[i]!, won, most))}
      </tbody>
    </table>`;
  }

  #renderRow(name: StrategyName, row: Standing | null, won: Record<Merit, StrategyName[]> | null, most: number) {
    const words = t(this);
    const sign = row && this.judged !== null ? verdict(row.answer, this.judged) : "unasked";
    const wins = MERITS.filter((merit) => won?.[merit].includes(name));
    return html`<tr data-testid="row-${name}" data-sign=${sign} data-wins=${wins.join(" ")} class="${name.startsWith("nested") ? "ours" : ""} ${row ? "" : "blank"}">
      <th scope="row">
        <b>${words.strategyNames[name]}</b>
        <span class="what">${words.strategyTexts[name]}</span>
      </th>
      <td class="answer" data-label=${words.contestColumns.answer}>
        ${
          row?.answer
            ? html`<span lang=${languageOf(row.answer)}>${row.answer}</span>
                ${sign === "unasked" ? nothing : html`<span class="sign"><span aria-hidden="true">${SIGNS[sign]}</span> ${words.contestSigns[sign]}</span>`}
                ${wins.length ? html`<span class="wins" data-testid="contest-wins">${words.contestWins(wins.map((merit) => words.contestMerits[merit]).join(words.listJoin))}</span>` : nothing}`
            : html`<span class="none" aria-label=${words.contestNothing}>–</span>`
        }
      </td>
      <td class="read numbers" data-label=${words.contestColumns.read}>
        ${row ? this.#renderRead(row, most) : html`<span class="none">–</span>`}
      </td>
      <td class="kept numbers" data-label=${words.contestColumns.kept}>
        ${row ? html`${bytes(row.bytesKept)} <span class="what">${words.contestChanged[row.changed.kind](count(row.changed.amount))}</span>` : html`<span class="none">–</span>`}
      </td>
    </tr>`;
  }

  #renderRead({ tokensRead, totalRead }: Standing, most: number) {
    const words = t(this);
    return html`${words.contestRead(count(tokensRead))}
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect class="ground" width="100" height="4" rx="2" />
        <rect class="bar" width=${Math.max(tokensRead > 0 ? 1 : 0, (100 * tokensRead) / most)} height="4" rx="2" />
      </svg>
      <span class="what">${words.contestTotal(count(totalRead))}</span>`;
  }

  static override styles = [
    shared,
    table,
    css`
      thead th {
        font-size: var(--text-xs);
        font-weight: 500;
        color: var(--muted);
        border-top: 0;
      }
      th,
      td {
        padding-block: 10px;
      }
      tbody th {
        width: 30%;
      }
      tbody th b {
        display: block;
        font-weight: 600;
      }
      .ours b {
        text-decoration: underline 2px var(--slow);
        text-underline-offset: 3px;
      }
      .what {
        display: block;
        font-size: var(--text-xs);
        line-height: 1.4;
        color: var(--muted);
        text-wrap: pretty;
      }
      .answer > span {
        display: block;
        overflow-wrap: anywhere;
      }
      .answer > .none {
        display: inline;
      }
      .answer > :first-child::first-letter {
        text-transform: uppercase;
      }
      .sign {
        font-size: var(--text-xs);
        color: var(--muted);
      }
      [data-sign="right"] .answer > :first-child {
        font-weight: 600;
      }
      [data-sign="right"] .sign {
        color: var(--mid);
      }
      [data-sign="wrong"] .sign {
        color: var(--danger);
      }
      .answer > .wins {
        width: fit-content;
        margin-top: 2px;
        padding: 1px 8px;
        font-size: var(--text-xs);
        font-weight: 600;
        color: var(--ground);
        background: var(--mid);
        border-radius: 8px;
      }
      .read {
        width: 19%;
      }
      .kept {
        width: 17%;
      }
      .none {
        color: var(--faint);
      }
      svg {
        display: block;
        width: 100%;
        height: 4px;
        margin-block: var(--space-1);
      }
      .ground {
        fill: var(--sunken);
      }
      .bar {
        fill: var(--fast);
      }
      [aria-busy="true"] tbody {
        opacity: 0.6;
      }
      @media (max-width: 760px) {
        thead {
          position: absolute;
          clip-path: inset(50%);
        }
        tr {
          display: grid;
          grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
          gap: var(--space-1) var(--space-3);
          padding-block: var(--space-3);
          border-top: 1px solid var(--hairline);
        }
        tbody th,
        td,
        .read,
        .kept {
          width: auto;
          padding: 0;
          border: 0;
        }
        tbody th,
        .answer {
          grid-column: 1 / 3;
        }
        .blank td {
          display: none;
        }
        td::before {
          content: attr(data-label);
          display: block;
          font-size: var(--text-xs);
          color: var(--muted);
        }
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    "nm-standings": Standings;
  }
}
