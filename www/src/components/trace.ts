import { LitElement, css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { Localised, t } from "../i18n";
import type { LevelState, Mark } from "../levels";
import type { Level } from "../protocol";
import { themeChanges } from "../settings";
import { levelColour, shared } from "../styles/shared";

/** The stretch of the memory's life that all three traces show. */
export interface Window {
  from: number;
  to: number;
}

/** Wide enough for what happened since `origin`, in steps, with a little room for what comes. */
export function traceWindow(origin: number, clock: number): Window {
  const lived = clock - origin;
  const span = lived < 230 ? 256 : lived < 470 ? 512 : lived < 950 ? 1024 : 2048;
  const from = Math.max(origin, clock - Math.floor(span * 0.94));
  return { from, to: from + span };
}

/** One level's updates over time, like a channel of an EEG. Where two blocks remember, the second goes down. */
@customElement("nm-trace")
export class Trace extends LitElement {
  @property({ reflect: true }) level: Level = "fast";
  @property({ attribute: false }) data: LevelState | null = null;
  @property({ type: Number }) origin = 0;
  @property({ type: Number }) clock = 0;
  @property({ attribute: false }) ends: readonly number[] = [];

  @query("canvas") private canvas!: HTMLCanvasElement;
  #draw = () => this.#drawTrace();
  #sizes = new ResizeObserver(this.#draw);

  constructor() {
    super();
    new Localised(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sizes.observe(this);
    themeChanges.addEventListener("change", this.#draw);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes.disconnect();
    themeChanges.removeEventListener("change", this.#draw);
  }

  override render() {
    const updates = this.data?.marks.filter((mark) => mark.magnitude > 0 && mark.block === 0).length ?? 0;
    return html`
      <canvas role="img" aria-label=${t(this).traceLabel(t(this).level[this.level], updates)}></canvas>
      ${
        this.#mirrored
          ? html`<span class="block" aria-hidden="true">${t(this).block(1)}</span>
            <span class="block lower" aria-hidden="true">${t(this).block(2)}</span>`
          : nothing
      }
    `;
  }

  get #mirrored(): boolean {
    return (this.data?.norms.length ?? 1) > 1;
  }

  override updated(_changed: PropertyValues<this>): void {
    this.#drawTrace();
  }

  #drawTrace(): void {
    const context = this.canvas?.getContext("2d");
    const width = this.clientWidth;
    const height = this.clientHeight;
    if (!context || width === 0 || height === 0) return;
    const dots = window.devicePixelRatio || 1;
    Object.assign(this.canvas, { width: Math.round(width * dots), height: Math.round(height * dots) });
    context.scale(dots, dots);
    const style = getComputedStyle(this);
    const colour = style.getPropertyValue("--level").trim();
    const hairline = style.getPropertyValue("--hairline").trim();
    const faint = style.getPropertyValue("--faint").trim();
    const { from, to } = traceWindow(this.origin, this.clock);
    const at = (clock: number) => ((clock - from) / (to - from)) * (width - 8) + 4;
    const reach = this.#mirrored ? height / 2 : height - 6;
    const middle = Math.round(reach) + 0.5;
    const marks = this.data?.marks ?? [];
    const painter = { context, at, middle, reach: reach - 3, now: at(this.clock) };

    // The moments at which this level can update, as faint ticks on the line of rest.
    const period = this.data?.period;
    context.strokeStyle = hairline;
    context.lineWidth = 1;
    if (period) {
      for (let clock = Math.ceil(from / period) * period; clock <= to; clock += period) {
        line(context, at(clock), middle - 3, at(clock), middle + 3);
      }
    }
    line(context, 0, middle, width, middle);

    for (const block of (this.data?.norms ?? []).keys()) {
      const own = marks.filter((mark) => mark.block === block);
      if (own.length > 0) drawSize(painter, own, marks, block, colour);
    }

    // The end of a conversation.
    context.strokeStyle = faint;
    context.setLineDash([2, 3]);
    for (const end of this.ends) if (end >= from) line(context, at(end), 1, at(end), height - 1);
    context.setLineDash([]);

    for (const block of (this.data?.norms ?? []).keys()) {
      drawSpikes(
        painter,
        marks.filter((mark) => mark.block === block && mark.clock >= from),
        marks,
        block,
        colour,
      );
    }

    // Now.
    context.fillStyle = colour;
    context.beginPath();
    context.arc(painter.now, middle, 2.5, 0, 7);
    context.fill();
  }

  static override styles = [
    shared,
    levelColour,
    css`
      :host {
        display: block;
        position: relative;
        min-height: 40px;
      }
      .block {
        position: absolute;
        right: 0;
        top: -3px;
        font-size: var(--text-xs);
        color: var(--faint);
      }
      .lower {
        top: auto;
        bottom: -3px;
      }
      @container (max-width: 560px) {
        .block {
          display: none;
        }
      }
      canvas {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }
    `,
  ];
}

interface Painter {
  context: CanvasRenderingContext2D;
  at: (clock: number) => number;
  middle: number;
  reach: number;
  now: number;
}

const sign = (block: number) => (block === 0 ? -1 : 1);

function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

/** ‖D‖ as a soft band that steps at each update. */
function drawSize({ context, at, middle, reach, now }: Painter, own: Mark[], all: Mark[], block: number, colour: string): void {
  const most = Math.max(...all.map((mark) => mark.norm));
  if (!(most > 0)) return;
  const y = (norm: number) => middle + sign(block) * (norm / most) * reach * 0.55;
  context.beginPath();
  context.moveTo(at(own[0]!.clock), middle);
  let height = middle;
  for (const mark of own) {
    context.lineTo(at(mark.clock), height);
    height = y(mark.norm);
    context.lineTo(at(mark.clock), height);
  }
  context.lineTo(now, height);
  context.lineTo(now, middle);
  context.closePath();
  context.globalAlpha = 0.14;
  context.fillStyle = colour;
  context.fill();
  context.globalAlpha = 1;
}

/** ‖ΔD‖ of each update as one sharp spike. */
function drawSpikes(
  { context, at, middle, reach, now }: Painter,
  own: Mark[],
  all: Mark[],
  block: number,
  colour: string,
): void {
  const most = Math.max(...all.map((mark) => mark.magnitude));
  context.beginPath();
  context.moveTo(at(own[0]?.clock ?? 0) - 2, middle);
  for (const mark of own) {
    if (mark.wiped || !(mark.magnitude > 0)) continue;
    const x = at(mark.clock);
    context.lineTo(x - 2, middle);
    context.lineTo(x, middle + sign(block) * (mark.magnitude / most) * reach);
    context.lineTo(x + 2, middle);
  }
  if (own.length > 0) context.lineTo(now, middle);
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.lineJoin = "round";
  context.stroke();
}
