// Whether a contestant computed what ours computed. Times of something else are not reported.
import type { Report } from "./peer";

/** ‖a − b‖ / ‖b‖ that numbers of 32 bits may differ by after two chunks, in whatever order they were added up. */
export const TOLERANCE = 2e-3;

/** ‖a − b‖ / ‖b‖, infinite where a number is none or one is missing. */
export function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let difference = 0;
  let whole = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    whole += b[i]! ** 2;
  }
  const share = Math.sqrt(difference / Math.max(whole, Number.MIN_VALUE));
  return Number.isFinite(share) ? share : Infinity;
}

const floats = ({ bytes }: Report): Float32Array => new Float32Array(bytes.slice().buffer);

/** The larger difference of what was written (surprise and ‖β δ‖) and of the memory after it (D, A, P, mixers). */
export function learnedApart(theirs: Report, ours: Report): number {
  return Math.max(apart(theirs.written, ours.written), apart(floats(theirs), floats(ours)));
}

/** Why a contestant is not reported; null where it computed the same. */
export function refusal(learned: number, said: number[], ours: number[]): string | null {
  if (learned > TOLERANCE) return `its memory differs by ${learned.toExponential(1)}`;
  const at = ours.findIndex((token, i) => token !== said[i]);
  if (at >= 0 || said.length !== ours.length) return `it says something else from token ${at + 1} on`;
  return null;
}
