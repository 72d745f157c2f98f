// The colour of a weight: zero is grey, positive goes to the level's colour, negative to the ink, what is not a number is red.

export type Rgb = readonly [number, number, number];

export interface Poles {
  negative: Rgb;
  zero: Rgb;
  positive: Rgb;
  broken: Rgb;
}

/** Steps on each side of zero. */
const STEPS = 127;

/** Reads #rrggbb, and #rgb: a minifier shortens colours. */
export function parseHex(text: string): Rgb {
  const long = text.trim().replace(/^#([0-9a-f])([0-9a-f])([0-9a-f])$/i, "#$1$1$2$2$3$3");
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(long);
  if (!match) throw new Error(`not a colour of the form #rrggbb: ${text}`);
  return [parseInt(match[1]!, 16), parseInt(match[2]!, 16), parseInt(match[3]!, 16)];
}

const toLinear = (c: number) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
const toGamma = (c: number) => (c <= 0.0031308 ? c * 12.92 : 1.055 * c ** (1 / 2.4) - 0.055);

function toOklab([r8, g8, b8]: Rgb): [number, number, number] {
  const [r, g, b] = [toLinear(r8 / 255), toLinear(g8 / 255), toLinear(b8 / 255)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([L, A, B]: readonly [number, number, number]): Rgb {
  const l = (L + 0.3963377774 * A + 0.2158037573 * B) ** 3;
  const m = (L - 0.1055613458 * A - 0.0638541728 * B) ** 3;
  const s = (L - 0.0894841775 * A - 1.291485548 * B) ** 3;
  const channel = (c: number) => Math.round(255 * Math.min(1, Math.max(0, toGamma(c))));
  return [
    channel(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    channel(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    channel(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** Between two colours, evenly to the eye. */
export function mix(from: Rgb, to: Rgb, amount: number): Rgb {
  const a = toOklab(from);
  const b = toOklab(to);
  return fromOklab([a[0] + (b[0] - a[0]) * amount, a[1] + (b[1] - a[1]) * amount, a[2] + (b[2] - a[2]) * amount]);
}

/** Maps a value in [-scale, scale] to one of 255 colours. */
export class DivergingScale {
  static #last = new Map<string, DivergingScale>();
  #table: Rgb[] = [];
  readonly poles: Poles;

  constructor(poles: Poles) {
    this.poles = poles;
    for (let i = -STEPS; i <= STEPS; i++) {
      const amount = Math.abs(i) / STEPS;
      this.#table.push(mix(poles.zero, i < 0 ? poles.negative : poles.positive, amount));
    }
  }

  /** The scale between these poles; mixing its colours again for every picture would cost more than the picture. */
  static of(poles: Poles): DivergingScale {
    const name = Object.values(poles).flat().join();
    const scale = this.#last.get(name) ?? new DivergingScale(poles);
    return (this.#last.set(name, scale), scale);
  }

  /** All colours as the worker takes them, with that of what has just changed. */
  palette(glow: Rgb): Uint32Array {
    const colours = [...this.#table, this.poles.broken, glow];
    return Uint32Array.from(colours, ([r, g, b]) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0);
  }

  colour(value: number, scale: number): Rgb {
    if (!Number.isFinite(value)) return this.poles.broken;
    if (!(scale > 0)) return this.poles.zero;
    const share = Math.max(-1, Math.min(1, value / scale));
    return this.#table[Math.round(share * STEPS) + STEPS]!;
  }
}

/** How many root mean squares have the full colour: 99 % of a level's weights lie below, of every memory looked at. */
const FULL = 4;

/** The value with the full colour, for matrices of so many numbers with these lengths: one scale for pictures that are to be compared. */
export function fullColour(norms: readonly number[], count: number): number {
  const most = Math.max(0, ...norms.filter((norm) => Number.isFinite(norm)));
  return count > 0 ? (FULL * most) / Math.sqrt(count) : 0;
}

/** The change that glows fully. */
export function fullGlow(now: Float32Array, before: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < now.length; i++) sum += (now[i]! - before[i]!) ** 2;
  return Number.isFinite(sum) ? FULL * Math.sqrt(sum / now.length) : 0;
}
