import { css, type LitElement } from "lit";
import type { LevelsPane } from "./levels-pane";

/** The levels that learn in sleep. */
const LASTING = ["mid", "slow"] as const;
const DURATION = 1100;
/** More at once are a swarm and no sign of anything. */
const MOST = 8;

/** The dots, for whoever lets them run: an element with a position. */
export const pulseStyle = css`
  .pulse {
    position: absolute;
    z-index: 10;
    left: 0;
    top: 0;
    width: 10px;
    height: 10px;
    border-radius: 50%;
    pointer-events: none;
  }
  .pulse.mid {
    background: var(--mid);
  }
  .pulse.slow {
    background: var(--slow);
  }
`;

/** Soft dots that run from a line that is read again to the levels that learn from it. For the eye only. */
export class Pulses {
  #host: LitElement;
  #running = 0;

  constructor(host: LitElement) {
    this.#host = host;
  }

  run(from: DOMRect): void {
    const pane = this.#host.renderRoot.querySelector<LevelsPane>("nm-levels-pane");
    for (const level of LASTING) {
      const to = pane?.bandOf(level)?.getBoundingClientRect();
      if (!to || to.height === 0 || this.#running >= MOST) continue;
      this.#fly(level, from, to);
    }
  }

  #fly(level: string, from: DOMRect, to: DOMRect): void {
    const dot = document.createElement("i");
    dot.className = `pulse ${level}`;
    dot.ariaHidden = "true";
    this.#host.renderRoot.append(dot);
    this.#running++;
    const here = this.#host.getBoundingClientRect();
    const start = { x: from.right - here.left - 10, y: from.top - here.top + from.height / 2 - 5 };
    const end = { x: to.left - here.left - 4, y: to.top - here.top + Math.min(24, to.height / 2) - 5 };
    const at = (x: number, y: number, scale: number) => `translate(${x}px, ${y}px) scale(${scale})`;
    const flight = dot.animate(
      [
        { transform: at(start.x, start.y, 0.4), opacity: 0 },
        { transform: at(start.x, start.y, 1), opacity: 0.9, offset: 0.15 },
        { transform: at(end.x, end.y, 1), opacity: 0.9, offset: 0.8 },
        { transform: at(end.x, end.y, 2.6), opacity: 0 },
      ],
      { duration: DURATION, easing: "cubic-bezier(0.4, 0, 0.2, 1)" },
    );
    const gone = () => {
      dot.remove();
      this.#running--;
    };
    flight.finished.then(gone, gone);
  }
}
