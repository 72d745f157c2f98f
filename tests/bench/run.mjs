// The benchmark in the terminal: node run.mjs FOLDER QUERY. `cargo xtask bench` builds, serves and calls this.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bench } from "./drive.mjs";

const [folder, query] = process.argv.slice(2);
const DAY = 86_400_000;

/** Rows of text in columns; numbers to the right. */
function columns(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => (row.length < rows[0].length && column > 1 ? 0 : row[column].length))));
  return rows
    .map((row) => row.map((text, column) => (column < 2 || row.length < rows[0].length ? text.padEnd(widths[column]) : text.padStart(widths[column]))).join("  "))
    .join("\n");
}

await bench(`lang=en&theme=light&${query}`, { said: (line) => console.log(line), patience: DAY }, async (page, found, complaints) => {
  await mkdir(folder, { recursive: true });
  const { result, table, stream, chart } = found;
  await writeFile(join(folder, "result.json"), `${JSON.stringify(result, null, 2)}\n`);
  await writeFile(join(folder, "bars.svg"), `${chart}\n`);
  await page.screenshot({ path: join(folder, "page.png"), fullPage: true });
  console.log(`\n${columns(table)}\n`);
  if (stream.length > 1) console.log(`${columns(stream)}\n`);
  const { most, runs } = result.plan;
  console.log(`Medians of ${runs} runs; answers of ${most} tokens; a chunk is 32 tokens. Adapter: ${result.rows.map(({ device, adapter }) => `${device} ${adapter}`).filter((text, i, all) => text && all.indexOf(text) === i).join(", ")}.`);
  console.log(`${result.browser}\nresult.json, bars.svg and page.png are in ${folder}`);
  for (const complaint of complaints) console.log(`The page complained: ${complaint}`);
});
process.exit(0);
