// The results as bars, an SVG by hand: four bars a group, each with its name and its number beside it, so that colour
// says nothing that is not written. Only presentation attributes: the page's policy forbids styles within elements.
import type { Row } from "../result";
import { brief } from "./table";
import type { Words } from "./words";

const SPACE = "http://www.w3.org/2000/svg";
const WIDTH = 720;
const NAME = 190;
const LINE = 24;
const BAR = 14;
const TITLE = 34;
/** Readable on light and on dark ground, also where the file stands alone. */
const INK = "#6f747e";
const OURS = "#5147c9";
const OTHERS = "#8f949d";

function draw(kind: string, attributes: Record<string, string | number>, text?: string): SVGElement {
  const element = document.createElementNS(SPACE, kind);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}

interface Group {
  title: string;
  unit: "token" | "chunk";
  bars: { name: string; ours: boolean; speed: number | null; why: string }[];
}

function groups(rows: Row[], most: number, words: Words): Group[] {
  const devices = [...new Set(rows.map(({ device }) => device))];
  return devices.flatMap((device) => {
    const of = rows.filter((row) => row.device === device);
    const group = (title: string, unit: Group["unit"], speed: (row: Row) => number | null): Group => ({
      title,
      unit,
      bars: of.map((row) => ({
        name: words.name[row.name],
        ours: row.name === "ours",
        speed: speed(row),
        why: words.refused(row.refused ?? "–"),
      })),
    });
    const name = words.device[device];
    return [
      group(words.answerBars(name), "token", ({ answer }) => answer && most / answer.median),
      group(words.learnBars(name), "chunk", ({ learn }) => learn && 1 / learn.median),
    ];
  });
}

/** A picture of all rows; `null` while there are none. */
export function bars(rows: Row[], most: number, words: Words): SVGSVGElement | null {
  if (rows.length === 0) return null;
  const all = groups(rows, most, words);
  const height = all.reduce((sum, { bars }) => sum + TITLE + bars.length * LINE, 8);
  const label = all
    .map(
      ({ title, bars }) =>
        `${title}: ${bars.map(({ name, speed, why }) => `${name} ${speed ? brief(speed) : why}`).join(", ")}`,
    )
    .join(". ");
  const svg = draw("svg", {
    xmlns: SPACE,
    viewBox: `0 0 ${WIDTH} ${height}`,
    role: "img",
    "aria-label": label,
    "font-family": "system-ui, sans-serif",
    "font-size": 13,
  }) as SVGSVGElement;
  let y = 0;
  for (const { title, unit, bars } of all) {
    y += TITLE;
    svg.append(draw("text", { x: 0, y: y - 10, fill: INK, "font-weight": 700 }, title));
    const fastest = Math.max(...bars.map(({ speed }) => speed ?? 0));
    for (const { name, ours, speed, why } of bars) {
      const middle = y + LINE / 2;
      svg.append(draw("text", { x: NAME - 8, y: middle + 4, fill: INK, "text-anchor": "end" }, name));
      // Room for the number at the end of the longest bar.
      const length = speed === null ? 0 : Math.max(1, (speed / fastest) * (WIDTH - NAME - 170));
      const fill = ours ? OURS : OTHERS;
      svg.append(draw("rect", { x: NAME, y: middle - BAR / 2, width: length, height: BAR, rx: 2, fill }));
      const said = speed === null ? why : words.perSecond(brief(speed), unit);
      svg.append(draw("text", { x: NAME + length + 8, y: middle + 4, fill: INK }, said));
      y += LINE;
    }
  }
  return svg;
}
