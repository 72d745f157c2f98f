import { css } from "lit";

/** The lesson's text beside what it shows; below it where there is little room. */
export const stageStyle = css`
  :host {
    position: relative;
    display: block;
    min-height: 0;
    min-width: 0;
  }
  .frame {
    height: 100%;
    container-type: inline-size;
  }
  .stage {
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(320px, 5fr) minmax(0, 12fr);
    height: 100%;
    max-width: 1680px;
    margin-inline: auto;
  }
  .reading {
    display: flex;
    flex-direction: column;
    min-height: 0;
    border-right: 1px solid var(--hairline);
  }
  .column {
    /* Text for screen readers alone lies in its own place: else it would make the page longer. */
    position: relative;
    flex: 1;
    min-height: 0;
    padding: var(--space-5);
    overflow-y: auto;
  }
  .column:focus-visible {
    outline-offset: -3px;
  }
  .scene {
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(320px, 9fr) minmax(0, 10fr);
    min-height: 0;
  }
  .side {
    display: flex;
    flex-direction: column;
    min-height: 0;
    border-left: 1px solid var(--hairline);
  }
  .history {
    align-self: flex-start;
    margin: var(--space-4) var(--space-5) 0;
  }
  nm-levels-pane {
    flex: 1;
    min-height: 0;
    padding: var(--space-4) var(--space-5);
    overflow-y: auto;
  }
  .comparison {
    min-width: 0;
    min-height: 0;
    padding: var(--space-6);
    overflow-y: auto;
  }
  .comparison h2 {
    margin-bottom: var(--space-4);
    font-size: var(--text-l);
    font-weight: 600;
  }
  .controls {
    display: grid;
    gap: var(--space-2);
    padding: var(--space-3) var(--space-5) var(--space-4);
    border-top: 1px solid var(--hairline);
  }
  .how {
    display: flex;
    align-items: baseline;
    gap: var(--space-2);
    font-size: var(--text-xs);
    color: var(--muted);
  }
  .dot {
    flex: none;
    width: 8px;
    height: 8px;
    border: 2px solid var(--muted);
    border-radius: 50%;
  }
  .how[data-mode="live"] .dot {
    background: var(--mid);
    border-color: var(--mid);
  }
  .how[data-mode="recorded"] {
    padding: 3px var(--space-3);
    font-weight: 600;
    color: var(--ink);
    border: 1px dashed var(--control);
    border-radius: 8px;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2);
  }
  .primary {
    min-height: 40px;
    padding-inline: var(--space-4);
  }
  .primary[aria-disabled="true"] {
    opacity: 0.75;
    cursor: default;
  }
  kbd {
    padding: 2px 6px;
    font: 500 var(--text-xs) / 1.2 var(--font);
    border: 1px solid currentColor;
    border-radius: 5px;
    opacity: 0.8;
  }
  .place {
    flex: none;
    margin-left: auto;
    padding-left: var(--space-3);
    font-weight: 400;
    color: var(--muted);
  }
  .keys {
    font-size: var(--text-xs);
    color: var(--muted);
  }
  .done {
    font-size: var(--text-s);
  }
  .problem,
  .failure {
    padding: var(--space-3);
    font-size: var(--text-s);
    background: var(--danger-ground);
    border-left: 3px solid var(--danger);
  }
  .failure {
    display: grid;
    gap: var(--space-2);
    max-width: 640px;
    margin: var(--space-6) auto;
    font-size: var(--text-m);
  }
  .failure dl {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 2px var(--space-3);
  }
  .failure dt {
    color: var(--muted);
  }
  .failure .detail {
    overflow-wrap: anywhere;
  }
  .loading {
    padding: var(--space-6);
    color: var(--muted);
  }
  @container (max-width: 1100px) {
    .stage {
      display: block;
      height: auto;
      max-width: 640px;
    }
    .reading {
      border-right: 0;
    }
    .column {
      flex: none;
      max-height: 58dvh;
      padding: var(--space-4);
    }
    .controls {
      padding: var(--space-3) var(--space-4);
      border-bottom: 1px solid var(--hairline);
    }
    .keys {
      display: none;
    }
    .scene {
      display: flex;
      flex-direction: column-reverse;
    }
    .side {
      border-left: 0;
    }
    nm-levels-pane {
      flex: none;
      padding: var(--space-3) var(--space-4);
      overflow: visible;
    }
    nm-chat {
      height: min(640px, 86dvh);
      border-top: 1px solid var(--hairline);
    }
    .comparison {
      padding: var(--space-4);
    }
  }
  @media print {
    .frame {
      container-type: normal;
    }
    .frame,
    .stage,
    .reading,
    .column {
      display: block;
      height: auto;
      max-height: none;
      overflow: visible;
      border: 0;
    }
    .scene,
    .comparison,
    .controls {
      display: none;
    }
  }
`;
