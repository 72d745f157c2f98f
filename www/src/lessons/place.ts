/** Where a reader is: in the list, or at a step of a lesson. */
export interface Place {
  /** The id of a lesson that comes with the page, or an address; null: the list. */
  lesson: string | null;
  /** The first is 1. */
  step: number;
}

/** Reads `#lesson=memento&step=2`. */
export function readPlace(hash: string): Place {
  const asked = new URLSearchParams(hash.replace(/^#/, ""));
  const step = Number(asked.get("step") ?? 1);
  return { lesson: asked.get("lesson") || null, step: Number.isInteger(step) && step > 0 ? step : 1 };
}

export function writePlace({ lesson, step }: Place): string {
  if (lesson === null) return "#";
  return `#${new URLSearchParams({ lesson, step: String(step) })}`;
}
