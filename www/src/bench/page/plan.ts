// What the address asks of the benchmark: `devices` and `contestants` (with commas), `most`, `runs`, `stream`, `stretch`.
import { CONTESTANTS, type Plan } from "../result";

const DEVICES = ["cpu", "webgpu"] as const;
/** After two whole chunks an answer has as many places as the chunk. */
const LONGEST = 32;

function listed<T extends string>(asked: string | null, known: readonly T[]): T[] {
  const names = asked?.split(",");
  return known.filter((name) => !names || names.includes(name));
}

function counted(asked: string | null, usual: number, least: number, most: number): number {
  const count = Number(asked ?? usual);
  return Number.isFinite(count) ? Math.min(most, Math.max(least, Math.round(count))) : usual;
}

/** The page asks for nothing: everything, in the usual size. Without WebGPU only the CPU takes part. */
export function readPlan(query: URLSearchParams): Plan {
  const devices = listed(query.get("devices"), DEVICES).filter((device) => device === "cpu" || "gpu" in navigator);
  // Everybody is held against ours.
  const contestants = CONTESTANTS.filter(
    (name) => name === "ours" || listed(query.get("contestants"), CONTESTANTS).includes(name),
  );
  return {
    devices,
    contestants: [...contestants],
    most: counted(query.get("most"), LONGEST, 1, LONGEST),
    runs: counted(query.get("runs"), 5, 1, 100),
    stream: counted(query.get("stream"), 2000, 0, 1e7),
    stretch: counted(query.get("stretch"), 500, 35, 1e5),
  };
}
