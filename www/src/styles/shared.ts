import { css } from "lit";

/** What every element of the page shares: box model, focus ring, buttons, text for screen readers only. */
export const shared = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  :host {
    font-family: var(--font);
    font-size: var(--text-m);
    line-height: 1.5;
    color: var(--ink);
  }

  :host([hidden]),
  [hidden] {
    display: none !important;
  }

  h1,
  h2,
  h3,
  p,
  dl,
  dd,
  ol,
  ul {
    margin: 0;
    padding: 0;
    font-weight: inherit;
    font-size: inherit;
  }

  :focus-visible {
    outline: 2px solid var(--ink);
    outline-offset: 2px;
    border-radius: 4px;
  }

  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    min-height: 34px;
    padding: 0 var(--space-3);
    font: 500 var(--text-s) / 1 var(--font);
    color: var(--ink);
    white-space: nowrap;
    background: transparent;
    border: 1px solid var(--hairline);
    border-radius: 8px;
    cursor: pointer;
  }

  button:hover:not(:disabled),
  .button:hover {
    background: var(--sunken);
    border-color: var(--control);
  }

  button:disabled {
    color: var(--faint);
    cursor: default;
  }

  button.primary {
    color: var(--ground);
    background: var(--ink);
    border-color: var(--ink);
  }

  button.primary:hover:not(:disabled) {
    color: var(--ground);
    background: color-mix(in oklab, var(--ink) 85%, var(--ground));
  }

  button.primary:disabled {
    color: var(--faint);
    background: var(--sunken);
    border-color: var(--sunken);
  }

  button.danger {
    color: var(--danger);
    border-color: currentColor;
  }

  button.quiet {
    border-color: transparent;
    color: var(--muted);
  }

  button.icon {
    flex: none;
    width: 34px;
    padding: 0;
  }

  .hidden-text {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  .numbers {
    font-variant-numeric: tabular-nums;
  }

  @media (pointer: coarse) {
    button,
    .button {
      min-height: 40px;
    }
    button.icon {
      width: 40px;
    }
  }
`;

/** A `details` whose summary has a chevron that turns. */
export const disclosure = css`
  summary {
    display: flex;
    min-height: 24px;
    align-items: center;
    cursor: pointer;
    list-style: none;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  summary::before {
    content: "";
    width: 5px;
    height: 5px;
    flex: none;
    margin: 0 var(--space-2) 0 3px;
    border: solid currentColor;
    border-width: 0 1.5px 1.5px 0;
    transform: rotate(-45deg);
  }
  details[open] summary::before {
    transform: rotate(45deg);
  }
`;

/** Gives `--level` the colour of the host's level. */
export const levelColour = css`
  :host([level="fast"]) {
    --level: var(--fast);
  }
  :host([level="mid"]) {
    --level: var(--mid);
  }
  :host([level="slow"]) {
    --level: var(--slow);
  }
`;

/** A dialog with a title, a text and its buttons. */
export const dialog = css`
  dialog {
    width: min(440px, calc(100vw - 32px));
    padding: var(--space-5);
    font-size: var(--text-m);
    color: var(--ink);
    background: var(--surface);
    border: 1px solid var(--hairline);
    border-radius: 14px;
    box-shadow: 0 24px 80px rgb(0 0 0 / 0.25);
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 0.35);
  }
  dialog h2 {
    margin-bottom: var(--space-3);
    font-size: var(--text-l);
    font-weight: 600;
    line-height: 1.3;
  }
  dialog .buttons {
    display: flex;
    justify-content: flex-end;
    flex-wrap: wrap;
    gap: var(--space-2);
    margin-top: var(--space-5);
  }
`;

/** A field of one line. */
export const field = css`
  input {
    min-height: 34px;
    padding: 0 var(--space-3);
    font: 400 var(--text-s) / 1.4 var(--font);
    color: var(--ink);
    background: var(--surface);
    border: 1px solid var(--control);
    border-radius: 8px;
  }
`;

/** Small pictures made of lines. */
export const stroked = css`
  path {
    fill: none;
    stroke: currentColor;
    stroke-width: 1.6;
    stroke-linecap: round;
  }
`;

/** Rows with a line above each. */
export const table = css`
  table {
    width: 100%;
    font-size: var(--text-s);
    border-collapse: collapse;
  }
  th,
  td {
    padding: 6px var(--space-3) 6px 0;
    text-align: left;
    vertical-align: baseline;
    font-weight: 400;
    border-top: 1px solid var(--hairline);
  }
`;
