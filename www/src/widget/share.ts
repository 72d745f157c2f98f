import { LitElement, css, html } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { Localised, language, t } from "../i18n";
import { ALL_PARTS, PARTS, type Part, type Parts } from "../parts";
import { showDialog } from "../dialog";
import { dialog, field, shared } from "../styles/shared";
import { listParts, readView, writeView } from "./view-state";

/** What a view can be shared as. */
const FORMS = ["link", "iframe", "element"] as const;
type Form = (typeof FORMS)[number];
/** Of the address, what a view takes along. Nothing that was said is ever in an address. */
const TAKEN = ["lesson", "step", "device", "seed", "temperature", "theme"];

/** The codes of a view. */
export function codesOf(view: URLSearchParams, home: string): Record<Form, string> {
  const hash = writeView(view);
  const attributes = [...view].map(
    ([name, value]) => ` ${name}="${escaped(name === "panels" ? value.replaceAll(",", " ") : value)}"`,
  );
  return {
    link: new URL(hash, home).href,
    iframe: `<iframe src="${escaped(new URL(`embed.html${hash}`, home).href)}" title="Nested Memory" width="100%" height="700" loading="lazy"></iframe>`,
    element: `<script type="module" src="${escaped(new URL("nested-memory.js", home).href)}"></script>\n<nested-memory${attributes.join("")}></nested-memory>`,
  };
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

/** Makes a link, a frame and an element of what the page shows now. */
@customElement("nm-share")
export class Share extends LitElement {
  @property({ attribute: false }) parts: Parts = ALL_PARTS;
  @state() private withKey = true;
  @state() private said = "";
  @query("dialog") private dialog!: HTMLDialogElement;

  constructor() {
    super();
    new Localised(this);
  }

  /** Opens the dialogue; closed, the element takes itself away. */
  async show(): Promise<void> {
    await this.updateComplete;
    showDialog(this.dialog, "share-close");
  }

  override render() {
    const words = t(this).share;
    const key = readView(location.search, location.hash).get("key");
    const codes = codesOf(this.#view(), location.href.replace(/[?#].*$/, ""));
    const shows = this.parts.has("chat") || this.parts.has("levels");
    return html`<dialog aria-labelledby="title" data-testid="share-dialog" @close=${() => this.remove()}>
      <h2 id="title">${words.open}</h2>
      <p>${words.intro}</p>
      <fieldset>
        <legend>${words.parts}</legend>
        ${PARTS.map((part) => this.#renderBox(words.part[part], `share-${part}`, this.parts.has(part), () => this.#toggle(part)))}
      </fieldset>
      ${key ? this.#renderBox(words.key(key), "share-key", this.withKey, () => (this.withKey = !this.withKey)) : ""}
      ${shows ? FORMS.map((form) => this.#renderForm(form, codes[form])) : html`<p role="status">${words.nothing}</p>`}
      <p class="copied" role="status">${this.said}</p>
      <div class="buttons">
        <button data-testid="share-close" @click=${() => this.dialog.close()}>${t(this).close}</button>
      </div>
    </dialog>`;
  }

  #renderBox(label: string, id: string, checked: boolean, toggle: () => void) {
    return html`<label class="box"><input type="checkbox" data-testid=${id} .checked=${checked} @change=${toggle} />${label}</label>`;
  }

  #renderForm(form: Form, code: string) {
    const words = t(this).share;
    return html`<div class="form">
      <label for=${form}>${words[form]}</label>
      <textarea id=${form} readonly rows=${form === "link" ? 2 : 3} data-testid="share-${form}" .value=${code}></textarea>
      <button data-testid="copy-${form}" aria-label="${words.copy}: ${words[form]}" @click=${() => this.#copy(form, code)}>${words.copy}</button>
    </div>`;
  }

  #view(): URLSearchParams {
    const now = readView(location.search, location.hash);
    const view = new URLSearchParams();
    if (now.has("key") && this.withKey) view.set("key", now.get("key")!);
    view.set("lang", language(this));
    for (const name of TAKEN) if (now.has(name)) view.set(name, now.get(name)!);
    if (this.parts.size < ALL_PARTS.size) view.set("panels", listParts(this.parts, ","));
    return view;
  }

  #toggle(part: Part): void {
    const parts = new Set(this.parts);
    if (!parts.delete(part)) parts.add(part);
    this.parts = parts;
  }

  async #copy(form: Form, code: string): Promise<void> {
    const words = t(this).share;
    try {
      await navigator.clipboard.writeText(code);
      this.said = words.copied(words[form]);
    } catch {
      this.renderRoot.querySelector<HTMLTextAreaElement>(`#${form}`)!.select();
      this.said = words.notCopied;
    }
  }

  static override styles = [
    shared,
    dialog,
    field,
    css`
      dialog {
        width: min(560px, calc(100vw - 32px));
        white-space: normal;
      }
      fieldset {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(200px, 1fr));
        margin: var(--space-4) 0 var(--space-2);
        padding: 0;
        border: 0;
      }
      legend,
      .form label {
        padding: 0;
        font-size: var(--text-s);
        font-weight: 600;
      }
      .box {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        min-height: 30px;
        font-size: var(--text-s);
      }
      .box input {
        min-height: 0;
        width: 18px;
        height: 18px;
        margin: 0;
        accent-color: var(--ink);
      }
      .form {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: var(--space-1) var(--space-2);
        align-items: center;
        margin-top: var(--space-3);
      }
      .form label {
        grid-column: 1 / -1;
      }
      textarea {
        padding: var(--space-2);
        font: 400 var(--text-xs) / 1.5 var(--mono);
        color: var(--ink);
        background: var(--sunken);
        border: 1px solid var(--hairline);
        border-radius: 8px;
        resize: none;
      }
      .copied {
        min-height: 1.5em;
        margin-top: var(--space-2);
        font-size: var(--text-s);
        color: var(--muted);
      }
      dialog .buttons {
        margin-top: var(--space-2);
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    "nm-share": Share;
  }
}
