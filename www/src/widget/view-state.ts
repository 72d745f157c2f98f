import { ALL_PARTS, PARTS, isPart, type Part, type Parts } from "../parts";

/** What an address asks for: its query, and its hash, which wins. */
export function readView(search: string, hash: string): URLSearchParams {
  const view = new URLSearchParams(search);
  for (const [name, value] of new URLSearchParams(hash.replace(/^#/, ""))) view.set(name, value);
  return view;
}

/** What a view shows: what `panels` lists, else everything that there is by itself, without what is hidden by `<part>=hide`. */
export function partsOf(view: URLSearchParams, all: Parts = ALL_PARTS): Parts {
  const parts = view.has("panels") ? readParts(view.get("panels")!).parts : all;
  return new Set([...parts].filter((part) => view.get(part) !== "hide"));
}

/** The parts that a list names, and the names in it that are no part's. */
export function readParts(list: string): { parts: Parts; unknown: string[] } {
  const names = list.split(/[\s,]+/).filter(Boolean);
  return { parts: new Set(names.filter(isPart)), unknown: names.filter((name) => !isPart(name)) };
}

/** The parts as a list, in their own order. */
export function listParts(parts: Parts, joint: string): string {
  return PARTS.filter((part: Part) => parts.has(part)).join(joint);
}

/** A view as a hash; nothing for an empty one. Commas stay readable. */
export function writeView(view: URLSearchParams): string {
  const text = view.toString().replaceAll("%2C", ",");
  return text && `#${text}`;
}
