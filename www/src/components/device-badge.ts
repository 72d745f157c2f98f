import { LitElement, css, html, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { millions } from "../format";
import { Localised, t } from "../i18n";
import type { BaseInfo, Device } from "../protocol";
import { shared } from "../styles/shared";
import { closeWhenLeft, closeWithEscape } from "./fold-out";

/** Which device runs the model, and on demand why. */
@customElement("nm-device-badge")
export class DeviceBadge extends LitElement {
  @property({ attribute: false }) device: Device | null = null;
  @property({ attribute: false }) base: BaseInfo | null = null;
  @query("details") private details!: HTMLDetailsElement;

  constructor() {
    super();
    new Localised(this);
  }

  override render() {
    const words = t(this);
    const { device, base } = this;
    return html`
      <details @keydown=${(event: KeyboardEvent) => closeWithEscape(this.details, event)} @focusout=${(event: FocusEvent) => closeWhenLeft(this.details, event)}>
        <summary class="button" data-testid="device-badge" data-device=${device?.kind ?? nothing} data-reason=${device?.reasonCode ?? nothing}>
          <span class=${device ? "lamp on" : "lamp"} aria-hidden="true"></span>
          ${device ? words.device[device.kind] : words.deviceUnknown}
        </summary>
        <div class="card">
          <h3>${words.deviceTitle}</h3>
          ${device ? html`<p>${words.deviceReason[device.reasonCode] ?? device.reason}</p>` : nothing}
          <dl>
            ${device?.adapter ? html`<dt>${words.deviceAdapter}</dt><dd>${device.adapter}</dd>` : nothing}
            ${
              base
                ? html`<dt>${words.deviceBase}</dt>
                  <dd>${base.name}, ${words.deviceParameters(millions(base.parameters))}<br /><code title=${base.sha256}>${base.sha256.slice(0, 12)}…</code></dd>`
                : nothing
            }
          </dl>
          <p class="privacy">${words.devicePrivacy}</p>
        </div>
      </details>
    `;
  }

  static override styles = [
    shared,
    css`
      details {
        position: relative;
      }
      summary {
        list-style: none;
      }
      summary::-webkit-details-marker {
        display: none;
      }
      .lamp {
        width: 7px;
        height: 7px;
        border: 1.5px solid var(--control);
        border-radius: 50%;
      }
      .lamp.on {
        background: var(--ink);
        border-color: var(--ink);
      }
      .card {
        position: absolute;
        z-index: 10;
        right: 0;
        top: calc(100% + 6px);
        width: min(300px, calc(100vw - 32px));
        padding: var(--space-4);
        font-size: var(--text-s);
        line-height: 1.5;
        background: var(--surface);
        border: 1px solid var(--hairline);
        border-radius: var(--radius);
        box-shadow: 0 8px 32px rgb(0 0 0 / 0.14);
      }
      h3 {
        margin-bottom: var(--space-1);
        font-weight: 600;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: var(--space-1) var(--space-3);
        margin: var(--space-3) 0;
      }
      dt,
      .privacy {
        color: var(--muted);
      }
      code {
        font: 400 var(--text-xs) var(--mono);
        color: var(--muted);
      }
    `,
  ];
}
