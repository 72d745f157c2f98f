import { LitElement, css, html, nothing, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { ALL_PARTS, type Parts } from "../parts";
import type { Session } from "../session";
import { shared } from "../styles/shared";
import type { Chat } from "./chat";
import "./chat";
import type { LevelsPane } from "./levels-pane";
import { Pulses, pulseStyle } from "./pulses";
import { wiredLevels } from "./wired-levels";

/** The conversation beside the three levels: what the page and the widget have in common. */
@customElement("nm-stage")
export class Stage extends LitElement {
  @property({ attribute: false }) session!: Session;
  /** Moves when the session changed in place. */
  @property({ attribute: false }) revision = 0;
  /** What is shown. */
  @property({ attribute: false }) parts: Parts = ALL_PARTS;
  @query("nm-chat") private chat!: Chat | null;
  @query("nm-levels-pane") private pane!: LevelsPane | null;
  #pulses = new Pulses(this);
  /** Whether the last words came from here: two stages may share a session. */
  #spoke = false;

  constructor() {
    super();
    this.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.session.interrupt();
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.session?.addEventListener("refused", this.#onRefused);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.session.removeEventListener("refused", this.#onRefused);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("session")) return;
    changed.get("session")?.removeEventListener("refused", this.#onRefused);
    this.session.addEventListener("refused", this.#onRefused);
  }

  override render() {
    const { session, revision, parts } = this;
    const asleep = session.night && !session.night.result ? "asleep" : "";
    const alone = parts.has("chat") && parts.has("levels") ? "" : "alone";
    return html`<div class="stage ${asleep} ${alone}">
      ${
        parts.has("chat")
          ? html`<nm-chat
              .session=${session}
              .revision=${revision}
              .parts=${parts}
              @say=${(event: CustomEvent<string>) => this.#say(event.detail)}
              @stop=${() => session.stop()}
              @replayed=${(event: CustomEvent<DOMRect>) => this.#pulses.run(event.detail)}
            ></nm-chat>`
          : nothing
      }
      ${parts.has("levels") ? wiredLevels(session, revision) : nothing}
    </div>`;
  }

  override updated(): void {
    this.pane?.unfold();
  }

  /** The message field, if there is one. */
  override focus(): void {
    this.chat?.focus();
  }

  #say(text: string): void {
    this.#spoke = true;
    void this.session.say(text);
  }

  #onRefused = (event: Event): void => {
    if (this.#spoke) this.chat?.restore((event as CustomEvent<string>).detail);
  };

  static override styles = [
    shared,
    pulseStyle,
    css`
      :host {
        display: block;
        position: relative;
        min-height: 0;
        container-type: inline-size;
      }
      .stage {
        display: grid;
        grid-template: minmax(0, 1fr) / minmax(380px, 5fr) minmax(0, 8fr);
        width: 100%;
        max-width: 1560px;
        height: 100%;
        margin-inline: auto;
        transition: background-color 900ms ease;
      }
      .alone {
        grid-template-columns: minmax(0, 1fr);
        max-width: 960px;
      }
      .asleep {
        background: color-mix(in oklab, var(--slow) 5%, var(--ground));
        box-shadow: 0 0 0 100vmax color-mix(in oklab, var(--slow) 5%, var(--ground));
        clip-path: inset(0 -100vmax);
      }
      @media (prefers-reduced-motion: reduce) {
        .stage {
          transition: none;
        }
      }
      nm-levels-pane {
        min-height: 0;
        padding: var(--space-4) var(--space-5) var(--space-4) var(--space-6);
        overflow-y: auto;
        border-left: 1px solid var(--hairline);
      }
      .alone nm-levels-pane {
        padding-left: var(--space-5);
        border: 0;
      }
      @container (max-width: 859px) {
        .stage {
          display: flex;
          flex-direction: column;
          max-width: 592px;
        }
        nm-levels-pane {
          order: -1;
          flex: none;
          max-height: 62%;
          padding: var(--space-2) var(--space-4) var(--space-3);
          border: 0;
          border-bottom: 1px solid var(--hairline);
        }
        .alone nm-levels-pane {
          max-height: 100%;
        }
        nm-chat {
          flex: 1;
        }
      }
    `,
  ];
}
