import { css } from "lit";

/** The bar of the page, and the list of lessons. */
export const pageStyle = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 100dvh;
    background: var(--ground);
  }
  header {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    min-height: 56px;
    padding: 0 var(--space-5);
    border-bottom: 1px solid var(--hairline);
  }
  .home {
    display: flex;
    align-items: center;
    gap: 10px;
    font-weight: 600;
    letter-spacing: -0.01em;
    color: inherit;
    text-decoration: none;
    white-space: nowrap;
  }
  .home path {
    fill: none;
    stroke-width: 1.5;
    stroke-linejoin: round;
    stroke-linecap: round;
  }
  .fast {
    stroke: var(--fast);
  }
  .mid {
    stroke: var(--mid);
  }
  .slow {
    stroke: var(--slow);
  }
  nav {
    flex: 1;
    display: flex;
    justify-content: flex-end;
    gap: var(--space-2);
  }
  .button {
    text-decoration: none;
  }
  main {
    flex: 1;
    min-height: 0;
  }
  .list {
    width: min(720px, 100%);
    margin-inline: auto;
    padding: var(--space-7) var(--space-5);
  }
  h1 {
    font-size: 2rem;
    font-weight: 600;
    line-height: 1.15;
    letter-spacing: -0.02em;
  }
  .tagline {
    margin: var(--space-2) 0 var(--space-6);
    font-size: var(--text-l);
    line-height: 1.4;
    color: var(--muted);
    text-wrap: pretty;
  }
  ol {
    list-style: none;
    border-top: 1px solid var(--hairline);
  }
  ol a {
    display: grid;
    grid-template-columns: 2em minmax(0, 1fr) auto;
    align-items: baseline;
    gap: var(--space-2);
    padding: var(--space-4) var(--space-2);
    color: inherit;
    text-decoration: none;
    border-bottom: 1px solid var(--hairline);
  }
  ol a:hover {
    background: var(--sunken);
  }
  .number {
    font-size: var(--text-l);
    color: var(--muted);
  }
  .what b {
    display: block;
    font-size: var(--text-l);
    font-weight: 600;
  }
  .what span,
  .minutes {
    font-size: var(--text-s);
    color: var(--muted);
    text-wrap: pretty;
  }
  .own {
    margin-top: var(--space-7);
    font-size: var(--text-s);
    color: var(--muted);
  }
  .own h2 {
    margin-bottom: var(--space-1);
    font-size: var(--text-m);
    font-weight: 600;
    color: var(--ink);
  }
  .own a {
    color: inherit;
  }
  .ways,
  .ways form {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
  }
  .ways {
    margin-top: var(--space-3);
  }
  .ways label {
    position: relative;
  }
  .ways label:focus-within {
    outline: 2px solid var(--ink);
    outline-offset: 2px;
  }
  input[type="file"] {
    position: absolute;
    inset: 0;
    width: 100%;
    opacity: 0;
    cursor: pointer;
  }
  .ways form {
    flex: 1;
  }
  .ways form input {
    flex: 1;
    min-width: 180px;
  }
  @media (min-width: 1101px) {
    /* The bar and its line are 57 pixels high. */
    .lesson {
      flex: none;
      height: calc(100dvh - 57px);
    }
    .lesson nm-lesson-stage {
      height: 100%;
    }
  }
  @media (max-width: 760px) {
    header {
      min-height: 52px;
      padding: 0 var(--space-4);
    }
    .wide {
      display: none;
    }
    .inside {
      font-size: 0;
      gap: 0;
    }
    .list {
      padding: var(--space-5) var(--space-4);
    }
  }
  @media print {
    header {
      display: none;
    }
  }
`;
