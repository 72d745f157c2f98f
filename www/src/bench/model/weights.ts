// The base's tensors as the peers want them: matrices that are multiplied with the same rows lie side by side, so that
// one product does for several; biases and constants have the shapes in which they are used.
import type { BaseFile, Entry } from "../safetensors";
import { LEVELS, type Config, type Ops } from "../ops";

/** `d` width, `h` heads, `n` head size. */
export interface MixerWeights<T> {
  norm: T;
  /** W_in and W_gate: `[d, 3d]`; its transpose for the way back. */
  input: T;
  inputBack: T;
  /** `[4, 2d]`; the same with the last tap first. */
  taps: T;
  tapsBack: T;
  skip: T;
  skipBack: T;
  output: T;
  outputBack: T;
  /** M_k, M_v, m_η, m_α: `[h, 2n + 2, n]`; its transpose. */
  maps: T;
  mapsBack: T;
  /** b_η, b_α: `[h, 2, 1]`. */
  bias: T;
  /** M_memᵀ and M_mem: `[h, n, n]`. */
  reader: T;
  readerBack: T;
}

/** A level that remembers nothing: an MLP. `m` hidden. */
export interface FixedWeights<T> {
  norm: T;
  /** `[d, m]` */
  up: T;
  /** `[m, d]` */
  down: T;
}

/** A level that remembers. `u` units, `m` hidden. */
export interface LevelWeights<T> {
  norm: T;
  /** W_key and W_1, then the gates w_β and w_γ: `[d, u + m + 2]`. Speaking needs no gates: `[d, u + m]`. */
  all: T;
  spoken: T;
  /** W_keyᵀ over W_1ᵀ: `[u + m, d]`. */
  back: T;
  /** b_β, b_γ: `[1, 2]`. */
  bias: T;
  down: T;
  downBack: T;
  /** η = softplus(rate): `[1, 1]`. */
  rate: T;
  /** 16 w_α, `[u, 1]`, and b_α, `[1, 1]`; null in a base that does not look ahead. */
  ahead: { weight: T; bias: T } | null;
  /** What hidden units make of how familiar a key is, `[1, m]`; null in a level that is not told. */
  familiarity: T | null;
}

export interface Weights<T> {
  config: Config;
  /** E and Eᵀ. */
  embedding: T;
  embeddingBack: T;
  norm: T;
  /** What doubt gives tokens where an answer begins, and makes of what each level finds: `[1, vocabulary]`, `[levels, vocabulary]`. */
  doubt: { begin: T; found: T } | null;
  mixers: MixerWeights<T>[];
  /** The levels of the first blocks, which remember nothing. */
  fixed: FixedWeights<T>[][];
  /** The levels of the blocks behind them. */
  levels: LevelWeights<T>[][];
  /** I: `[t, t]`. */
  unitOfChunk: T;
  /** What follows a chunk, for the convolution on the way back: `[3, 2d]`. */
  nothing: T;
  /** 0 for keys, 1 for values: the length below which a row is left as it is. `[1, 2, 1]` */
  floor: T;
}

function transposed({ shape, values }: Entry): Entry {
  const columns = shape.at(-1) ?? 1;
  const rows = shape.at(-2) ?? 1;
  const turned = new Float32Array(values.length);
  for (let at = 0; at < values.length; at += rows * columns)
    for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) turned[at + j * rows + i] = values[at + i * columns + j]!;
  return { shape: [...shape.slice(0, -2), columns, rows], values: turned };
}

/** Matrices side by side. */
function beside(parts: Entry[]): Entry {
  const rows = parts[0]!.shape[0]!;
  const widths = parts.map(({ shape }) => shape[1]!);
  const width = widths.reduce((a, b) => a + b, 0);
  const values = new Float32Array(rows * width);
  for (let i = 0; i < rows; i++) {
    let at = i * width;
    parts.forEach((part, k) => {
      values.set(part.values.subarray(i * widths[k]!, (i + 1) * widths[k]!), at);
      at += widths[k]!;
    });
  }
  return { shape: [rows, width], values };
}

function identity(size: number): Entry {
  const values = new Float32Array(size * size);
  for (let i = 0; i < size; i++) values[i * size + i] = 1;
  return { shape: [size, size], values };
}

