import { html, type TemplateResult } from "lit";
import type { Level, PaletteOf, Panel } from "../protocol";
import type { Session } from "../session";
import "./downloads";
import "./levels-pane";

/** The levels of a session's memory, with all that can be done to them. */
export function wiredLevels(session: Session, revision: number): TemplateResult {
  return html`<nm-levels-pane
    .levels=${session.levels}
    .revision=${revision}
    .on=${session.mode !== "bare"}
    ?locked=${!session.canSay}
    .live=${session.live}
    ?follows=${session.follows}
    @freeze=${(event: CustomEvent<{ level: Level; frozen: boolean }>) => session.freeze(event.detail.level, event.detail.frozen)}
    @panel=${(event: CustomEvent<Panel>) => session.memory?.draw(event.detail)}
    @palette=${(event: CustomEvent<PaletteOf>) => session.memory?.draw(event.detail)}
    @inspect=${() => session.inspect()}
    @levels=${(event: CustomEvent<boolean>) => session.setMode(event.detail ? "lasting" : "bare")}
  >
    <nm-downloads slot="tools" .session=${session} .revision=${revision}></nm-downloads>
  </nm-levels-pane>`;
}
