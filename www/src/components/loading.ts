import { LitElement, css, html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { bytes } from "../format";
import { Localised, t } from "../i18n";
import type { Progress, Stage } from "../protocol";
import { shared } from "../styles/shared";

const STAGES: readonly Stage[] = ["runtime", "base", "tokenizer", "device", "memory"];
/** Stages that count bytes; the others are done or not. */
const IN_BYTES: readonly Stage[] = ["runtime", "base", "tokenizer"];

/** How far the opening is, in bytes. */
@customElement("nm-loading")
export class Loading extends LitElement {
  @property({ attribute: false }) progress: Partial<Record<Stage, Progress>> = {};

  constructor() {
    super();
    new Localised(this);
  }

  override render() {
    const words = t(this);
    const reached = STAGES.findLastIndex((stage) => this.progress[stage]);
    const current = STAGES[Math.max(0, reached)]!;
    const now = this.progress[current];
    const share = now?.total ? Math.min(1, now.loaded / now.total) : null;
    return html`
      <div class="loading" data-testid="loading">
        <p class="head" role="status">
          <b>${words.loadingTitle}</b>
          <span>${words.loadingStage[current]}</span>
        </p>
        <progress max="1" value=${share ?? ""} ?indeterminate=${share === null} aria-label=${words.loadingTitle}></progress>
        <ul class="numbers">
          ${STAGES.map(
            (stage, i) => html`<li class=${i < reached ? "done" : i === reached ? "now" : ""}>
            <span>${words.loadingStage[stage]}</span><span>${this.#amount(stage, i, reached)}</span>
          </li>`,
          )}
        </ul>
      </div>
    `;
  }

  #amount(stage: Stage, at: number, reached: number): string {
    const words = t(this);
    const progress = this.progress[stage];
    if (!progress) return at < reached ? words.loadingDone : words.loadingWaiting;
    if (!IN_BYTES.includes(stage)) return at < reached ? words.loadingDone : words.loadingBusy;
    if (at < reached || progress.loaded === progress.total) return bytes(progress.loaded);
    return progress.total ? words.loadingOf(bytes(progress.loaded), bytes(progress.total)) : bytes(progress.loaded);
  }

  override updated(): void {
    const bar = this.renderRoot.querySelector("progress");
    if (bar?.getAttribute("value") === "") bar.removeAttribute("value");
  }

  static override styles = [
    shared,
    css`
      .loading {
        max-width: 26rem;
      }
      .head {
        display: flex;
        justify-content: space-between;
        font-size: var(--text-s);
      }
      b {
        font-weight: 600;
      }
      .head span {
        color: var(--muted);
      }
      progress {
        display: block;
        width: 100%;
        height: 4px;
        margin: var(--space-2) 0;
        overflow: hidden;
        appearance: none;
        -webkit-appearance: none;
        background: var(--hairline);
        border: 0;
        border-radius: 2px;
      }
      progress::-webkit-progress-bar {
        background: var(--hairline);
      }
      progress::-webkit-progress-value {
        background: var(--ink);
      }
      progress::-moz-progress-bar {
        background: var(--ink);
      }
      ul {
        list-style: none;
        font-size: var(--text-xs);
        color: var(--faint);
      }
      @media (max-width: 600px) {
        li:not(.now) {
          display: none;
        }
        .head span {
          display: none;
        }
      }
      li {
        display: flex;
        justify-content: space-between;
        line-height: 1.7;
      }
      .now,
      .done {
        color: var(--muted);
      }
      .now {
        color: var(--ink);
      }
    `,
  ];
}