/** Puts a base onto the device. */
export function place<T>(ops: Ops<T>, { config, tensors }: BaseFile): Weights<T> {
  const entry = (name: string): Entry => {
    const found = tensors.get(name);
    if (!found) throw new Error(`The base has no ${name}.`);
    return found;
  };
  const put = ({ values, shape }: Entry): T => ops.tensor(values, shape);
  const shaped = (name: string, shape: number[]): T => ops.tensor(entry(name).values, shape);
  const { width: d, heads } = config;

  const mixer = (prefix: string): MixerWeights<T> => {
    const of = (name: string): Entry => entry(`${prefix}.${name}`);
    const input = beside([of("input"), of("gate")]);
    const taps = of("convolution");
    const lines = [3, 2, 1, 0].map((tap) => taps.values.subarray(tap * 2 * d, (tap + 1) * 2 * d));
    const tapsBack = { shape: taps.shape, values: Float32Array.from(lines.flatMap((line) => [...line])) };
    return {
      norm: shaped(`${prefix}.norm`, [1, d]),
      input: put(input),
      inputBack: put(transposed(input)),
      taps: put(taps),
      tapsBack: put(tapsBack),
      skip: put(of("skip")),
      skipBack: put(transposed(of("skip"))),
      output: put(of("output")),
      outputBack: put(transposed(of("output"))),
      maps: put(of("memory")),
      mapsBack: put(transposed(of("memory"))),
      bias: shaped(`${prefix}.bias`, [heads, 2, 1]),
      reader: put(transposed(of("memory_output"))),
      readerBack: put(of("memory_output")),
    };
  };
  const ahead = (prefix: string): { weight: T; bias: T } => ({
    weight: ops.tensor(
      entry(`${prefix}.ahead`).values.map((x) => 16 * x),
      [config.units, 1],
    ),
    bias: shaped(`${prefix}.ahead_bias`, [1, 1]),
  });
  const level = (prefix: string): LevelWeights<T> => {
    const of = (name: string): Entry => entry(`${prefix}.${name}`);
    const spoken = beside([of("key"), of("up")]);
    const biases = Float32Array.from([...of("write_bias").values, ...of("close_bias").values]);
    const rate = Math.log1p(Math.exp(of("rate").values[0]!));
    return {
      norm: shaped(`${prefix}.norm`, [1, d]),
      all: put(beside([of("key"), of("up"), of("write"), of("close")])),
      spoken: put(spoken),
      back: put(transposed(spoken)),
      bias: ops.tensor(biases, [1, 2]),
      down: put(of("down")),
      downBack: put(transposed(of("down"))),
      rate: ops.tensor(Float32Array.of(rate), [1, 1]),
      ahead: config.look_ahead ? ahead(prefix) : null,
      familiarity: config.familiarity && !prefix.endsWith(".fast") ? put(of("familiarity")) : null,
    };
  };
  const fixed = (prefix: string): FixedWeights<T> => ({
    norm: shaped(`${prefix}.norm`, [1, d]),
    up: put(entry(`${prefix}.up`)),
    down: put(entry(`${prefix}.down`)),
  });
  const doubt = (declines: number[]): { begin: T; found: T } => {
    const { shape, values } = entry("doubt");
    const numbers = shape[1]!;
    const all = new Float32Array(numbers * config.vocabulary);
    for (const [i, token] of declines.entries())
      for (let k = 0; k < numbers; k++) all[k * config.vocabulary + token] = values[i * numbers + k]!;
    const [begin, found] = [all.subarray(0, config.vocabulary), all.subarray(config.vocabulary)];
    return { begin: ops.tensor(begin, [1, config.vocabulary]), found: ops.tensor(found, [numbers - 1, config.vocabulary]) };
  };
  const blocks = Array.from({ length: config.blocks }, (_, block) => `block.${block}`);
  const alone = config.fixed_blocks ?? 0;
  const named = (block: string): string[] => LEVELS.map((name) => `${block}.level.${name}`);
  return {
    config,
    embedding: put(entry("embedding")),
    embeddingBack: put(transposed(entry("embedding"))),
    norm: shaped("norm", [1, d]),
    doubt: config.declines ? doubt(config.declines) : null,
    mixers: blocks.map((block) => mixer(`${block}.mixer`)),
    fixed: blocks.slice(0, alone).map((block) => named(block).map(fixed)),
    levels: blocks.slice(alone).map((block) => named(block).map(level)),
    unitOfChunk: put(identity(config.chunk)),
    nothing: ops.tensor(new Float32Array(6 * d), [3, 2 * d]),
    floor: ops.tensor(Float32Array.of(0, 1), [1, 2, 1]),
  };
}
