import { LitElement, css, html, svg } from "lit";
import { customElement, property } from "lit/decorators.js";
import { Localised, t } from "../i18n";
import type { Level } from "../protocol";
import { levelColour, shared } from "../styles/shared";

/** One tick for each token of the fast level's period; the mid level's ticks stand for four tokens each. */
const TICKS = 32;

/** Counts the tokens to a level's next update. */
@customElement("nm-dial")
export class Dial extends LitElement {
  @property({ reflect: true }) level: Level = "fast";
  /** Tokens to the next update; null: not by counting. */
  @property({ attribute: false }) until: number | null = null;
  @property({ attribute: false }) period: number | null = null;

  constructor() {
    super();
    new Localised(this);
  }

  override render() {
    const words = t(this);
    const name = words.level[this.level];
    const counted = this.period !== null && this.until !== null;
    const share = counted ? (this.period! - this.until!) / this.period! : 0;
    const label = counted
      ? words.dialLabel(name, this.until!)
      : this.level === "slow"
        ? words.dialLabelEnd(name)
        : words.dialLabelUnknown(name);
    return html`
      <div class="dial" role="img" aria-label=${label}>
        <svg viewBox="-32 -32 64 64" aria-hidden="true">${this.#ticks(Math.round(share * TICKS))}</svg>
        <span class="value numbers" aria-hidden="true">
          ${counted ? html`<b>${this.until}</b>` : this.level === "slow" ? html`<small>${words.dialEnd}</small>` : "–"}
        </span>
      </div>
    `;
  }

  #ticks(lit: number) {
    return Array.from({ length: TICKS }, (_, i) => {
      const angle = (i / TICKS) * 2 * Math.PI;
      const [x, y] = [Math.sin(angle), -Math.cos(angle)];
      if (this.level === "slow") {
        return i % 2 ? "" : svg`<circle class="dot" cx=${(27 * x).toFixed(2)} cy=${(27 * y).toFixed(2)} r="1.6"></circle>`;
      }
      return svg`<line class=${i < lit ? "on" : "off"} x1=${(23 * x).toFixed(2)} y1=${(23 * y).toFixed(2)} x2=${(30 * x).toFixed(2)} y2=${(30 * y).toFixed(2)}></line>`;
    });
  }

  static override styles = [
    shared,
    levelColour,
    css`
      :host {
        display: block;
        width: var(--dial-size, 60px);
        height: var(--dial-size, 60px);
      }
      .dial {
        position: relative;
        height: 100%;
      }
      svg {
        display: block;
        width: 100%;
        height: 100%;
      }
      line {
        stroke-width: 2.2;
        stroke-linecap: round;
      }
      .off {
        stroke: var(--hairline);
      }
      .on {
        stroke: var(--level);
      }
      .dot {
        fill: none;
        stroke: var(--level);
        stroke-width: 1;
      }
      .value {
        position: absolute;
        inset: 0;
        display: grid;
        place-items: center;
        font-size: var(--dial-text, var(--text-m));
        line-height: 1;
        color: var(--ink);
      }
      b {
        font-weight: 600;
      }
      small {
        font-size: var(--dial-small, var(--text-xs));
        color: var(--muted);
      }
    `,
  ];
}
