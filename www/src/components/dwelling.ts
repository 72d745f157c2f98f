import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { Localised, t } from "../i18n";
import type { Dwelt } from "../protocol";
import { shared } from "../styles/shared";

/** As many topics as fit into a line or two. */
const SHOWN = 4;

/** What a person comes back to: the topics that a memory counts and nobody told it, the slowest thing in it. */
@customElement("nm-dwelling")
export class DwellingRow extends LitElement {
  @property({ attribute: false }) topics: Dwelt[] = [];

  constructor() {
    super();
    new Localised(this);
  }

  override render() {
    const words = t(this);
    const shown = this.topics.slice(0, SHOWN);
    const most = shown[0]?.often ?? 1;
    if (shown.length === 0) return nothing;
    return html`
      <section data-testid="dwelling" aria-label=${words.dwellingTitle}>
        <h3>${words.dwellingTitle}</h3>
        <p>${words.dwellingIntro}</p>
        <ul>
          ${shown.map(
            ({ topic, often }) => html`<li>
              <span class="topic">${topic}</span>
              <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                <rect class="track" width="100" height="6"></rect>
                <rect class="dwelt" width=${(100 * often) / most} height="6"></rect>
              </svg>
              <span class="often">${words.dwellingOften(often.toFixed(1))}</span>
            </li>`,
          )}
        </ul>
      </section>
    `;
  }

  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      section {
        margin-top: var(--space-4);
        padding-left: var(--space-3);
        border-left: 3px dotted var(--slow);
      }
      h3 {
        font-size: var(--text-m);
        font-weight: 600;
      }
      p,
      .often {
        font-size: var(--text-s);
        color: var(--muted);
      }
      ul {
        display: grid;
        grid-template-columns: fit-content(40%) minmax(40px, 240px) max-content;
        gap: 2px var(--space-3);
        margin-top: var(--space-2);
        list-style: none;
      }
      li {
        display: contents;
      }
      .topic {
        font-size: var(--text-s);
        overflow-wrap: anywhere;
      }
      .bar {
        align-self: center;
        width: 100%;
        height: 6px;
        border-radius: 3px;
      }
      .track {
        fill: var(--sunken);
      }
      .dwelt {
        fill: var(--slow);
      }

      @container (max-width: 560px) {
        section {
          margin-top: var(--space-2);
        }
        p {
          display: none;
        }
      }
    `,
  ];
}
