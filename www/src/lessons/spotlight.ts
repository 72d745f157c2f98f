import { LitElement, css, html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { shared } from "../styles/shared";

export interface Target {
  /** What is ringed. */
  element: Element;
  /** What scrolls or cuts it off: the ring is not drawn outside of it. */
  within: Element;
  caption: string;
}

/** So far outside of what it is about a ring lies; inside, where that fills its place. */
const AWAY = 4;
/** Up to this width, in pixels, a name on the ring would hide what it is about. */
const SMALL = 160;

/** Rings around parts of the page, each with its name. The names are in the text too: this is for the eye alone. */
@customElement("nm-spotlight")
export class Spotlight extends LitElement {
  @property({ attribute: false }) targets: readonly Target[] = [];
  #place = () => this.place();
  #sizes = new ResizeObserver(this.#place);

  override connectedCallback(): void {
    super.connectedCallback();
    this.ariaHidden = "true";
    addEventListener("resize", this.#place);
    // What scrolls lies beside this element, or is the page itself.
    this.getRootNode().addEventListener("scroll", this.#place, true);
    document.addEventListener("scroll", this.#place, true);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes.disconnect();
    removeEventListener("resize", this.#place);
    this.getRootNode().removeEventListener("scroll", this.#place, true);
    document.removeEventListener("scroll", this.#place, true);
  }

  override render() {
    return repeat(
      this.targets,
      ({ element }) => element,
      ({ caption }) => html`<div class="ring"><span>${caption}</span></div>`,
    );
  }

  override updated(): void {
    this.#sizes.disconnect();
    for (const { element, within } of this.targets) {
      this.#sizes.observe(element);
      this.#sizes.observe(within);
    }
    this.place();
  }

  /** Puts every ring where its target is now. */
  place(): void {
    const rings = this.renderRoot.querySelectorAll<HTMLElement>(".ring");
    for (const [index, { element, within }] of this.targets.entries()) {
      const ring = rings[index];
      if (!ring) continue;
      const box = element.getBoundingClientRect();
      const room = within.getBoundingClientRect();
      const top = Math.max(box.top, room.top);
      const bottom = Math.min(box.bottom, room.bottom);
      ring.hidden = bottom - top < Math.min(24, box.height / 2) || box.width === 0;
      const away = element === within ? -3 * AWAY : AWAY;
      const place = { left: box.left - away, top: top - away, width: box.width + 2 * away, height: bottom - top + 2 * away };
      const beside = place.width < SMALL && place.left + place.width + SMALL < innerWidth;
      ring.classList.toggle("beside", beside);
      for (const [name, value] of Object.entries(place)) ring.style.setProperty(name, `${value}px`);
    }
  }

  static override styles = [
    shared,
    css`
      .ring {
        position: fixed;
        z-index: 5;
        pointer-events: none;
        border: 2px solid var(--ink);
        border-radius: 12px;
      }
      span {
        position: absolute;
        right: 12px;
        top: -10px;
        padding: 0 var(--space-2);
        font-size: var(--text-xs);
        font-weight: 600;
        line-height: 18px;
        white-space: nowrap;
        color: var(--ground);
        background: var(--ink);
        border-radius: 99px;
      }
      .beside span {
        right: auto;
        left: calc(100% + 6px);
        top: calc(50% - 9px);
      }
      @media print {
        .ring {
          display: none;
        }
      }
    `,
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    "nm-spotlight": Spotlight;
  }
}
