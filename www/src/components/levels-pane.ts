import { LitElement, css, html } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { number, percent } from "../format";
import { Localised, t } from "../i18n";
import type { Levels } from "../levels";
import { LEVELS, type Level } from "../protocol";
import { shared } from "../styles/shared";
import type { LevelBand } from "./level-band";
import "./dwelling";
import "./level-band";
import { traceWindow } from "./trace";

/** From this height on, in pixels, all levels fit with their weights. */
const ROOMY = 640;

/** The three levels, fast on top, and the same in a table. */
@customElement("nm-levels-pane")
export class LevelsPane extends LitElement {
  @property({ attribute: false }) levels!: Levels;
  /** Moves when the levels changed: they are one long-lived object. */
  @property({ attribute: false }) revision = 0;
  @property({ type: Boolean }) on = true;
  @property({ type: Boolean }) locked = false;
  /** Whether the worker draws the weights. */
  @property({ type: Boolean }) live = false;
  /** Whether another page keeps this memory. */
  @property({ type: Boolean }) follows = false;
  @state() private table = false;
  #unfolded = false;

  constructor() {
    super();
    new Localised(this);
  }

  override render() {
    const words = t(this);
    const { levels } = this;
    const span = traceWindow(levels.origin, levels.clock);
    return html`
      <header>
        <div>
          <h2>${words.levelsTitle}</h2>
          <p class="intro">${words.levelsIntro}</p>
        </div>
        <div class="tools">
          <slot name="tools"></slot>
          <button class="quiet table-toggle" aria-pressed=${this.table} @click=${() => (this.table = !this.table)}>
            ${this.table ? words.hideTable : words.showTable}
          </button>
          <button
            class="switch"
            role="switch"
            aria-checked=${this.on}
            data-testid="levels-switch"
            ?disabled=${this.locked}
            @click=${() => this.dispatchEvent(new CustomEvent("levels", { detail: !this.on }))}
          >
            ${words.levelsSwitch}
            <span class="track" aria-hidden="true"><span class="knob"></span></span>
            <span class="state">${this.on ? words.levelsOn : words.levelsOff}</span>
          </button>
        </div>
      </header>
      ${this.on ? "" : html`<p class="off-note" role="status">${words.levelsOffNote}</p>`}
      <div class=${this.table ? "table" : "hidden-text"}>${this.#renderTable()}</div>
      <div class="bands">
        ${LEVELS.map(
          (level) => html`<nm-level-band
            level=${level}
            .data=${levels.state[level]}
            .origin=${levels.origin}
            .clock=${levels.clock}
            .ends=${levels.ends}
            ?off=${!this.on}
            .live=${this.live}
            ?locked=${this.locked || this.follows}
          ></nm-level-band>`,
        )}
      </div>
      <nm-dwelling .topics=${levels.dwelling}></nm-dwelling>
      <p class="help">${words.traceHelp(span.to - span.from)}</p>
    `;
  }

  /** Where a level is shown. */
  bandOf(level: Level): LevelBand | null {
    return this.renderRoot.querySelector<LevelBand>(`nm-level-band[level="${level}"]`);
  }

  /** Where there is room, the weights of every level are shown, not only their traces. Done once: the reader may close them. */
  unfold(): void {
    if (!this.hasUpdated || this.#unfolded || this.clientHeight < ROOMY) return;
    this.#unfolded = true;
    for (const level of LEVELS) {
      const band = this.bandOf(level);
      if (band) band.open = true;
    }
  }

  /** The text twin of every picture below. */
  #renderTable() {
    const words = t(this);
    const next = (level: Level) => {
      const { until } = this.levels.state[level];
      return until === null ? words.atTheEnd : words.inTokens(until);
    };
    return html`
      <table class="numbers">
        <caption>${words.tableCaption}</caption>
        <thead>
          <tr>
            <th scope="col">${words.tableLevel}</th>
            <th scope="col">${words.tableBlock}</th>
            <th scope="col">${words.size}</th>
            <th scope="col">${words.lastChange}</th>
            <th scope="col">${words.nextUpdate}</th>
          </tr>
        </thead>
        <tbody>
          ${LEVELS.map((level) =>
            [0, 1].map((block) => {
              const { norms, changes } = this.levels.state[level];
              const change = changes[block];
              return html`<tr>
                <th scope="row">${words.level[level]}</th>
                <td>${block + 1}</td>
                <td>${number(norms[block] ?? 0)}</td>
                <td>${change ? `${number(change.magnitude)} (${percent(change.relative)})` : words.never}</td>
                <td>${next(level)}</td>
              </tr>`;
            }),
          )}
        </tbody>
      </table>
    `;
  }

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        position: relative;
        container-type: inline-size;
      }
      header {
        display: flex;
        align-items: flex-start;
        justify-content: space-between;
        /* So that the sentence keeps its one line beside a scrollbar, which then has nothing to scroll and goes. */
        gap: var(--space-2);
        margin-bottom: var(--space-4);
      }
      h2 {
        font-size: var(--text-m);
        font-weight: 600;
        line-height: 1.4;
      }
      .intro,
      .help {
        font-size: var(--text-s);
        line-height: 1.45;
        color: var(--muted);
      }
      .tools {
        display: flex;
        align-items: center;
        gap: var(--space-1);
      }
      .bands {
        display: grid;
        gap: var(--space-4);
      }
      .help {
        margin-top: var(--space-3);
        font-size: var(--text-xs);
      }
      .off-note {
        margin-bottom: var(--space-3);
        padding: var(--space-2) var(--space-3);
        font-size: var(--text-s);
        background: var(--sunken);
        border-radius: 8px;
      }
      .switch {
        padding-right: var(--space-2);
      }
      .track {
        width: 26px;
        height: 16px;
        padding: 2px;
        border: 1.5px solid var(--control);
        border-radius: 8px;
      }
      .knob {
        display: block;
        width: 9px;
        height: 9px;
        background: var(--control);
        border-radius: 50%;
      }
      .switch[aria-checked="true"] .track {
        background: var(--ink);
        border-color: var(--ink);
      }
      .switch[aria-checked="true"] .knob {
        margin-left: auto;
        background: var(--ground);
      }
      .state {
        min-width: 1.6em;
        color: var(--muted);
        text-align: left;
      }
      .table {
        margin-bottom: var(--space-5);
        overflow-x: auto;
      }
      table {
        width: 100%;
        font-size: var(--text-s);
        border-collapse: collapse;
      }
      caption {
        padding-bottom: var(--space-2);
        font-weight: 600;
        text-align: left;
      }
      th,
      td {
        padding: 6px 12px 6px 0;
        text-align: left;
        border-top: 1px solid var(--hairline);
        font-weight: 400;
      }
      thead th {
        color: var(--muted);
      }

      @container (max-width: 560px) {
        header {
          flex-wrap: wrap;
          align-items: center;
          margin-bottom: var(--space-2);
        }
        .intro,
        .help,
        .table-toggle {
          display: none;
        }
        .bands {
          gap: 6px;
        }
      }
    `,
  ];
}
