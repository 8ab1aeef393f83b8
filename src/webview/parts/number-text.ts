import { group } from "../strings.ts";

/**
 * A measured quantity (a distance, a mean) in three significant digits. Never used for a file's own values: those are
 * printed exactly by the engine.
 */
export function measured(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e3 && size < 1e6) return String(Math.round(value));
  const text = size >= 1e6 || size < 1e-3 ? value.toExponential(2) : value.toPrecision(3);
  return tidy(text);
}

/** 1.80e-8 as 1.8e-8, 12.0 as 12, 1.5e+9 as 1.5e9. */
function tidy(text: string): string {
  const [mantissa = "", exponent] = text.split("e");
  const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  return exponent === undefined ? short : `${short}e${exponent.replace("+", "")}`;
}

/** A distance in ulps: exact while it is readable, then in powers of ten. */
export function ulps(value: bigint): string {
  const size = value < 0n ? -value : value;
  return size < 1_000_000n ? group(value) : measured(Number(value));
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

export function byteSize(bytes: number): string {
  let unit = 0;
  let size = bytes;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? group(size) : measured(size)} ${UNITS[unit] ?? ""}`;
}

/** How many characters stand before the decimal point (or the exponent, or the end) and how many from there on. */
export interface PointSplit {
  readonly before: number;
  readonly after: number;
}

/** Where a printed number's decimal point is, so that a column of numbers can be aligned at it. Text aligns at its end. */
export function pointSplit(text: string): PointSplit {
  if (!/^[+-]?\d/.test(text)) return { before: text.length, after: 0 };
  const at = text.search(/[.eE]/);
  return at < 0 ? { before: text.length, after: 0 } : { before: at, after: text.length - at };
}
