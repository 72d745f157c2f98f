// The results as rows of text: for the page's tables and for the terminal.
import type { Row, Stretch } from "../result";
import type { Words } from "./words";

/** Three digits that count. */
export function brief(x: number): string {
  if (!Number.isFinite(x)) return "–";
  if (x >= 100) return Math.round(x).toLocaleString("en");
  return String(Number(x.toPrecision(3)));
}

/** `most`: tokens of an answer. A peer that is not reported has its reason in the place of its numbers. */
export function cells(rows: Row[], most: number, words: Words): string[][] {
  return rows.map((row) => {
    const head = [words.device[row.device], words.name[row.name]];
    const { answer, learn } = row;
    if (!answer || !learn) return [...head, words.refused(row.refused ?? "–")];
    const ours = rows.find(({ device, name }) => device === row.device && name === "ours");
    const ratio = (theirs: number, own: number | undefined): string => (own ? brief(theirs / own) : "–");
    return [
      ...head,
      brief(most / answer.median),
      ratio(answer.median, ours?.answer?.median),
      brief(answer.dispatches / most),
      brief(learn.median * 1e3),
      ratio(learn.median, ours?.learn?.median),
      brief(learn.dispatches),
      brief(learn.submits),
      brief(answer.firstUse + learn.firstUse),
      row.name === "ours" ? "–" : (row.apart?.toExponential(0) ?? "–"),
    ];
  });
}

export function streamCells(stream: Stretch[], words: Words): string[][] {
  return stream.map(({ device, tokens, secondsPerThousand, heap }) => [
    words.device[device],
    tokens.toLocaleString("en"),
    brief(secondsPerThousand),
    heap === null ? "–" : brief(heap / 1e6),
  ]);
}

/** Draws rows into a table's body, keeping its head. */
export function fill(table: HTMLTableElement, columns: string[], rows: string[][]): void {
  const line = (texts: string[], kind: "th" | "td"): HTMLTableRowElement => {
    const row = document.createElement("tr");
    texts.forEach((text, i) => {
      const cell = document.createElement(kind);
      cell.textContent = text;
      if (kind === "th") (cell as HTMLTableCellElement).scope = "col";
      else if (i > 1 && texts.length < columns.length) cell.colSpan = columns.length - i;
      row.append(cell);
    });
    return row;
  };
  const head = document.createElement("thead");
  head.append(line(columns, "th"));
  const body = document.createElement("tbody");
  body.append(...rows.map((row) => line(row, "td")));
  table.replaceChildren(head, body);
}
