import { LitElement, css, html } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { Localised, t } from "../i18n";
import type { NestedMemory, OpenOptions } from "../nested-memory";
import type { Level, PaletteOf, Panel } from "../protocol";
import { Session } from "../session";
import { shared } from "../styles/shared";
import type { Chat } from "./chat";
import "./chat";
import "./downloads";
import "./levels-pane";
import { Pulses } from "./pulses";
import "./top-bar";

/** The page: the bar on top, the conversation beside the three levels. */
@customElement("nm-app")
export class App extends LitElement {
  /** How to open the memory. Set it before the element is connected. */
  @property({ attribute: false }) options: OpenOptions = {};
  @state() private revision = 0;
  @query("nm-chat") private chat!: Chat;
  readonly session = new Session();
  #pulses = new Pulses(this);

  constructor() {
    super();
    new Localised(this);
    this.session.addEventListener("change", () => {
      this.revision++;
      this.dataset.ready = String(this.session.phase === "ready");
    });
    this.session.addEventListener("refused", (event) => this.chat.restore((event as CustomEvent<string>).detail));
  }

  /** For tests and for the console. Null until the memory is open. */
  get memory(): NestedMemory | null {
    return this.session.memory;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.dataset.testid = "ready";
    this.dataset.ready = "false";
    window.addEventListener("keydown", this.#onKey);
    void this.session.open(this.options);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("keydown", this.#onKey);
    void this.memory?.close();
  }

  override render() {
    const { session, revision } = this;
    return html`
      <header>
        <a class="skip button" href="#chat" @click=${this.#skip}>${t(this).skipToChat}</a>
        <nm-top-bar .session=${session} .revision=${revision}></nm-top-bar>
      </header>
      <main class=${session.night && !session.night.result ? "asleep" : ""}>
        <nm-chat
          id="chat"
          .session=${session}
          .revision=${revision}
          @say=${(event: CustomEvent<string>) => session.say(event.detail)}
          @stop=${() => session.stop()}
          @replayed=${(event: CustomEvent<DOMRect>) => this.#pulses.run(event.detail)}
        ></nm-chat>
        <nm-levels-pane
          .levels=${session.levels}
          .revision=${revision}
          .on=${session.mode !== "bare"}
          ?locked=${!session.canSay}
          .live=${session.live}
          ?follows=${session.follows}
          @freeze=${(event: CustomEvent<{ level: Level; frozen: boolean }>) => session.freeze(event.detail.level, event.detail.frozen)}
          @panel=${(event: CustomEvent<Panel>) => session.memory?.draw(event.detail)}
          @palette=${(event: CustomEvent<PaletteOf>) => session.memory?.draw(event.detail)}
          @inspect=${() => session.inspect()}
          @levels=${(event: CustomEvent<boolean>) => session.setMode(event.detail ? "lasting" : "bare")}
        >
          <nm-downloads slot="tools" .session=${session} .revision=${revision}></nm-downloads>
        </nm-levels-pane>
      </main>
    `;
  }

  #onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    if (this.session.busy === "saying") this.session.stop();
    if (this.session.busy === "sleeping") this.session.wake();
  };

  #skip(event: Event): void {
    event.preventDefault();
    this.chat.focus();
  }

  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        height: 100dvh;
        background: var(--ground);
      }
      main {
        flex: 1;
        min-height: 0;
        display: grid;
        grid-template: minmax(0, 1fr) / minmax(380px, 5fr) minmax(0, 8fr);
        width: 100%;
        max-width: 1560px;
        margin-inline: auto;
        transition: background-color 900ms ease;
      }
      main.asleep {
        background: color-mix(in oklab, var(--slow) 5%, var(--ground));
        box-shadow: 0 0 0 100vmax color-mix(in oklab, var(--slow) 5%, var(--ground));
        clip-path: inset(0 -100vmax);
      }
      .pulse {
        position: fixed;
        z-index: 10;
        left: 0;
        top: 0;
        width: 10px;
        height: 10px;
        border-radius: 50%;
        pointer-events: none;
      }
      .pulse.mid {
        background: var(--mid);
      }
      .pulse.slow {
        background: var(--slow);
      }
      @media (prefers-reduced-motion: reduce) {
        main {
          transition: none;
        }
      }
      nm-levels-pane {
        min-height: 0;
        padding: var(--space-4) var(--space-5) var(--space-4) var(--space-6);
        overflow-y: auto;
        border-left: 1px solid var(--hairline);
      }
      .skip {
        position: absolute;
        z-index: 20;
        left: var(--space-4);
        top: 10px;
        background: var(--surface);
      }
      .skip:not(:focus) {
        clip-path: inset(50%);
        pointer-events: none;
      }
      @media (max-width: 1023px) {
        main {
          display: flex;
          flex-direction: column;
          max-width: 592px;
        }
        nm-levels-pane {
          order: -1;
          flex: none;
          max-height: 62dvh;
          padding: var(--space-2) var(--space-4) var(--space-3);
          border: 0;
          border-bottom: 1px solid var(--hairline);
        }
        nm-chat {
          flex: 1;
        }
      }
    `,
  ];
}
