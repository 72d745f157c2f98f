import { LitElement, css, html, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import { DivergingScale, fullGlow, parseHex } from "../colours";
import { signed } from "../format";
import { Localised, t } from "../i18n";
import type { Level, PaletteOf, Panel, Weights } from "../protocol";
import { prefersStillness, themeChanges } from "../settings";
import { levelColour, shared } from "../styles/shared";

/** How long a change glows. */
const GLOW_MS = 2600;

/**
 * One level's D in one block as a picture. What changed since the last values glows, then fades. Where a graphics card holds
 * the values it draws them too (crate/kernels/src/heat_map): the canvases are handed over by a "panel" event, the colours by a
 * "palette" event, and "inspect" asks for the numbers once somebody wants to read one.
 */
@customElement("nm-heat-map")
export class HeatMap extends LitElement {
  @property({ reflect: true }) level: Level = "fast";
  @property({ type: Number }) block = 0;
  /** No other block remembers, so this one needs no number. */
  @property({ type: Boolean }) alone = false;
  @property({ attribute: false }) weights: Weights | null = null;
  /** The value that gets the full colour; shared by the blocks of a level. */
  @property({ type: Number }) scale = 0;
  /** ‖D‖ */
  @property({ type: Number }) norm = 0;
  /** Whether the worker draws. */
  @property({ type: Boolean }) live = false;

  /** Row and column of D under the pointer or the keyboard's cursor. */
  @state() private cursor: { row: number; column: number } | null = null;
  @query("canvas.values") private valuesCanvas!: HTMLCanvasElement;
  @query("canvas.glow") private glowCanvas!: HTMLCanvasElement;
  #before: Float32Array | null = null;
  #fade: Animation | null = null;
  #fadeTimer = 0;
  #handedOver = false;
  /** The weights whose numbers were asked for. */
  #asked: Weights | null = null;
  #redraw = () => (this.live ? this.#tellColours() : this.#drawValues());

  constructor() {
    super();
    new Localised(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    themeChanges.addEventListener("change", this.#redraw);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    themeChanges.removeEventListener("change", this.#redraw);
  }

  override render() {
    const words = t(this);
    const label = words.heatMapLabel(words.level[this.level], this.alone ? null : this.block + 1);
    const { values } = this.weights ?? {};
    const broken = !Number.isFinite(this.norm) || (values?.some((value) => !Number.isFinite(value)) ?? false);
    const empty = this.norm === 0 && !broken;
    return html`
      <div
        class="frame"
        role="img"
        tabindex="0"
        aria-label=${[label, empty ? words.heatMapEmpty : "", broken ? words.heatMapBroken : "", words.heatMapHint]
          .filter(Boolean)
          .join(". ")}
        @keydown=${this.#onKey}
        @pointermove=${this.#onPointer}
        @pointerleave=${() => (this.cursor = null)}
        @blur=${() => (this.cursor = null)}
      >
        ${keyed(
          // A canvas that was handed over is no good for anything else.
          this.live,
          html`<canvas class="values" width="192" height="96"></canvas><canvas class="glow" width="192" height="96"></canvas>`,
        )}
        <span class="cross" ?hidden=${!this.cursor}></span>
        ${empty && this.weights ? html`<span class="tag" aria-hidden="true">${words.heatMapEmpty}</span>` : ""}
        ${broken ? html`<span class="tag broken">${words.heatMapBroken}</span>` : ""}
      </div>
      <output class="read numbers" aria-live="polite" ?hidden=${!this.cursor}>${this.#reading()}</output>
    `;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("weights")) this.#before = changed.get("weights")?.values ?? null;
    if (changed.has("live")) this.#handedOver = false;
  }

  override updated(changed: PropertyValues<this>): void {
    if (this.live) {
      this.#handOver();
      // Numbers come only because they were asked for: nothing has changed then.
      if (changed.has("weights") && changed.get("weights") && this.weights?.values === null) this.#glow();
      this.#inspect();
    } else {
      if (changed.has("weights") || changed.has("scale") || changed.has("level") || changed.has("live")) this.#drawValues();
      if (changed.has("weights")) this.#drawGlow();
    }
    this.#placeCross();
  }

  /** Gives the canvases to the worker, once it is known that there is something to draw. */
  #handOver(): void {
    if (this.#handedOver || !this.weights) return;
    this.#handedOver = true;
    this.#tellColours();
    const [weights, glow] = [this.valuesCanvas, this.glowCanvas].map((canvas) => canvas.transferControlToOffscreen());
    this.#send("panel", {
      type: "panel",
      level: this.level,
      block: this.block,
      weights: weights!,
      glow: glow!,
    } satisfies Panel);
  }

  #tellColours(): void {
    const glow = parseHex(getComputedStyle(this).getPropertyValue("--glow"));
    const colours = this.#scale().palette(glow);
    this.#send("palette", { type: "palette", level: this.level, colours } satisfies PaletteOf);
  }

  /** Asks for the numbers when somebody points at one. */
  #inspect(): void {
    if (!this.cursor || !this.weights || this.weights.values || this.#asked === this.weights) return;
    this.#asked = this.weights;
    this.#send("inspect", null);
  }

  #send(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  #scale(): DivergingScale {
    const style = getComputedStyle(this);
    const read = (name: string) => parseHex(style.getPropertyValue(name));
    return DivergingScale.of({
      negative: read("--cell-negative"),
      zero: read("--cell-zero"),
      positive: read("--level"),
      broken: read("--cell-broken"),
    });
  }

  /** The long side lies flat: a matrix with more rows than columns is drawn on its side. */
  get #shape() {
    const rows = this.weights?.rows ?? 192;
    const columns = this.weights?.columns ?? 96;
    const lying = rows > columns;
    return { rows, columns, lying, width: lying ? rows : columns, height: lying ? columns : rows };
  }

  /** Calls back for each value with its place in the picture. */
  #eachPixel(values: Float32Array, paint: (pixel: number, value: number, index: number) => void): void {
    const { rows, columns, lying, width } = this.#shape;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const index = row * columns + column;
        paint(4 * (lying ? column * width + row : index), values[index]!, index);
      }
    }
  }

  #drawValues(): void {
    const canvas = this.valuesCanvas;
    const context = canvas?.getContext("2d");
    if (!context) return;
    const { width, height } = this.#shape;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const colours = this.#scale();
    const image = context.createImageData(width, height);
    const values = this.weights?.values ?? new Float32Array(width * height);
    this.#eachPixel(values, (pixel, value) => {
      const [r, g, b] = colours.colour(value, this.scale);
      image.data[pixel] = r;
      image.data[pixel + 1] = g;
      image.data[pixel + 2] = b;
      image.data[pixel + 3] = 255;
    });
    context.putImageData(image, 0, 0);
  }

  /** Draws what changed once, as a layer over the values; the browser fades it. */
  #drawGlow(): void {
    const canvas = this.glowCanvas;
    const now = this.weights?.values;
    const before = this.#before;
    this.#darken();
    if (!now || !before || now.length !== before.length) return;
    const most = fullGlow(now, before);
    const context = canvas.getContext("2d");
    if (!(most > 0) || !context) return;
    const { width, height } = this.#shape;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const [r, g, b] = parseHex(getComputedStyle(this).getPropertyValue("--glow"));
    const image = context.createImageData(width, height);
    this.#eachPixel(now, (pixel, value, index) => {
      image.data[pixel] = r;
      image.data[pixel + 1] = g;
      image.data[pixel + 2] = b;
      image.data[pixel + 3] = 255 * Math.min(1, Math.abs(value - before[index]!) / most) || 0;
    });
    context.putImageData(image, 0, 0);
    this.#glow();
  }

  #darken(): void {
    this.#fade?.cancel();
    clearTimeout(this.#fadeTimer);
    this.glowCanvas.classList.remove("lit");
  }

  /** Shows the layer of what has changed, and lets it fade. */
  #glow(): void {
    const canvas = this.glowCanvas;
    this.#darken();
    if (prefersStillness()) {
      canvas.classList.add("lit");
      this.#fadeTimer = window.setTimeout(() => canvas.classList.remove("lit"), GLOW_MS);
    } else {
      this.#fade = canvas.animate([{ opacity: 1 }, { opacity: 0.75, offset: 0.15 }, { opacity: 0 }], {
        duration: GLOW_MS,
        easing: "ease-out",
      });
      const halo = getComputedStyle(this).getPropertyValue("--level");
      this.renderRoot
        .querySelector(".frame")!
        .animate([{ boxShadow: `0 0 0 2px ${halo}` }, { boxShadow: "0 0 0 2px transparent" }], {
          duration: GLOW_MS,
          easing: "ease-out",
        });
    }
  }

  #reading(): string {
    if (!this.cursor || !this.weights) return "";
    const { row, column } = this.cursor;
    const { values, columns } = this.weights;
    return values ? t(this).heatMapCell(row + 1, column + 1, signed(values[row * columns + column] ?? 0)) : "…";
  }

  #onPointer(event: PointerEvent): void {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const { width, height, lying } = this.#shape;
    const x = Math.min(width - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * width)));
    const y = Math.min(height - 1, Math.max(0, Math.floor(((event.clientY - box.top) / box.height) * height)));
    this.cursor = lying ? { row: x, column: y } : { row: y, column: x };
  }

  #onKey(event: KeyboardEvent): void {
    const steps: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const { rows, columns, lying } = this.#shape;
    const stride = event.shiftKey ? 8 : 1;
    const [right, down] = [step[0] * stride, step[1] * stride];
    const at = this.cursor ?? { row: rows >> 1, column: columns >> 1 };
    const clamp = (value: number, most: number) => Math.min(most - 1, Math.max(0, value));
    this.cursor = {
      row: clamp(at.row + (lying ? right : down), rows),
      column: clamp(at.column + (lying ? down : right), columns),
    };
  }

  #placeCross(): void {
    const cross = this.renderRoot.querySelector<HTMLElement>(".cross");
    if (!cross || !this.cursor) return;
    const { width, height, lying } = this.#shape;
    const { row, column } = this.cursor;
    cross.style.setProperty("left", `${(((lying ? row : column) + 0.5) / width) * 100}%`);
    cross.style.setProperty("top", `${(((lying ? column : row) + 0.5) / height) * 100}%`);
  }

  static override styles = [
    shared,
    levelColour,
    css`
      :host {
        display: block;
        position: relative;
      }
      .frame {
        position: relative;
        aspect-ratio: 2;
        overflow: hidden;
        border-radius: 4px;
        cursor: crosshair;
      }
      canvas {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        image-rendering: pixelated;
      }
      .glow {
        opacity: 0;
        pointer-events: none;
      }
      .glow.lit {
        opacity: 0.7;
      }
      .cross {
        position: absolute;
        width: 9px;
        height: 9px;
        margin: -5px 0 0 -5px;
        border: 1.5px solid var(--ink);
        outline: 1px solid var(--ground);
        border-radius: 2px;
        pointer-events: none;
      }
      .read {
        position: absolute;
        right: 0;
        bottom: calc(100% + 4px);
        z-index: 3;
        padding: 3px 8px;
        font-size: var(--text-xs);
        line-height: 1.4;
        white-space: nowrap;
        color: var(--ground);
        background: var(--ink);
        border-radius: 6px;
        pointer-events: none;
      }
      .tag {
        position: absolute;
        left: 6px;
        bottom: 3px;
        font-size: var(--text-xs);
        color: var(--muted);
      }
      .broken {
        padding: 0 6px;
        color: #fff;
        background: var(--cell-broken);
        border-radius: 3px;
      }
    `,
  ];
}
