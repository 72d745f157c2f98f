import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Localised, t } from "../i18n";
import { NestedMemory, type OpenOptions } from "../nested-memory";
import type { Failure } from "../protocol";
import { shared } from "../styles/shared";
import { MemoryError } from "../worker-client";
import "./contest";
import "./preferences";

/** A page of its own: strategies of memory side by side, what that is, and the way back. */
@customElement("nm-strategies")
export class StrategiesPage extends LitElement {
  /** How to open the worker. Set it before the element is connected. */
  @property({ attribute: false }) options: OpenOptions = {};
  @state() memory: NestedMemory | null = null;
  @state() private failure: Failure | null = null;

  constructor() {
    super();
    new Localised(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.dataset.ready = "false";
    void this.#open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    void this.memory?.close();
  }

  override updated(): void {
    document.title = `${t(this).strategiesTitle} ${t(this).title}`;
  }

  override render() {
    const words = t(this);
    return html`
      <header>
        <a class="button" data-testid="back" href="./${location.search}">← ${words.strategiesBack}</a>
        <nm-preferences></nm-preferences>
      </header>
      <main>
        <h1>${words.strategiesTitle}</h1>
        <p>${words.strategiesText}</p>
        <p>${words.strategiesFair}</p>
        <p class=${this.memory ? "hidden-text" : "state"} role="status" data-testid="strategies-state">
          ${this.failure ? nothing : this.memory ? words.strategiesReady : words.strategiesLoading}
        </p>
        ${this.failure ? this.#renderFailure(this.failure) : nothing}
        <nm-contest .memory=${this.memory}></nm-contest>
      </main>
    `;
  }

  #renderFailure({ code, message }: Failure) {
    const words = t(this);
    const { title, kept, advice } = words.failures[code] ?? words.failureUnknown;
    return html`<p class="failure" role="alert" data-testid="alert" data-code=${code} title=${message}>
      <b>${title}</b> ${kept} ${advice}
    </p>`;
  }

  async #open(): Promise<void> {
    try {
      const memory = await NestedMemory.open(this.options, (memory) =>
        memory.addEventListener("error", ({ detail }) => this.#fail(detail)),
      );
      if (!this.isConnected) return void memory.close();
      this.memory = memory;
      this.dataset.ready = "true";
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (!(error instanceof MemoryError)) throw error;
    const { code, message, kept, advice } = error;
    this.failure = { code, message, kept, advice };
    this.memory = null;
  }

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        min-height: 100dvh;
        background: var(--ground);
      }
      header,
      main {
        max-width: 1040px;
        margin-inline: auto;
        padding-inline: var(--space-5);
      }
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
        min-height: 56px;
      }
      a.button {
        text-decoration: none;
      }
      main {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-3);
        padding-block: var(--space-3) var(--space-7);
      }
      h1 {
        font-size: var(--text-xl);
        font-weight: 600;
        letter-spacing: -0.015em;
        text-wrap: balance;
      }
      p {
        max-width: 56em;
        color: var(--muted);
        text-wrap: pretty;
      }
      .state {
        font-size: var(--text-s);
        color: var(--ink);
      }
      .failure {
        padding: var(--space-3);
        color: var(--ink);
        background: var(--danger-ground);
        border-left: 3px solid var(--danger);
      }
      .failure b {
        font-weight: 600;
      }
      @media (max-width: 600px) {
        header,
        main {
          padding-inline: var(--space-4);
        }
      }
    `,
  ];
}
