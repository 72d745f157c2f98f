// replaced at the merge
import { LitElement, html } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Session } from "../session";

/** Holds the place of the element that plays a lesson. */
@customElement("nm-lesson-stage")
export class LessonStage extends LitElement {
  /** The id of a shipped lesson, or an address of this site. */
  @property() src = "";
  @property({ attribute: false }) session: Session | null = null;
  @property({ type: Number }) step = 1;
  @property({ attribute: false }) revision = 0;

  override render() {
    return html`<p data-testid="lesson">${this.src}, ${this.step}</p>`;
  }
}
