/** The parts that whoever embeds the page can show or leave out. */
export const PARTS = ["bar", "chat", "levels", "tools", "probe", "evidence"] as const;
export type Part = (typeof PARTS)[number];
export type Parts = ReadonlySet<Part>;

export const ALL_PARTS: Parts = new Set(PARTS);

export function isPart(name: string): name is Part {
  return (PARTS as readonly string[]).includes(name);
}
