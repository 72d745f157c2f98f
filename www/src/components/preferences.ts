import { LitElement, css, html } from "lit";
import { customElement } from "lit/decorators.js";
import { language, Localised, nextLanguage, sentences, setLanguage, t } from "../i18n";
import { remember, setTheme, theme, themeChanges } from "../settings";
import { shared } from "../styles/shared";

/** The language and the theme of the page. */
@customElement("nm-preferences")
export class Preferences extends LitElement {
  #redraw = () => this.requestUpdate();

  constructor() {
    super();
    new Localised(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    themeChanges.addEventListener("change", this.#redraw);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    themeChanges.removeEventListener("change", this.#redraw);
  }

  override render() {
    const words = t(this);
    const next = sentences(nextLanguage(language(this)));
    const label = theme() === "dark" ? words.switchToLight : words.switchToDark;
    return html`
      <button
        class="quiet icon"
        data-testid="language"
        lang=${next.tag}
        aria-label=${next.switchToThisLabel}
        title=${next.switchToThisLabel}
        @click=${this.#switchLanguage}
      >
        ${next.switchToThis}
      </button>
      <button class="quiet icon" data-testid="theme" aria-label=${label} title=${label} @click=${this.#switchTheme}>
        <svg viewBox="0 0 16 16" width="16" aria-hidden="true">
          <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.5" />
          <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
        </svg>
      </button>
    `;
  }

  #switchLanguage(): void {
    const next = nextLanguage(language(this));
    remember("language", next);
    setLanguage(next);
  }

  #switchTheme(): void {
    const next = theme() === "dark" ? "light" : "dark";
    remember("theme", next);
    setTheme(next);
  }

  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: var(--space-1);
      }
    `,
  ];
}
