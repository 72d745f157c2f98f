import { html, type TemplateResult } from "lit";

/** A stretch of a paragraph. */
export interface Run {
  text: string;
  mark: "bold" | "emphasis" | "code" | null;
}

const MARKS = /\*\*(?<bold>[^*]+)\*\*|\*(?<emphasis>[^*]+)\*|`(?<code>[^`]+)`/g;

/** Splits a paragraph at its marks. What is not closed stays as it is written. */
export function runsOf(paragraph: string): Run[] {
  const runs: Run[] = [];
  let at = 0;
  for (const match of paragraph.matchAll(MARKS)) {
    if (match.index > at) runs.push({ text: paragraph.slice(at, match.index), mark: null });
    const [mark, text] = Object.entries(match.groups!).find(([, found]) => found !== undefined)!;
    runs.push({ text: text!, mark: mark as Run["mark"] });
    at = match.index + match[0].length;
  }
  if (at < paragraph.length) runs.push({ text: paragraph.slice(at), mark: null });
  return runs;
}

/** A paragraph as text nodes in elements: never as HTML. */
export function renderInline(paragraph: string): (TemplateResult | string)[] {
  return runsOf(paragraph).map(({ text, mark }) => {
    if (mark === "bold") return html`<b>${text}</b>`;
    if (mark === "emphasis") return html`<em>${text}</em>`;
    return mark === "code" ? html`<code>${text}</code>` : text;
  });
}
