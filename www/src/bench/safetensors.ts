// The base's file, read in JavaScript: safetensors with f16 numbers, the configuration in the metadata.
import type { Config } from "./ops";

export interface Entry {
  shape: number[];
  values: Float32Array;
}

export interface BaseFile {
  config: Config;
  tensors: Map<string, Entry>;
}

interface Header {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** A number of 16 bits: 1 sign, 5 exponent, 10 fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Reads a file. Throws an `Error` if it is of another kind than the committed base. */
export function readBase(bytes: ArrayBuffer): BaseFile {
  const view = new DataView(bytes);
  const length = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, length))) as Record<string, Header>;
  const metadata = (header.__metadata__ as unknown as { nested_memory: string } | undefined)?.nested_memory;
  if (!metadata) throw new Error("The base has no metadata.");
  const { config } = JSON.parse(metadata) as { config: string };
  const tensors = new Map<string, Entry>();
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const [from, to] = data_offsets;
    const start = 8 + length + from;
    let values: Float32Array;
    if (dtype === "F16")
      values = Float32Array.from({ length: (to - from) / 2 }, (_, i) => half(view.getUint16(start + 2 * i, true)));
    else if (dtype === "F32") values = new Float32Array(bytes.slice(start, 8 + length + to));
    else throw new Error(`${name} is of the type ${dtype}, which the benchmark does not read.`);
    tensors.set(name, { shape, values });
  }
  return { config: JSON.parse(config) as Config, tensors };
}
