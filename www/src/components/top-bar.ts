import { LitElement, css, html } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Localised, t } from "../i18n";
import { logo } from "../icons";
import { ALL_PARTS, type Parts } from "../parts";
import type { Session } from "../session";
import { shared } from "../styles/shared";
import "./device-badge";
import "./memory-actions";
import "./preferences";

/** The name of the page, the memory's state and actions, the device, language and theme. */
@customElement("nm-top-bar")
export class TopBar extends LitElement {
  @property({ attribute: false }) session!: Session;
  @property({ attribute: false }) revision = 0;
  /** What the page shows. */
  @property({ attribute: false }) parts: Parts = ALL_PARTS;
  /** Inside somebody else's page: its language, its light and its address are not ours to change. */
  @property({ type: Boolean }) guest = false;
  /** On a narrow screen the memory's actions open below. */
  @state() private menu = false;

  constructor() {
    super();
    new Localised(this);
  }

  override render() {
    const words = t(this);
    const { memory } = this.session;
    return html`
      <h1>
        ${logo}
        ${words.title}
      </h1>
      <p class="tagline" ?hidden=${this.guest}>${words.tagline}</p>
      <div class=${this.menu ? "memory open" : "memory"} id="memory">
        <nm-memory-actions .session=${this.session} .revision=${this.revision}></nm-memory-actions>
      </div>
      <div class="tools">
        <button class="menu" aria-expanded=${this.menu} aria-controls="memory" data-testid="memory-menu" @click=${() => (this.menu = !this.menu)}>
          ${words.memoryMenu}
        </button>
        <nm-device-badge .device=${memory?.device ?? null} .base=${memory?.base ?? null}></nm-device-badge>
      </div>
      <div class=${this.menu ? "prefs open" : "prefs"} ?hidden=${this.guest}>
        <a class="button quiet page" data-testid="lessons" href="./lesson.html${location.search}">${words.lessons}</a>
        <a class="button quiet page" data-testid="strategies" href="./strategies.html${location.search}">${words.strategies}</a>
        <button class="quiet icon" data-testid="share" aria-label=${words.share.open} title=${words.share.open} @click=${this.#share}>
          <svg viewBox="0 0 16 16" width="16" aria-hidden="true">
            <path class="out" d="M8 10V2m0 0L5 5m3-3 3 3M3 8v5.5h10V8" />
          </svg>
        </button>
        <nm-preferences></nm-preferences>
      </div>
    `;
  }

  /** Few people share, so what makes the links is loaded when somebody does. */
  async #share(): Promise<void> {
    await import("../widget/share");
    const share = document.createElement("nm-share");
    share.parts = this.parts;
    this.renderRoot.append(share);
    share.show();
  }

  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        min-height: 56px;
        padding: 0 max(var(--space-5), calc((100cqw - 1560px) / 2 + var(--space-5)));
        border-bottom: 1px solid var(--hairline);
      }
      h1 {
        display: flex;
        align-items: center;
        gap: 10px;
        font-size: var(--text-m);
        font-weight: 600;
        letter-spacing: -0.01em;
        white-space: nowrap;
      }
      h1 path {
        fill: none;
        stroke-width: 1.5;
        stroke-linejoin: round;
        stroke-linecap: round;
      }
      .out {
        fill: none;
        stroke: currentColor;
        stroke-width: 1.5;
        stroke-linecap: round;
        stroke-linejoin: round;
      }
      .fast { stroke: var(--fast); }
      .mid { stroke: var(--mid); }
      .slow { stroke: var(--slow); }
      .tagline {
        flex: 1;
        min-width: 0;
        overflow: hidden;
        font-size: var(--text-s);
        color: var(--muted);
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .tools,
      .prefs {
        display: flex;
        align-items: center;
        gap: var(--space-1);
      }
      .tools {
        margin-right: calc(-1 * var(--space-2));
      }
      .menu {
        display: none;
      }
      .page {
        color: var(--muted);
        text-decoration: none;
        border-color: transparent;
      }
      .memory {
        margin-right: var(--space-2);
      }
      @container (max-width: 1023px) {
        :host {
          flex-wrap: wrap;
          gap: 0 var(--space-2);
          padding: 6px var(--space-4);
          min-height: 52px;
        }
        h1 {
          flex: 1;
          gap: var(--space-2);
        }
        .tagline {
          display: none;
        }
        .menu {
          display: inline-flex;
        }
        .memory {
          order: 3;
          flex-basis: 100%;
          display: none;
          padding: var(--space-2) 0;
        }
        .memory.open {
          display: block;
        }
        .tools {
          margin: 0;
        }
      }
      @container (max-width: 480px) {
        .prefs {
          order: 4;
          display: none;
          padding-bottom: var(--space-2);
        }
        .prefs.open {
          display: flex;
        }
      }
    `,
  ];
}
