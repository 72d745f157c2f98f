import { LitElement, css, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { Localised, t } from "../i18n";
import type { NestedMemory } from "../nested-memory";
import { ALL_PARTS, type Parts } from "../parts";
import { Session, type SessionOptions } from "../session";
import { shared } from "../styles/shared";
import "./stage";
import type { Stage } from "./stage";
import "./top-bar";

/** The page: the bar on top, the conversation beside the three levels. */
@customElement("nm-app")
export class App extends LitElement {
  /** How to open the memory. Set it before the element is connected. */
  @property({ attribute: false }) options: SessionOptions = {};
  /** What is shown. */
  @property({ attribute: false }) parts: Parts = ALL_PARTS;
  @state() private revision = 0;
  @query("nm-stage") private stage!: Stage;
  readonly session = new Session();

  constructor() {
    super();
    new Localised(this);
    this.addEventListener("openkey", (event) => openKey((event as CustomEvent<string>).detail));
    this.session.addEventListener("change", () => {
      this.revision++;
      this.dataset.ready = String(this.session.phase === "ready");
    });
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
    void this.session.close();
  }

  override render() {
    const { session, revision, parts } = this;
    return html`
      ${
        parts.has("bar")
          ? html`<header>
              <a class="skip button" href="#chat" @click=${this.#skip}>${t(this).skipToChat}</a>
              <nm-top-bar .session=${session} .revision=${revision} .parts=${parts}></nm-top-bar>
            </header>`
          : nothing
      }
      <main><nm-stage .session=${session} .revision=${revision} .parts=${parts}></nm-stage></main>
    `;
  }

  #onKey = (event: KeyboardEvent): void => {
    if (event.key === "Escape") this.session.interrupt();
  };

  #skip(event: Event): void {
    event.preventDefault();
    this.stage.focus();
  }

  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        height: 100dvh;
        container-type: inline-size;
        background: var(--ground);
      }
      main {
        display: grid;
        flex: 1;
        min-height: 0;
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
    `,
  ];
}

/** This page again, with another memory. */
function openKey(key: string): void {
  const address = new URL(location.href);
  address.searchParams.set("key", key);
  location.assign(address);
}
