import { LitElement, css, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { languageOf, Localised, t } from "../i18n";
import type { Session } from "../session";
import { showDialog } from "../dialog";
import { dialog, shared } from "../styles/shared";
import type { SpokenMessage } from "../transcript";

/** Asks before a turn is forgotten, and shows how far it has come. */
@customElement("nm-forget-turn")
export class ForgetTurn extends LitElement {
  @property({ attribute: false }) session!: Session;
  /** Moves when the session changed in place. */
  @property({ attribute: false }) revision = 0;
  @state() private message: SpokenMessage | null = null;
  @query("dialog") private dialog!: HTMLDialogElement;

  constructor() {
    super();
    new Localised(this);
  }

  /** Asks whether this turn shall be forgotten. */
  async ask(message: SpokenMessage): Promise<void> {
    this.message = message;
    await this.updateComplete;
    showDialog(this.dialog, "forget-cancel");
  }

  override render() {
    const words = t(this);
    const { message } = this;
    const { again } = this.session.past;
    const busy = this.session.busy !== null;
    return html`<dialog aria-labelledby="title" data-testid="forget-dialog" @cancel=${(event: Event) => busy && event.preventDefault()}>
      <h2 id="title">${words.forgetTitle}</h2>
      ${message ? html`<blockquote lang=${languageOf(message.text)}>${message.text}</blockquote>` : nothing}
      <p>${words.forgetText}</p>
      ${
        busy
          ? html`<progress data-testid="forgetting" max=${again?.of || 1} value=${again?.done ?? 0} aria-label=${words.forgetting}></progress>`
          : nothing
      }
      <div class="buttons">
        <button data-testid="forget-cancel" @click=${this.#cancel}>${busy ? words.stop : words.cancel}</button>
        <button class="danger" data-testid="forget-confirm" ?disabled=${busy} @click=${this.#forget}>${words.forgetConfirm}</button>
      </div>
    </dialog>`;
  }

  #cancel(): void {
    if (this.session.busy === null) this.dialog.close();
    else this.session.past.stop();
  }

  async #forget(): Promise<void> {
    const version = this.message?.version;
    if (version === null || version === undefined) return;
    await this.session.past.forget(version);
    this.message = null;
    this.dialog.close();
  }

  static override styles = [
    shared,
    dialog,
    css`
      blockquote {
        margin: 0 0 var(--space-3);
        padding: var(--space-1) var(--space-3);
        max-height: 8em;
        overflow-y: auto;
        overflow-wrap: anywhere;
        border-left: 3px solid var(--hairline);
      }
      progress {
        width: 100%;
        margin-top: var(--space-3);
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    "nm-forget-turn": ForgetTurn;
  }
}
