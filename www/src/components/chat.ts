import { LitElement, css, html, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { Localised, t } from "../i18n";
import { ALL_PARTS, type Parts } from "../parts";
import type { Question } from "../protocol";
import type { Session } from "../session";
import { shared } from "../styles/shared";
import type { Divider, Entry, SpokenMessage } from "../transcript";
import "./alerts";
import "./composer";
import type { Composer } from "./composer";
import "./evidence";
import "./forget-turn";
import type { ForgetTurn } from "./forget-turn";
import "./hint";
import "./loading";
import "./message";
import { tellSlept } from "./night";
import "./probe";
import "./questions";

/** What can be pointed at in a conversation. */
export type ChatPart = "composer" | "sleep" | "probe" | "evidence";

/** What was said, and the field to say more. */
@customElement("nm-chat")
export class Chat extends LitElement {
  @property({ attribute: false }) session!: Session;
  /** Moves when the session changed in place. */
  @property({ attribute: false }) revision = 0;
  /** What is shown of it. */
  @property({ attribute: false }) parts: Parts = ALL_PARTS;
  @query(".scroll") private scroller!: HTMLElement;
  @query("nm-composer") private composer!: Composer;
  @query("nm-forget-turn") private forgetting!: ForgetTurn;
  /** Follow the newest words, until the person scrolls up. */
  #following = true;
  #top = 0;
  /** Messages draw after the chat did: their growth, not the chat's drawing, is what to follow. */
  #growth = new ResizeObserver(() => this.#follow());

  constructor() {
    super();
    new Localised(this);
    this.addEventListener("say", () => (this.#following = true));
  }

  override render() {
    const words = t(this);
    const { session } = this;
    const { transcript, phase, busy } = session;
    const shaded = transcript.messages.some((message) => message.tokens.length > 0);
    return html`
      <h2 class="hidden-text">${words.chatTitle}</h2>
      ${
        session.night
          ? html`<nm-night
            .night=${session.night}
            .revision=${this.revision}
            @wake=${() => session.wake()}
            @closenight=${this.#closeNight}
            @undosleep=${this.#undoSleep}
          ></nm-night>`
          : nothing
      }
      <p class="hidden-text" aria-live="polite">${this.#spoken()}</p>
      <div class="scroll" tabindex="-1" ?hidden=${session.night !== null} @scroll=${this.#onScroll}>
        ${transcript.isEmpty ? html`<nm-hint ?locked=${busy !== null || phase === "failed" || !session.mayTalk}></nm-hint>` : nothing}
        <div class="entries">${repeat(
          transcript.entries,
          (entry) => entry.id,
          (entry) => this.#renderEntry(entry),
        )}</div>
      </div>
      <footer>
        ${phase === "loading" ? html`<nm-loading .progress=${session.progress}></nm-loading>` : nothing}
        ${
          session.failure || session.notices.length
            ? html`<nm-alerts
              .failure=${session.failure}
              ?final=${phase === "failed"}
              .notices=${session.notices}
              @dismissfailure=${() => session.dismissFailure()}
              @dismissnotice=${(event: CustomEvent) => session.dismissNotice(event.detail)}
            ></nm-alerts>`
            : nothing
        }
        ${
          session.mode === "temporary"
            ? html`<p class="word-hint" role="status" data-testid="temporary-note">${words.temporaryNote}</p>`
            : nothing
        }
        ${shaded && !session.night ? html`<p class="word-hint"><span class="sample" aria-hidden="true"></span>${words.wordHint}</p>` : nothing}
        <nm-composer
          ?hidden=${session.night !== null}
          ?loading=${phase === "loading"}
          ?saying=${busy === "saying"}
          ?locked=${phase === "failed" || (busy !== null && busy !== "saying") || !session.mayTalk}
        ></nm-composer>
        <div class="end" ?hidden=${session.night !== null || !this.parts.has("tools")}>
          <button
            data-testid="end-conversation"
            aria-describedby="end-text"
            ?disabled=${!session.canChange}
            @click=${() => session.endConversation()}
          >
            ${busy === "ending" ? words.ending : words.end}
          </button>
          <button
            data-testid="sleep"
            title=${words.sleepTitle}
            aria-description=${words.sleepTitle}
            ?disabled=${!session.canChange}
            @click=${() => session.sleep()}
          >
            <svg viewBox="0 0 16 16" width="14" aria-hidden="true"><path d="M13.2 9.9A5.8 5.8 0 0 1 6.1 2.8a5.8 5.8 0 1 0 7.1 7.1z" /></svg>
            ${words.sleep}
          </button>
          <button
            data-testid="temporary"
            title=${words.temporaryTitle}
            aria-description=${words.temporaryTitle}
            aria-pressed=${session.mode === "temporary"}
            ?disabled=${!session.canSay || session.mode === "bare"}
            @click=${() => session.setMode(session.mode === "temporary" ? "lasting" : "temporary")}
          >
            ${words.temporary}
          </button>
          <p id="end-text"><span>${words.endWipes}</span> <span>${words.endKeeps}</span></p>
        </div>
        <nm-probe
          ?hidden=${session.night !== null || !this.parts.has("probe")}
          .suggestion=${this.#suggestion()}
          .probed=${session.probed}
          ?locked=${!session.canSay}
          ?asking=${busy === "asking"}
          ?during=${transcript.isOpen}
          @probe=${(event: CustomEvent<string>) => session.probe(event.detail)}
        >
          <nm-questions .session=${session} .revision=${this.revision} .candidate=${this.#candidate()}></nm-questions>
        </nm-probe>
        <nm-forget-turn .session=${session} .revision=${this.revision}></nm-forget-turn>
        <nm-evidence ?hidden=${session.night !== null || !this.parts.has("evidence")} .reply=${session.lastReply}></nm-evidence>
      </footer>
    `;
  }

  /** What would be asked level by level: the last question, wherever it was put. */
  #suggestion(): string {
    const { transcript, probed } = this.session;
    return transcript.asked ? transcript.lastQuestion : (probed?.question ?? transcript.lastQuestion);
  }

  /** The question that could be asked after every sleep: the last one that had an answer. */
  #candidate(): Question | null {
    const { probed } = this.session;
    const [answer] = probed?.answers ?? [];
    if (!probed || !answer || answer.unknown) return null;
    return { question: probed.question, expected: answer.reply.replace(/[.。!！]\s*$/, "") };
  }

  #renderEntry(entry: Entry) {
    if (entry.kind !== "message") return this.#renderDivider(entry);
    return html`<nm-message .message=${entry} .revision=${entry.revision} .most=${this.session.transcript.most}
      ?locked=${!this.session.canChange}
      @forget=${(event: CustomEvent<SpokenMessage>) => this.forgetting.ask(event.detail)}
    ></nm-message>`;
  }

  #renderDivider(divider: Divider) {
    const words = t(this);
    const names = (parts: readonly string[]) => parts.map((part) => words.part[part] ?? part).join(words.listJoin);
    if (divider.kind === "ended") {
      return html`<div class="divider" role="note" data-testid="divider-ended">
        <p class="divider-title">${divider.conversation === null ? words.endedGeneric : words.ended(divider.conversation)}</p>
        ${divider.wiped.length ? html`<p>${words.endedDetail(names(divider.wiped), names(divider.kept))}</p>` : nothing}
      </div>`;
    }
    if (divider.slept) {
      return html`<div class="divider" role="note" data-testid="divider-slept"><p>${tellSlept(divider.slept, words)}</p></div>`;
    }
    return html`<div class="divider" role="note" data-testid="divider-${divider.kind}">
      <p>${words[divider.kind]}</p>
      ${divider.pending > 0 ? html`<p>${words.reloadedPending(divider.pending)}</p>` : nothing}
    </div>`;
  }

  /** What a screen reader hears: a reply once it is whole, not piece by piece. */
  #spoken(): string {
    const { night } = this.session;
    if (night) return night.result ? tellSlept(night.result, t(this)) : t(this).sleeping;
    const last = this.session.transcript.messages.at(-1);
    if (!last || last.past || last.role !== "assistant") return "";
    return last.state === "speaking" ? t(this).replying : `${t(this).model}: ${last.text}`;
  }

  override firstUpdated(): void {
    this.#watchGrowth();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Moved to another place of the page.
    if (this.hasUpdated) this.#watchGrowth();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#growth.disconnect();
  }

  #watchGrowth(): void {
    this.#growth.observe(this.scroller);
    this.#growth.observe(this.renderRoot.querySelector(".entries")!);
  }

  #follow(): void {
    if (this.#following && !this.session.transcript.isEmpty) this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** Only a person scrolls up; growth alone never does. */
  #onScroll(): void {
    const { scrollTop, clientHeight, scrollHeight } = this.scroller;
    if (scrollTop < this.#top - 2) this.#following = false;
    if (scrollHeight - clientHeight - scrollTop < 40) this.#following = true;
    this.#top = scrollTop;
  }

  /** Back to before a sleep that has broken something. */
  async #undoSleep(event: CustomEvent<number>): Promise<void> {
    await this.session.past.rewind(event.detail);
    await this.#closeNight();
  }

  async #closeNight(): Promise<void> {
    this.#following = true;
    this.session.closeNight();
    await this.updateComplete;
    this.#follow();
    this.composer.focus();
  }

  restore(text: string): void {
    this.composer.restore(text);
  }

  override focus(): void {
    this.composer.focus();
  }

  /** Where a part of the conversation is shown. */
  partOf(part: ChatPart): Element | null {
    return this.renderRoot.querySelector(part === "sleep" ? '[data-testid="sleep"]' : `nm-${part}`);
  }

  /** Opens one of the parts that can be opened, and closes the others. */
  reveal(part: ChatPart | null): void {
    for (const one of ["probe", "evidence"] as const) {
      const details = this.partOf(one)?.shadowRoot?.querySelector("details");
      if (details) details.open = one === part;
    }
  }

  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        position: relative;
      }
      .scroll {
        flex: 1;
        min-height: 0;
        display: flex;
        flex-direction: column;
        padding: var(--space-5) var(--space-5) var(--space-4);
        overflow-y: auto;
        overscroll-behavior: contain;
      }
      .scroll:focus {
        outline: none;
      }
      nm-night {
        flex: 1;
      }
      .end svg {
        fill: none;
        stroke: currentColor;
        stroke-width: 1.4;
        stroke-linejoin: round;
      }
      nm-hint {
        margin-block: auto;
      }
      .entries {
        display: grid;
        gap: var(--space-3);
        margin-top: auto;
      }
      .divider {
        margin: var(--space-3) 0;
        padding: var(--space-3) 0 0;
        font-size: var(--text-xs);
        line-height: 1.55;
        color: var(--muted);
        border-top: 1px solid var(--hairline);
        text-wrap: pretty;
      }
      .divider-title {
        font-weight: 600;
        color: var(--ink);
      }
      footer {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-3);
        padding: 0 var(--space-5) var(--space-4);
      }
      .end {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-3);
      }
      .end p {
        flex: 1 1 130px;
        font-size: var(--text-xs);
        line-height: 1.4;
        color: var(--muted);
      }
      .end span {
        display: inline-block;
      }
      .word-hint {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        font-size: var(--text-xs);
        color: var(--muted);
      }
      .sample {
        flex: none;
        width: 22px;
        height: 8px;
        background:
          linear-gradient(var(--fast) 0 0) 0 0 / 100% 2px no-repeat,
          linear-gradient(var(--mid) 0 0) 0 3px / 100% 2px no-repeat,
          linear-gradient(var(--slow) 0 0) 0 6px / 100% 2px no-repeat;
      }
      @container (max-width: 859px) {
        .scroll {
          padding: var(--space-4);
        }
        footer {
          gap: var(--space-2);
          padding: 0 var(--space-4) var(--space-3);
        }
      }
    `,
  ];
}
