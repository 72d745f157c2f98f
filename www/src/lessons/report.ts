import { LitElement, css, html, nothing, svg } from "lit";
import { customElement, property } from "lit/decorators.js";
import { languageOf, Localised } from "../i18n";
import { t } from "../i18n/lessons";
import { LEVELS, type Level } from "../protocol";
import { shared } from "../styles/shared";
import "./contest-table";
import type { Happening, StepRecord } from "./record";
import { tellHappening, tellSizes } from "./tell";

const WIDTH = 360;
const LANE = 30;

/** What happened in a step, for paper: what was said, and the levels' updates over time. */
@customElement("nm-lesson-report")
export class Report extends LitElement {
  @property({ attribute: false }) record!: StepRecord;
  /** Whether it is from a recording. */
  @property({ type: Boolean }) recorded = false;

  constructor() {
    super();
    new Localised(this);
  }

  override render() {
    const words = t(this).lessons;
    return html`
      <figure>
        <figcaption>${this.recorded ? words.happenedRecorded : words.happenedTitle}</figcaption>
        <div class="sides">
          <ul>${this.record.happenings.map((happening) => this.#renderHappening(happening))}</ul>
          ${this.#renderTraces()}
        </div>
      </figure>
    `;
  }

  #renderHappening(happening: Happening) {
    const words = t(this);
    if (happening.kind === "said") {
      return html`<li>
        <p><i>${words.lessons.told}</i> <span lang=${languageOf(happening.text)}>${happening.text}</span></p>
        <p><i>${words.lessons.answered}</i> <span lang=${languageOf(happening.answer)}>${happening.answer}</span></p>
      </li>`;
    }
    if (happening.kind === "probed") {
      return html`<li>
        <p><i>${words.lessons.told}</i> <span lang=${languageOf(happening.question)}>${happening.question}</span></p>
        ${happening.answers.map(({ without, reply }) => html`<p><i>${words.lessons.without[without]}</i> <span lang=${languageOf(reply)}>${reply}</span></p>`)}
      </li>`;
    }
    if (happening.kind === "contest") {
      return html`<li><nm-contest-table .strategies=${happening.strategies} .rounds=${happening.rounds}></nm-contest-table></li>`;
    }
    return html`<li><p>${tellHappening(happening, words)}</p></li>`;
  }

  /** One lane a level: spikes for updates (where two blocks remember, the second's go down), and dashes where a conversation ended. */
  #renderTraces() {
    const words = t(this);
    const { traces, happenings } = this.record;
    if (happenings.every(({ kind }) => kind === "contest")) return nothing;
    const span = Math.max(64, traces.clock - traces.origin);
    const at = (clock: number) => 52 + ((clock - traces.origin) / span) * (WIDTH - 60);
    const said = words.lessons.traces(tellSizes(this.record, words));
    return html`<svg viewBox="0 0 ${WIDTH} ${3 * LANE}" role="img" aria-label=${said}>
      <title>${said}</title>
      ${LEVELS.map((level, lane) => this.#renderLane(level, lane, at))}
      ${traces.ends.map((end) => svg`<path class="end" d="M${at(end)} 2V${3 * LANE - 2}"></path>`)}
    </svg>`;
  }

  #renderLane(level: Level, lane: number, at: (clock: number) => number) {
    const middle = lane * LANE + LANE / 2;
    const marks = this.record.traces.marks[level];
    const most = Math.max(1e-9, ...marks.map((mark) => mark.magnitude));
    const spikes = marks
      .filter((mark) => mark.magnitude > 0)
      .map((mark) => {
        const height = (mark.block === 0 ? -1 : 1) * (mark.magnitude / most) * (LANE / 2 - 3);
        return `M${at(mark.clock).toFixed(1)} ${middle}v${height.toFixed(1)}`;
      });
    return svg`
      <text class=${level} x="0" y=${middle + 4}>${t(this).level[level]}</text>
      <path class="rest" d="M52 ${middle}H${WIDTH - 8}"></path>
      <path class=${level} d=${spikes.join("")}></path>
    `;
  }

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        font-size: var(--text-s);
      }
      figure {
        margin: 0;
        padding: var(--space-3);
        border: 1px solid var(--hairline);
        border-radius: var(--radius);
        break-inside: avoid;
      }
      figcaption {
        margin-bottom: var(--space-2);
        font-weight: 600;
      }
      .sides {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-4);
        align-items: flex-start;
      }
      ul {
        flex: 1 1 240px;
        display: grid;
        gap: var(--space-2);
        list-style: none;
      }
      i {
        color: var(--muted);
      }
      i::after {
        content: ":";
      }
      svg {
        flex: none;
        width: min(100%, 360px);
      }
      text {
        font: 500 11px var(--font);
      }
      path {
        fill: none;
        stroke-width: 1.5;
      }
      .rest {
        stroke: var(--hairline);
      }
      .end {
        stroke: var(--faint);
        stroke-width: 1;
        stroke-dasharray: 2 3;
      }
      path.fast { stroke: var(--fast); }
      path.mid { stroke: var(--mid); }
      path.slow { stroke: var(--slow); }
      text.fast { fill: var(--fast); }
      text.mid { fill: var(--mid); }
      text.slow { fill: var(--slow); }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    "nm-lesson-report": Report;
  }
}
