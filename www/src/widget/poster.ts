import { css, html, nothing, svg } from "lit";
import { stroked } from "../styles/shared";

/** What a poster says: a sentence, and what its button does. */
export interface Poster {
  title: string;
  text: string;
  /** null: it opens by itself. */
  button: string | null;
}

/** Three rhythms, as in the page's mark. */
const RHYTHMS = [
  ["fast", "M2 16h10l5-12 9 24 5-12h10l5-12 9 24 5-12h10l5-12 9 24 5-12h10l5-12 9 24 5-12h10l5-12 9 24 5-12h10"],
  ["mid", "M2 44h42l6-13 9 26 6-13h48l6-13 9 26 6-13h34"],
  ["slow", "M2 72h120l7-14 9 28 6-14h24"],
] as const;

/** What is shown before the memory is opened, or while it rests: nothing heavy. */
export function renderPoster({ title, text, button }: Poster, press: () => void) {
  return html`<div class="poster" part="poster" data-testid="poster">
    <slot name="poster">
      <svg viewBox="0 0 170 90" width="170" aria-hidden="true">
        ${RHYTHMS.map(([level, line]) => svg`<path class=${level} d=${line} />`)}
      </svg>
      <h2>${title}</h2>
      <p>${text}</p>
    </slot>
    ${button ? html`<button class="primary" part="button" data-testid="start" @click=${press}>${button}</button>` : nothing}
  </div>`;
}

export const posterStyles = [
  stroked,
  css`
    .poster {
      flex: 1;
      display: flex;
      flex-direction: column;
      align-items: center;
      justify-content: center;
      gap: var(--space-3);
      padding: var(--space-5);
      text-align: center;
    }
    .poster h2 {
      font-size: var(--text-l);
      font-weight: 600;
    }
    .poster p {
      max-width: 26rem;
      color: var(--muted);
      text-wrap: balance;
    }
    .poster path.fast {
      stroke: var(--fast);
    }
    .poster path.mid {
      stroke: var(--mid);
    }
    .poster path.slow {
      stroke: var(--slow);
    }
  `,
];
