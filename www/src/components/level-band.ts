import { LitElement, css, html, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { fullColour } from "../colours";
import { number, percent } from "../format";
import { Localised, t } from "../i18n";
import type { LevelState } from "../levels";
import type { Level } from "../protocol";
import { prefersStillness } from "../settings";
import { levelColour, shared } from "../styles/shared";
import "./dial";
import "./heat-map";
import "./trace";

/** One level: its name and sentence, its dial, its trace and its weights. */
@customElement("nm-level-band")
export class LevelBand extends LitElement {
  @property({ reflect: true }) level: Level = "fast";
  @property({ attribute: false }) data!: LevelState;
  @property({ type: Number }) origin = 0;
  @property({ type: Number }) clock = 0;
  @property({ attribute: false }) ends: readonly number[] = [];
  @property({ type: Boolean, reflect: true }) off = false;
  /** Whether the worker draws the weights. */
  @property({ type: Boolean }) live = false;
  /** Whether nothing can be changed now. */
  @property({ type: Boolean }) locked = false;
  /** On a narrow screen the weights are shown on demand. */
  @property({ type: Boolean }) open = false;
  @query(".rail") private rail!: HTMLElement;

  constructor() {
    super();
    new Localised(this);
  }

  override render() {
    const words = t(this);
    const { level, data } = this;
    const name = words.level[level];
    const { rows = 0, columns = 0 } = data.weights.find((weights) => weights) ?? {};
    // The weight that gets the full colour in the maps of all blocks.
    const scale = fullColour(data.norms, rows * columns);
    const size = Math.hypot(...data.norms);
    // One map for each block that remembers, the first above.
    const blocks = Math.max(1, data.norms.length);
    const alone = blocks === 1;
    const changes = data.changes.filter((change) => change !== null);
    const change = Math.hypot(...changes.map((one) => one.magnitude));
    const relative = Math.max(0, ...changes.map((one) => one.relative));
    return html`
      <section class="band ${this.open ? "open" : ""} ${data.frozen ? "frozen" : ""} ${alone ? "alone" : ""}" data-testid="level-${level}" aria-label=${name}>
        <span class="rail" aria-hidden="true"></span>
        <header>
          <nm-dial data-testid="dial-${level}" level=${level} .until=${data.until} .period=${data.period}></nm-dial>
          <div class="name">
            <h3>${name}</h3>
            <p class="period">${data.frozen ? words.frozen : words.levelPeriod[level](data.period)}</p>
          </div>
          <button
            class="quiet icon freeze"
            data-testid="freeze-${level}"
            aria-pressed=${data.frozen}
            aria-label=${words.freeze(name)}
            title=${words.freezeTitle}
            ?disabled=${this.locked}
            @click=${() => this.#send("freeze", { level, frozen: !data.frozen })}
          >
            <svg viewBox="0 0 16 16" width="16" aria-hidden="true"><path d="M8 1.5v13M2.4 4.7l11.2 6.6M13.6 4.7 2.4 11.3M6 2.6l2 1.7 2-1.7M6 13.4l2-1.7 2 1.7" /></svg>
          </button>
        </header>
        <p class="sentence">${words.levelSentence[level]}</p>
        <dl class="numbers">
          <div><dt>${words.size}</dt><dd>${number(size)}</dd></div>
          <div>
            <dt>${words.lastChange}</dt>
            <dd>${changes.length ? html`${number(change)} <i>${percent(relative)}</i>` : words.never}</dd>
          </div>
        </dl>
        <nm-trace level=${level} .data=${data} .origin=${this.origin} .clock=${this.clock} .ends=${this.ends}></nm-trace>
        <button
          class="quiet icon expand"
          aria-expanded=${this.open}
          aria-label=${this.open ? words.collapse(name) : words.expand(name)}
          @click=${() => (this.open = !this.open)}
        >
          <svg viewBox="0 0 16 16" width="16" aria-hidden="true"><path d="m4 6 4 4 4-4" /></svg>
        </button>
        <div class="maps">
          ${Array.from(
            { length: blocks },
            (_, block) => html`<nm-heat-map
              data-testid="heatmap-${level}-${block}"
              level=${level}
              .block=${block}
              .alone=${alone}
              .weights=${data.weights[block] ?? null}
              .scale=${scale}
              .norm=${data.norms[block] ?? 0}
              .live=${this.live}
            ></nm-heat-map>`,
          )}
        </div>
        <div class="legend numbers" role="img" aria-label=${words.legendScale(number(scale))}>
          <span>−${scale > 0 ? number(scale) : ""}</span>
          <span class="ramp"></span>
          <span>+${scale > 0 ? number(scale) : ""}</span>
        </div>
      </section>
    `;
  }

  #send(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  override updated(changed: PropertyValues<this>): void {
    const before = changed.get("data") as LevelState | undefined;
    if (!before || before.pulse === this.data.pulse || prefersStillness()) return;
    this.rail.animate(
      [
        { opacity: 1, transform: "scaleX(2.5)" },
        { opacity: 0.35, transform: "none" },
      ],
      {
        duration: 900,
        easing: "ease-out",
      },
    );
  }

  static override styles = [
    shared,
    levelColour,
    css`
      :host {
        display: block;
      }
      .band {
        position: relative;
        display: grid;
        grid-template: "head trace maps" auto "text trace maps" auto "data legend maps" 1fr / 176px minmax(0, 1fr) var(--maps, 192px);
        column-gap: var(--space-5);
        padding-left: var(--space-4);
      }
      /* One picture has the room of two. */
      .alone {
        --maps: 304px;
      }
      .rail {
        position: absolute;
        inset: 0 auto 0 0;
        width: 3px;
        border-radius: 2px;
        background: var(--level);
        opacity: 0.35;
        transform-origin: left;
      }
      nm-dial {
        flex: none;
      }
      header {
        grid-area: head;
        display: flex;
        align-items: center;
        gap: var(--space-3);
      }
      .freeze {
        margin-left: auto;
        color: var(--faint);
      }
      .freeze[aria-pressed="true"] {
        color: var(--ink);
        border-color: var(--ink);
      }
      .frozen .rail {
        background: repeating-linear-gradient(var(--level) 0 4px, transparent 4px 8px);
      }
      h3 {
        font-size: var(--text-xl);
        font-weight: 600;
        line-height: 1.15;
        letter-spacing: -0.01em;
        color: var(--level);
      }
      .period {
        font-size: var(--text-s);
        line-height: 1.3;
        color: var(--muted);
      }
      .sentence {
        grid-area: text;
        margin-top: var(--space-3);
        font-size: var(--text-s);
        line-height: 1.45;
        color: var(--ink);
      }
      dl {
        grid-area: data;
        align-self: end;
        font-size: var(--text-xs);
        line-height: 1.6;
      }
      dl div {
        display: flex;
        gap: var(--space-2);
        white-space: nowrap;
      }
      dt {
        color: var(--muted);
      }
      dd i {
        font-style: normal;
        color: var(--muted);
      }
      nm-trace {
        grid-area: trace;
        min-height: 160px;
      }
      .maps {
        grid-area: maps;
        display: grid;
        gap: 4px;
      }
      .legend {
        grid-area: legend;
        align-self: end;
        justify-self: end;
        display: flex;
        align-items: center;
        gap: var(--space-2);
        font-size: var(--text-xs);
        line-height: 1.6;
        color: var(--muted);
      }
      .ramp {
        width: 96px;
        height: 8px;
        border-radius: 2px;
        background:
          repeating-linear-gradient(135deg, transparent 0 3px, color-mix(in oklab, var(--cell-zero) 45%, transparent) 3px 4px) left / 42% 100%
            no-repeat,
          linear-gradient(in oklab to right, var(--cell-negative), var(--cell-zero), var(--level));
      }
      .expand {
        grid-area: expand;
        display: none;
      }
      path {
        fill: none;
        stroke: currentColor;
        stroke-width: 1.6;
        stroke-linecap: round;
        stroke-linejoin: round;
      }
      :host([off]) .band > :not(.rail) {
        opacity: 0.4;
      }

      @container (max-width: 560px) {
        .band {
          --dial-size: 40px;
          --dial-text: var(--text-xs);
          --dial-small: 0.6875rem;
          grid-template: "head trace expand" auto "text text text" auto "maps maps maps" auto "data legend legend" auto / 146px minmax(0, 1fr) 32px;
          column-gap: var(--space-2);
          padding-left: var(--space-3);
        }
        /* Room for the snowflake. */
        .band.open {
          grid-template-columns: 176px minmax(0, 1fr) 32px;
        }
        header {
          gap: var(--space-2);
        }
        h3 {
          font-size: var(--text-m);
        }
        .period {
          font-size: var(--text-xs);
          line-height: 1.25;
        }
        nm-trace {
          min-height: 44px;
        }
        .band:not(.open) .freeze:not([aria-pressed="true"]) {
          display: none;
        }
        .expand {
          display: inline-flex;
          align-self: center;
          width: 32px;
        }
        .open .expand svg {
          transform: rotate(180deg);
        }
        .period {
          white-space: nowrap;
        }
        .band:not(.open) :is(.sentence, dl, .maps, .legend) {
          display: none;
        }
        .sentence {
          margin: var(--space-1) 0 var(--space-2);
        }
        .band:not(.alone) .maps {
          grid-template-columns: 1fr 1fr;
        }
        .maps {
          margin-bottom: var(--space-2);
        }
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    "nm-level-band": LevelBand;
  }
}
