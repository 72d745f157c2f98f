import { LitElement, css, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { ago, bytes, number } from "../format";
import { Localised, t } from "../i18n";
import { LEVELS, type Failure, type Level, type SnapshotSummary } from "../protocol";
import type { Session } from "../session";
import { forgetFiles } from "../offline/forget";
import { forgetChoices } from "../settings";
import { showDialog } from "../dialog";
import { dialog, shared } from "../styles/shared";
import { download } from "../download";
import { tellFailure } from "./alerts";
import "./history";
import type { History } from "./history";

type Candidate = { file: File; summary: SnapshotSummary } | { file: File; failure: Failure };

/** Whether the memory is saved; export, import and start over. */
@customElement("nm-memory-actions")
export class MemoryActions extends LitElement {
  @property({ attribute: false }) session!: Session;
  /** Moves when the session changed in place. */
  @property({ attribute: false }) revision = 0;
  @state() private candidate: Candidate | null = null;
  @state() private said = "";
  @query(".import-dialog") private importDialog!: HTMLDialogElement;
  @query(".over-dialog") private overDialog!: HTMLDialogElement;
  @query("nm-history") private timeline!: History;
  @query("input[type=file]") private input!: HTMLInputElement;
  #clock = 0;

  constructor() {
    super();
    new Localised(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#clock = window.setInterval(() => this.requestUpdate(), 30_000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#clock);
  }

  override render() {
    const words = t(this);
    const ready = this.session.canSay;
    const changes = this.session.canChange;
    return html`
      <p class="saved numbers" data-testid="saved-status">${this.#savedText()}</p>
      <button data-testid="history" ?disabled=${!ready} @click=${this.#history}>${words.history}</button>
      <button data-testid="export" ?disabled=${!ready} @click=${this.#export}>${words.export}</button>
      <button data-testid="import" ?disabled=${!changes} @click=${() => this.input.click()}>${words.import}</button>
      <input
        type="file"
        accept=".safetensors,.nested-memory"
        hidden
        aria-label=${words.import}
        data-testid="import-file"
        ?disabled=${!changes}
        @change=${this.#choose}
      />
      <button data-testid="start-over" ?disabled=${!changes} @click=${() => showDialog(this.overDialog, "start-over-cancel")}>${words.startOver}</button>
      <span class="hidden-text" role="status">${this.said}</span>
      <dialog class="import-dialog" aria-labelledby="import-title" data-testid="import-dialog">
        ${this.candidate ? this.#renderImport(this.candidate) : nothing}
      </dialog>
      <nm-history .session=${this.session} .revision=${this.revision}></nm-history>
      <dialog class="over-dialog" aria-labelledby="over-title" data-testid="start-over-dialog">
        <h2 id="over-title">${words.startOverTitle}</h2>
        <p>${words.startOverText}</p>
        <p class="more">${words.eraseText}</p>
        <div class="levels">
          <span>${words.emptyOne}</span>
          ${LEVELS.map(
            (level) =>
              html`<button data-testid="empty-${level}" @click=${() => this.#startOver(level)}>${words.level[level]}</button>`,
          )}
        </div>
        <div class="buttons">
          <button data-testid="start-over-cancel" @click=${() => this.overDialog.close()}>${words.cancel}</button>
          <button class="danger" data-testid="erase" @click=${this.#erase}>${words.erase}</button>
          <button class="danger" data-testid="start-over-confirm" @click=${() => this.#startOver()}>${words.startOverConfirm}</button>
        </div>
      </dialog>
    `;
  }

  #savedText(): string {
    const words = t(this);
    const { saved, memory, phase } = this.session;
    if (phase === "loading" || (phase === "failed" && !saved)) return "";
    if (memory?.summary?.storage === "none") return words.savedNowhere;
    if (this.session.follows) return words.savedElsewhere;
    if (!saved) return words.saving;
    const since = ago(saved.at, Date.now(), words);
    return since ? words.savedAgo(since, bytes(saved.bytes)) : words.savedNow(bytes(saved.bytes));
  }

  #renderImport(candidate: Candidate) {
    const words = t(this);
    const refused = "failure" in candidate || !candidate.summary.compatible;
    const close = () => this.importDialog.close();
    return html`
      <h2 id="import-title">${refused ? words.importRefusedTitle : words.importTitle}</h2>
      <dl class="numbers">
        <dt>${words.importFile}</dt><dd>${candidate.file.name}</dd>
        ${
          "summary" in candidate
            ? html`<dt>${words.importHolds}</dt><dd>${words.importHoldsText(candidate.summary.tokens, candidate.summary.conversations)}</dd>
                ${candidate.summary.norms ? html`<dt>${words.importLevels}</dt><dd data-testid="import-levels">${this.#norms(candidate.summary.norms)}</dd>` : nothing}
                <dt>${words.deviceBase}</dt><dd>${candidate.summary.base.slice(0, 12)}</dd>`
            : nothing
        }
        <dt>${words.importSize}</dt><dd>${bytes(candidate.file.size)}</dd>
      </dl>
      ${refused ? this.#renderRefusal(candidate) : html`<p>${words.importReplaces}</p>${this.#renderNewKey()}`}
      <div class="buttons">
        <button data-testid="import-cancel" @click=${close}>${refused ? words.close : words.cancel}</button>
        ${refused ? nothing : html`<button class="primary" data-testid="import-confirm" @click=${this.#import}>${words.importConfirm}</button>`}
      </div>
    `;
  }

  /** A file need not replace the memory of now: it can become another one. */
  #renderNewKey() {
    const words = t(this);
    return html`<form class="new-key" @submit=${this.#importAs}>
      <label for="new-key">${words.importNewKey}</label>
      <input id="new-key" name="key" type="text" required maxlength="40" data-testid="import-key" autocomplete="off" />
      <button data-testid="import-as">${words.importAs}</button>
    </form>`;
  }

  #norms(norms: Record<Level, number>): string {
    return LEVELS.map((level) => `${t(this).level[level]} ${number(norms[level])}`).join(" · ");
  }

  async #importAs(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const key = String(new FormData(event.target as HTMLFormElement).get("key") ?? "").trim();
    if (!this.candidate || !key) return;
    const done = await this.session.importAs(this.candidate.file, key);
    this.importDialog.close();
    if (done) this.dispatchEvent(new CustomEvent("openkey", { bubbles: true, composed: true, detail: key }));
  }

  #renderRefusal(candidate: Candidate) {
    const words = t(this);
    if ("summary" in candidate) {
      return html`<p class="reason" data-testid="import-reason">${candidate.summary.reason ?? ""}</p><p>${words.importUnchanged}</p>`;
    }
    const { title, detail, kept, advice } = tellFailure(candidate.failure, this);
    return html`<div class="reason" data-testid="import-reason"><p>${title}</p>${detail ? html`<p lang="en">${detail}</p>` : nothing}</div>
      <p>${kept} ${advice}</p>`;
  }

  async #export(): Promise<void> {
    const file = await this.session.export();
    if (!file) return;
    download(file);
    this.said = t(this).exported(file.name);
  }

  async #history(): Promise<void> {
    await this.session.past.list();
    this.timeline.show();
  }

  async #choose(): Promise<void> {
    const file = this.input.files?.[0];
    this.input.value = "";
    if (!file) return;
    const answer = await this.session.preview(file);
    this.candidate = "code" in answer ? { file, failure: answer } : { file, summary: answer };
    await this.updateComplete;
    showDialog(this.importDialog, "import-cancel");
  }

  async #import(): Promise<void> {
    const file = this.candidate?.file;
    this.importDialog.close();
    if (file) await this.session.import(file);
  }

  async #startOver(level?: Level): Promise<void> {
    this.overDialog.close();
    await this.session.startOver(level);
  }

  async #erase(): Promise<void> {
    this.overDialog.close();
    await this.session.eraseAll();
    if (this.session.failure) return;
    forgetChoices();
    await forgetFiles();
    this.said = t(this).erased;
  }

  static override styles = [
    shared,
    dialog,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: var(--space-2);
      }
      .saved {
        margin-right: var(--space-2);
        font-size: var(--text-s);
        color: var(--muted);
        white-space: nowrap;
      }
      .levels,
      .new-key {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
        margin-top: var(--space-3);
        font-size: var(--text-s);
      }
      .new-key input {
        flex: 1;
        min-width: 8em;
        min-height: 34px;
        padding: 0 var(--space-3);
        font: inherit;
        color: var(--ink);
        background: var(--ground);
        border: 1px solid var(--control);
        border-radius: 8px;
      }
      .more {
        margin-top: var(--space-3);
        color: var(--muted);
        font-size: var(--text-s);
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: var(--space-1) var(--space-4);
        margin-bottom: var(--space-3);
        font-size: var(--text-s);
      }
      dt {
        color: var(--muted);
      }
      dd {
        overflow-wrap: anywhere;
      }
      .reason {
        margin-bottom: var(--space-2);
        padding-left: var(--space-3);
        border-left: 3px solid var(--danger);
      }
      @container (max-width: 1023px) {
        :host {
          flex-wrap: wrap;
        }
        .saved {
          flex-basis: 100%;
        }
      }
    `,
  ];
}
