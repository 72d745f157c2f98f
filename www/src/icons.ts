import { html } from "lit";

/** A cross: takes something away. It has the size of the text beside it. */
export const cross = html`<svg viewBox="0 0 16 16" width="14" aria-hidden="true"><path d="m4 4 8 8m0-8-8 8" /></svg>`;

/** The page's sign: three levels, fast to slow. Its lines have the colours of whoever shows it. */
export const logo = html`<svg viewBox="0 0 22 20" width="22" aria-hidden="true">
  <path class="fast" d="M1 3.5h2l1-2.5 2 5 1-2.5h2l1-2.5 2 5 1-2.5h2l1-2.5 2 5 1-2.5h2" />
  <path class="mid" d="M1 10.5h6l1.2-2.7 2 5.2 1.2-2.5H21" />
  <path class="slow" d="M1 17h14l1.3-2.6 1.6 4.6 1-2H21" />
</svg>`;
