import type { Messages } from "./i18n";

/** Both languages write their numbers alike. */
const NUMBERS = "en";

/** 446 kB, 1.9 MB. */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  if (n < 999_500) return `${Math.round(n / 1000)} kB`;
  return `${(n / 1e6).toLocaleString(NUMBERS, { minimumFractionDigits: 1, maximumFractionDigits: 1 })} MB`;
}

/** Three significant digits, and never a string of zeros: 0.00042 is 4.2e-4. */
export function number(x: number): string {
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  const size = Math.abs(x);
  if (size === 0) return "0";
  if (size < 0.001 || size >= 10_000) return x.toExponential(1).replace("-", "−").replace("e−", "e−");
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return x.toFixed(digits).replace("-", "−");
}

export function signed(x: number): string {
  return x > 0 ? `+${number(x)}` : number(x);
}

export function percent(x: number): string {
  const p = x * 100;
  return `${p >= 10 ? Math.round(p) : p.toFixed(1)} %`;
}

export function count(n: number): string {
  return n.toLocaleString(NUMBERS);
}

/** 0.58 M, 12 M: for the number of parameters. */
export function millions(n: number): string {
  if (n < 10_000) return count(n);
  return `${(n / 1e6).toLocaleString(NUMBERS, { maximumSignificantDigits: 2 })} M`;
}

/** "2 minutes ago", in the words of a language; null when it was within the last minute. */
export function ago(then: number, now: number, { locale }: Messages): string | null {
  const minutes = Math.floor((now - then) / 60_000);
  if (minutes < 1) return null;
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "always" });
  if (minutes < 60) return words.format(-minutes, "minute");
  if (minutes < 24 * 60) return words.format(-Math.floor(minutes / 60), "hour");
  return words.format(-Math.floor(minutes / (24 * 60)), "day");
}
