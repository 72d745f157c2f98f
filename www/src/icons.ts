import { html } from "lit";

/** A cross: takes something away. It has the size of the text beside it. */
export const cross = html`<svg viewBox="0 0 16 16" width="14" aria-hidden="true"><path d="m4 4 8 8m0-8-8 8" /></svg>`;
