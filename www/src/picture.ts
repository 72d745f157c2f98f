// What the page shows, as files: a level as a picture, what was said and every update as tables.
import { fullColour, type DivergingScale } from "./colours";
import type { Levels } from "./levels";
import { LEVELS, type Level, type Weights } from "./protocol";
import type { Transcript } from "./transcript";

/** One level's weights, block by block, and what is written beside them. */
export interface LevelPicture {
  weights: readonly Weights[];
  norms: readonly number[];
  scale: DivergingScale;
  title: string;
  description: string;
}

/** Pixels, or units of the drawing, a cell. */
const CELL = 4;
/** Cells between two blocks. */
const GAP = 4;

/** The blocks side by side: units from left to right, channels from top to bottom, as on the page. */
function* cells({ weights, norms, scale }: LevelPicture): Generator<{ x: number; y: number; colour: readonly number[] }> {
  let left = 0;
  for (const { rows, columns, values } of weights) {
    if (!values) throw new Error("the numbers of this level are not at hand");
    const full = fullColour(norms, rows * columns);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        yield { x: left + row, y: column, colour: scale.colour(values[row * columns + column]!, full) };
      }
    }
    left += rows + GAP;
  }
}

function sizeOf(weights: readonly Weights[]): { width: number; height: number } {
  const width = weights.reduce((sum, { rows }) => sum + rows + GAP, -GAP);
  return { width, height: Math.max(...weights.map(({ columns }) => columns)) };
}

/** A level as SVG: a square for each weight, all squares of a colour in one path, so that the file stays small. */
export function levelSvg(picture: LevelPicture): string {
  const { width, height } = sizeOf(picture.weights);
  const squares = new Map<string, string[]>();
  for (const { x, y, colour } of cells(picture)) {
    const name = `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
    const known = squares.get(name);
    if (known) known.push(`M${x} ${y}h1v1h-1z`);
    else squares.set(name, [`M${x} ${y}h1v1h-1z`]);
  }
  const paths = [...squares].map(([colour, path]) => `<path fill="${colour}" d="${path.join("")}"/>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width * CELL}" height="${height * CELL}" viewBox="0 0 ${width} ${height}" shape-rendering="crispEdges" role="img" aria-labelledby="title desc">
<title id="title">${escape(picture.title)}</title>
<desc id="desc">${escape(picture.description)}</desc>
${paths.join("\n")}
</svg>
`;
}

/** A level as PNG. */
export async function levelPng(picture: LevelPicture): Promise<Blob> {
  const { width, height } = sizeOf(picture.weights);
  const small = new OffscreenCanvas(width, height);
  const context = small.getContext("2d")!;
  const image = context.createImageData(width, height);
  for (const { x, y, colour } of cells(picture)) image.data.set([...colour, 255], 4 * (y * width + x));
  context.putImageData(image, 0, 0);
  const large = new OffscreenCanvas(width * CELL, height * CELL);
  const enlarged = large.getContext("2d")!;
  enlarged.imageSmoothingEnabled = false;
  enlarged.drawImage(small, 0, 0, large.width, large.height);
  return large.convertToBlob({ type: "image/png" });
}

/** What each learned token of the person's words wrote: as much of it as this page has heard. */
export function tracesCsv(transcript: Transcript): string {
  const tokens = transcript.messages.flatMap((message) => message.tokens.map((token) => [message.role, token] as const));
  const rows = tokens.map(([role, { text, turn, surprise, weight }], token) => [token, text, role, turn, surprise, ...weight]);
  return csv(["token", "text", "role", "turn", "surprise", "weight_fast", "weight_mid", "weight_slow"], rows);
}

/** Every update of every level since the page was opened, in their order. */
export function updatesCsv(levels: Levels): string {
  const marks = LEVELS.flatMap((level: Level) => levels.state[level].marks.map((mark) => ({ level, ...mark })));
  const updates = marks.filter(({ magnitude }) => magnitude > 0).sort((one, other) => one.clock - other.clock);
  const rows = updates.map(({ clock, level, block, magnitude, relative }) => [clock, level, block, magnitude, relative]);
  return csv(["token", "level", "block", "magnitude", "relative"], rows);
}

/** RFC 4180. A cell that a spreadsheet would compute is kept from being computed. */
function csv(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cell = (value: string | number) => {
    const text = typeof value === "string" ? value.replace(/^[=+\-@\t\r]/, "'$&") : String(value);
    return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [head, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
