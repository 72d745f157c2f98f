// Figures that a test measured, for people and for other programs.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = process.env.NESTED_MEMORY_REPORT;

/** Prints one line, and writes the figures as JSON into the folder NESTED_MEMORY_REPORT, if there is one. */
export function report(name, line, figures) {
  console.log(line);
  if (!FOLDER) return;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify(figures, null, 1)}\n`);
}
