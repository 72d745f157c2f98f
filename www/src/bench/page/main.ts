// The bench page. The address takes `lang`, `theme`, `start` (begin at once) and what `plan.ts` reads.
import { language, pickLanguage, setLanguage } from "../../i18n";
import { recall, readSettings, setTheme } from "../../settings";
import { Contest } from "../contest";
import type { Result } from "../result";
import { bars } from "./bars";
import { readPlan } from "./plan";
import { cells, fill, streamCells } from "./table";
import { wordsOf } from "./words";

/** What a program that drives this page reads when `data-state` is `done`. */
declare global {
  var benchmark: { result: Result; table: string[][]; stream: string[][]; chart: string } | undefined;
}

const query = new URLSearchParams(location.search);
setTheme(readSettings(location.search, recall, navigator.languages).theme);
setLanguage(pickLanguage(query.get("lang"), navigator.languages));
const words = wordsOf(language());
document.title = `Nested Memory: ${words.title}`;

function make<K extends keyof HTMLElementTagNameMap>(kind: K, text = "", id = ""): HTMLElementTagNameMap[K] {
  const element = document.createElement(kind);
  element.textContent = text;
  if (id) element.id = id;
  return element;
}

/** A table that can be scrolled by keyboard where it is wider than the page. */
function scrolled(table: HTMLTableElement, label: string): HTMLDivElement {
  const box = make("div");
  box.className = "scroll";
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", label);
  box.append(table);
  return box;
}

const main = document.getElementById("bench") ?? document.body;
const start = make("button", words.start, "start");
const stop = make("button", words.stop, "stop");
const progress = make("progress");
const status = make("p", words.idle, "status");
const table = make("table", "", "results");
const chart = make("div", "", "chart");
const streamed = make("table", "", "stream");
stop.disabled = true;
status.setAttribute("role", "status");
progress.value = 0;
progress.setAttribute("aria-labelledby", "status");
main.append(make("h1", words.title), ...words.intro.map((text) => make("p", text)), start, stop, progress, status);
main.append(make("h2", words.tableTitle), scrolled(table, words.tableTitle));
main.append(make("h2", words.chartTitle), chart);
main.append(make("h2", words.streamTitle), scrolled(streamed, words.streamTitle));

async function run(): Promise<void> {
  const plan = readPlan(query);
  const found: Pick<Result, "rows" | "stream"> = { rows: [], stream: [] };
  const show = (): void => {
    fill(table, words.columns, cells(found.rows, plan.most, words));
    fill(streamed, words.streamColumns, streamCells(found.stream, words));
    const picture = bars(found.rows, plan.most, words);
    chart.replaceChildren(...(picture ? [picture] : []));
  };
  const contest = new Contest(plan, {
    progress: (done, of, device, name, work) => {
      progress.max = of;
      progress.value = done;
      status.textContent = words.step(done, of, words.device[device], words.name[name], words.work[work]);
    },
    row: (row) => {
      found.rows.push(row);
      show();
    },
    stretch: (stretch) => {
      found.stream.push(stretch);
      show();
    },
  });
  let stopped = false;
  stop.onclick = () => {
    stopped = true;
    contest.stop();
  };
  start.disabled = true;
  stop.disabled = false;
  stop.focus();
  document.documentElement.dataset.state = "running";
  show();
  const result = await contest.run();
  start.disabled = false;
  stop.disabled = true;
  start.focus();
  progress.value = progress.max;
  status.textContent = stopped ? words.stopped : words.done;
  globalThis.benchmark = {
    result,
    table: [words.columns, ...cells(result.rows, plan.most, words)],
    stream: [words.streamColumns, ...streamCells(result.stream, words)],
    chart: chart.innerHTML,
  };
  document.documentElement.dataset.state = "done";
}

start.onclick = () => void run();
document.documentElement.dataset.state = "idle";
if (query.has("start")) void run();
