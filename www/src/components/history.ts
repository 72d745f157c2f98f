import { LitElement, css, html, nothing, svg } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { download } from "../download";
import { ago, bytes, number } from "../format";
import { Localised, t } from "../i18n";
import { LEVELS, type Level, type Version } from "../protocol";
import type { Session } from "../session";
import { showDialog } from "../dialog";
import { shared } from "../styles/shared";
import "./compare";

/** What the memory was at other times: a timeline to look at, to mark, and to go back in. */
@customElement("nm-history")
export class History extends LitElement {
  @property({ attribute: false }) session!: Session;
  /** Moves when the session changed in place. */
  @property({ attribute: false }) revision = 0;
  /** The version whose name is being written. */
  @state() private naming: number | null = null;
  @query("dialog") private dialog!: HTMLDialogElement;

  constructor() {
    super();
    new Localised(this);
  }

  show(): void {
    this.naming = null;
    showDialog(this.dialog, "history-close");
  }

  override render() {
    const words = t(this);
    const { versions, compared } = this.session.past;
    const kept = versions.filter((version) => version.bytes > 0);
    const size = kept.reduce((sum, version) => sum + version.bytes, 0);
    return html`
      <dialog aria-labelledby="title" data-testid="history-dialog">
        <header>
          <h2 id="title">${compared ? words.compareTitle : words.historyTitle}</h2>
          ${compared ? html`<button data-testid="compare-back" @click=${() => this.session.past.list()}>${words.compareBack}</button>` : nothing}
          <button data-testid="history-close" @click=${() => this.dialog.close()}>${words.close}</button>
        </header>
        ${compared ? nothing : html`<p class="intro">${words.historyIntro}</p>`}
        ${
          compared
            ? html`<nm-compare data-testid="compare" .compared=${compared.result} .names=${compared.versions.map((version) => this.#nameOf(version))}></nm-compare>`
            : versions.length
              ? html`<ol data-testid="versions">${repeat(
                  versions,
                  (version) => version.id,
                  (version) => this.#renderVersion(version, this.#largest()),
                )}</ol>`
              : html`<p data-testid="no-versions">${words.historyEmpty}</p>`
        }
        <footer>
          <p>
            <span class="numbers">${words.historySize(kept.length, bytes(size), bytes(this.session.memory?.historyBudget ?? 0))}</span>
            <span>${this.#promise()}</span>
            <span role="status" data-testid="verified">${this.#verified()}</span>
          </p>
          <button data-testid="verify-ledger" ?disabled=${!versions.length} @click=${() => this.session.past.verify()}>
            ${words.verifyLedger}
          </button>
          <button data-testid="ledger" title=${words.ledgerHint} ?disabled=${!versions.length} @click=${this.#ledger}>
            ${words.ledger}
          </button>
        </footer>
      </dialog>
    `;
  }

  /** The longest that each level ever was: bars are relative to it. */
  #largest(): Record<Level, number> {
    const most = (level: Level) => Math.max(...this.session.past.versions.map((version) => version.norms?.[level] ?? 0), 1e-9);
    return { fast: most("fast"), mid: most("mid"), slow: most("slow") };
  }

  #renderVersion(version: Version, largest: Record<Level, number>) {
    const words = t(this);
    const { id, name, pinned, current, remembered } = version;
    const gone = version.bytes === 0;
    const what = words.versionReason[version.reason] ?? version.reason;
    const when = ago(version.at, Date.now(), words) ?? words.justNow;
    const busy = !this.session.canChange;
    const lasts = !gone && !version.damaged;
    return html`
      <li
        class="${current ? "current" : ""} ${remembered ? "" : "left"}"
        aria-current=${current ? "true" : nothing}
        data-testid="version"
        data-reason=${version.reason}
      >
        <div class="what">
          <p class="name">${name ? html`<strong>${name}</strong> · ` : nothing}${what}${current ? html` <em>${words.versionNow}</em>` : nothing}</p>
          <p class="when numbers">
            <time datetime=${new Date(version.at).toISOString()} title=${new Date(version.at).toLocaleString()}>${when}</time>
            · ${words.versionTokens(version.tokens)}${remembered ? nothing : html` · ${words.versionLeft}`}${version.forgotten ? html` · ${words.versionForgotten}` : gone ? html` · ${words.versionGone}` : nothing}${version.damaged ? html` · <b>${words.versionDamaged}</b>` : nothing}
          </p>
        </div>
        ${version.norms ? this.#renderNorms(version.norms, largest) : html`<span></span>`}
        <div class="buttons">
          ${
            this.naming === id
              ? html`<form @submit=${(event: SubmitEvent) => this.#name(event, version)}>
                  <input data-testid="version-name" maxlength="60" aria-label=${words.versionName} .value=${name ?? ""} />
                  <button data-testid="version-name-ok">${words.ok}</button>
                </form>`
              : html`<button data-testid="name-version" ?disabled=${busy} @click=${() => this.#beginNaming(id)}>${words.nameVersion}</button>`
          }
          <button
            data-testid="pin-version"
            aria-pressed=${pinned}
            title=${words.pinHint}
            ?disabled=${busy || gone}
            @click=${() => this.session.past.mark(id, { name, pinned: !pinned })}
          >
            ${pinned ? words.pinned : words.pin}
          </button>
          ${
            version.damaged
              ? html`<button data-testid="download-version" @click=${() => this.#download(id)}>${words.versionDownload}</button>`
              : html`<button
                data-testid="compare-version"
                title=${words.compareHint}
                ?disabled=${!this.session.canSay || !lasts || current}
                @click=${() => this.session.past.compare(version)}
              >
                ${words.compare}
              </button>`
          }
          <button
            data-testid="rewind"
            aria-label=${words.rewindLabel(name ?? what, when)}
            ?disabled=${busy || !lasts || current}
            @click=${() => this.session.past.rewind(id)}
          >
            ${words.rewind}
          </button>
        </div>
      </li>
    `;
  }

  #renderNorms(norms: Record<Level, number>, largest: Record<Level, number>) {
    const words = t(this);
    const said = LEVELS.map((level) => `${words.level[level]} ${number(norms[level])}`).join(", ");
    return html`
      <svg class="norms" viewBox="0 0 72 21" role="img" aria-label=${words.versionNorms(said)}>
        <title>${words.versionNorms(said)}</title>
        ${LEVELS.map((level, row) => {
          // The policy of the page forbids styles in attributes.
          const width = 4 + (68 * norms[level]) / largest[level];
          return svg`<rect class=${level} y=${8 * row} width=${width} height="5" rx="2.5"></rect>`;
        })}
      </svg>
    `;
  }

  async #beginNaming(id: number): Promise<void> {
    this.naming = id;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLInputElement>("form input")?.focus();
  }

  async #name(event: SubmitEvent, version: Version): Promise<void> {
    event.preventDefault();
    const name = this.renderRoot.querySelector<HTMLInputElement>("form input")?.value.trim() || null;
    this.naming = null;
    // Who gives a version a name wants to find it again.
    await this.session.past.mark(version.id, { name, pinned: version.pinned || (name !== null && version.bytes > 0) });
  }

  async #ledger(): Promise<void> {
    const file = await this.session.past.ledger();
    if (file) download(file);
  }

  async #download(version: number): Promise<void> {
    const file = await this.session.past.kept(version);
    if (file) download(file);
  }

  /** What a version is called, and when it was. */
  #nameOf(version: Version): string {
    const words = t(this);
    const what = version.name ?? words.versionReason[version.reason] ?? version.reason;
    return `${what} (${version.current ? words.versionNow : (ago(version.at, Date.now(), words) ?? words.justNow)})`;
  }

  #verified() {
    const { verified } = this.session.past;
    if (!verified) return "";
    return verified.doubt === null ? `✓ ${t(this).ledgerWhole(verified.lines)}` : `✗ ${t(this).ledgerDoubt} ${verified.doubt}`;
  }

  /** Whether the browser has promised to keep all this. */
  #promise(): string {
    const { persisted } = this.session;
    return persisted === null ? "" : persisted ? t(this).persisted : t(this).notPersisted;
  }

  static override styles = [
    shared,
    css`
      dialog {
        width: min(720px, calc(100vw - 32px));
        max-height: min(760px, calc(100dvh - 32px));
        padding: var(--space-5);
        color: var(--ink);
        background: var(--surface);
        border: 1px solid var(--hairline);
        border-radius: 14px;
        box-shadow: 0 24px 80px rgb(0 0 0 / 0.25);
      }
      dialog[open] {
        display: flex;
        flex-direction: column;
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 0.35);
      }
      header,
      footer {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-3);
      }
      h2 {
        font-size: var(--text-l);
        font-weight: 600;
      }
      .intro {
        margin-block: var(--space-2) var(--space-4);
        color: var(--muted);
        font-size: var(--text-s);
      }
      ol {
        flex: 1;
        overflow-y: auto;
        list-style: none;
        border-block: 1px solid var(--hairline);
      }
      li {
        position: relative;
        display: grid;
        grid-template-columns: minmax(0, 1fr) 72px auto;
        align-items: center;
        gap: var(--space-3);
        padding: var(--space-2) 2px var(--space-2) var(--space-5);
      }
      li::before,
      li::after {
        content: "";
        position: absolute;
      }
      li::before {
        left: 9px;
        top: 0;
        bottom: 0;
        width: 2px;
        background: var(--hairline);
      }
      li::after {
        left: 5px;
        top: 50%;
        width: 10px;
        height: 10px;
        margin-top: -5px;
        border: 2px solid var(--muted);
        border-radius: 50%;
        background: var(--surface);
      }
      li.current::after {
        border-color: var(--ink);
        background: var(--ink);
      }
      li.left .what,
      li.left .norms {
        opacity: 0.65;
      }
      li.left::after {
        border-style: dashed;
      }
      .name em {
        padding: 1px 6px;
        font-size: var(--text-s);
        font-style: normal;
        border: 1px solid var(--ink);
        border-radius: 99px;
      }
      .when,
      footer {
        font-size: var(--text-s);
        color: var(--muted);
      }
      footer {
        margin-top: var(--space-4);
      }
      footer span {
        display: block;
      }
      .norms {
        width: 72px;
      }
      .norms .fast {
        fill: var(--fast);
      }
      .norms .mid {
        fill: var(--mid);
      }
      .norms .slow {
        fill: var(--slow);
      }
      .buttons,
      form {
        display: flex;
        gap: var(--space-1);
      }
      form input {
        width: 130px;
        padding: 0 var(--space-2);
        font: inherit;
        font-size: var(--text-s);
        color: inherit;
        background: var(--ground);
        border: 1px solid var(--hairline);
        border-radius: 8px;
      }
      button[aria-pressed="true"] {
        border-color: var(--ink);
      }
      @media (max-width: 640px) {
        li {
          grid-template-columns: minmax(0, 1fr) 72px;
        }
        .buttons {
          grid-column: 1 / -1;
          flex-wrap: wrap;
        }
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    "nm-history": History;
  }
}
