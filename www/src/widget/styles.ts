import { css, unsafeCSS } from "lit";
import tokens from "../styles/tokens.css?inline";

/** Colours that stand for something, and that pictures are computed with: the same everywhere. */
const FIXED = /^--(fast|mid|slow|cell-.*|glow)$/;

/** Every token of the page can be set from outside under a name of the element's own, but for the colours of the levels. */
function overridable(block: string): string {
  return block.replace(/(--[\w-]+):\s*([^;]+);/g, (whole, name: string, value: string) =>
    FIXED.test(name) ? whole : `${name}: var(--nested-memory-${name.slice(2)}, ${value.trim()});`,
  );
}

const [light = "", dark = ""] = [...tokens.matchAll(/:root[^{]*\{([^}]*)\}/g)].map(([, block]) => overridable(block!));

/** The page's tokens, for the element alone. */
const themes = unsafeCSS(`
  :host { ${light} }
  @media (prefers-color-scheme: dark) { :host(:not([theme="light"])) { ${dark} } }
  :host([theme="dark"]) { ${dark} }
`);

/** The element's own style sheet. */
export const widgetStyles = css`
  ${themes}
  :host {
    display: block;
    height: 680px;
    container-type: inline-size;
    font: 400 var(--text-m) / 1.5 var(--font);
    color: var(--ink);
    text-align: start;
  }
  :host([hidden]) {
    display: none;
  }
  .frame {
    position: relative;
    display: flex;
    flex-direction: column;
    height: 100%;
    overflow: hidden;
    overflow: clip;
    background: var(--ground);
    border: var(--nested-memory-border, 1px solid var(--hairline));
    border-radius: var(--nested-memory-corner, 12px);
  }
  .inside {
    flex: 1;
    min-height: 0;
  }
  .said {
    margin: 0;
    padding: var(--space-2) var(--space-4);
    font-size: var(--text-s);
    background: var(--notice-ground);
    border-bottom: 1px solid var(--hairline);
  }
  .said.error {
    background: var(--danger-ground);
    box-shadow: inset 3px 0 0 var(--danger);
  }
  .said p {
    margin: 0;
  }
  nm-alerts {
    padding: var(--space-2) var(--space-4);
  }
`;
