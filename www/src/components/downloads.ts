import { LitElement, css, html } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { DivergingScale, parseHex } from "../colours";
import { download } from "../download";
import { number } from "../format";
import { Localised, t } from "../i18n";
import type { LevelPicture } from "../picture";
import { LEVELS, type Level, type Weights } from "../protocol";
import type { Session } from "../session";
import { shared } from "../styles/shared";
import { closeWhenLeft, closeWithEscape } from "./fold-out";

/** Every level as a picture, and what was said and learned as tables. */
@customElement("nm-downloads")
export class Downloads extends LitElement {
  @property({ attribute: false }) session!: Session;
  /** Moves when the session changed in place. */
  @property({ attribute: false }) revision = 0;
  @query("details") private details!: HTMLDetailsElement;

  constructor() {
    super();
    new Localised(this);
  }

  override render() {
    const words = t(this);
    const ready = this.session.phase === "ready";
    const button = (id: string, label: string, what: string, task: () => unknown) =>
      html`<button data-testid="download-${id}" aria-label=${words.downloadLabel(what, label)} ?disabled=${!ready} @click=${task}>${label}</button>`;
    return html`
      <details @keydown=${(event: KeyboardEvent) => closeWithEscape(this.details, event)} @focusout=${(event: FocusEvent) => closeWhenLeft(this.details, event)}>
        <summary class="button" data-testid="downloads">${words.downloads}</summary>
        <div class="card">
          ${LEVELS.map(
            (level) => html`<p>
              <span>${words.level[level]}</span>
              ${button(`${level}-svg`, "SVG", words.level[level], () => this.#picture(level, "svg"))}
              ${button(`${level}-png`, "PNG", words.level[level], () => this.#picture(level, "png"))}
            </p>`,
          )}
          <p><span>${words.downloadTraces}</span> ${button("traces", "CSV", words.downloadTraces, () => this.#table("traces"))}</p>
          <p><span>${words.downloadUpdates}</span> ${button("updates", "CSV", words.downloadUpdates, () => this.#table("updates"))}</p>
        </div>
      </details>
    `;
  }

  async #picture(level: Level, format: "svg" | "png"): Promise<void> {
    const weights = await this.#numbers(level);
    if (!weights) return;
    const words = t(this);
    const { norms } = this.session.levels.state[level];
    const picture: LevelPicture = {
      weights,
      norms,
      scale: this.#scale(level),
      title: words.downloadTitle(words.level[level]),
      description: words.downloadDescription(
        number(Math.hypot(...norms)),
        weights.map(({ rows, columns }) => `${rows} × ${columns}`).join(words.listJoin),
      ),
    };
    const { levelPng, levelSvg } = await import("../picture");
    const [content, type] = format === "svg" ? [levelSvg(picture), "image/svg+xml"] : [await levelPng(picture), "image/png"];
    download(new File([content], `${level}.${format}`, { type }));
  }

  async #table(what: "traces" | "updates"): Promise<void> {
    const { tracesCsv, updatesCsv } = await import("../picture");
    const { transcript, levels } = this.session;
    // Spreadsheets take a file without this mark for one of their own country's.
    const text = `\uFEFF${what === "traces" ? tracesCsv(transcript) : updatesCsv(levels)}`;
    download(new File([text], `${what}.csv`, { type: "text/csv" }));
  }

  /** The weights of a level with their numbers: a graphics card has to be asked for them. */
  async #numbers(level: Level): Promise<Weights[] | null> {
    const at = () => this.session.levels.state[level].weights.filter((weights) => weights !== null);
    if (at().length === 0 || at().some(({ values }) => values === null)) await this.session.numbers();
    const weights = at();
    return weights.length > 0 && weights.every(({ values }) => values !== null) ? weights : null;
  }

  #scale(level: Level): DivergingScale {
    const style = getComputedStyle(this);
    const colour = (name: string) => parseHex(style.getPropertyValue(name));
    return DivergingScale.of({
      negative: colour("--cell-negative"),
      zero: colour("--cell-zero"),
      positive: colour(`--${level}`),
      broken: colour("--cell-broken"),
    });
  }

  static override styles = [
    shared,
    css`
      details {
        position: relative;
      }
      summary {
        list-style: none;
      }
      summary::-webkit-details-marker {
        display: none;
      }
      .card {
        position: absolute;
        z-index: 10;
        right: 0;
        top: calc(100% + 6px);
        display: grid;
        gap: var(--space-2);
        padding: var(--space-3);
        font-size: var(--text-s);
        background: var(--surface);
        border: 1px solid var(--hairline);
        border-radius: var(--radius);
        box-shadow: 0 8px 32px rgb(0 0 0 / 0.14);
      }
      p {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        white-space: nowrap;
      }
      span {
        flex: 1;
        min-width: 5em;
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    "nm-downloads": Downloads;
  }
}
