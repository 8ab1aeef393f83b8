import type { DType } from "./dtype.ts";

/**
 * Writes the element that a number's text (JSON's grammar) names, in the dtype's byte order; false, and nothing that
 * counts is written, where only `encodeElement` can tell: the two never disagree.
 */
export type NumberWriter = (view: DataView, at: number, text: string) => boolean;

/** The writer of a dtype that most numbers of most files have; undefined for others. */
export function numberWriter({ scalar, kind, bits, itemSize, bigEndian }: DType): NumberWriter | undefined {
  if (scalar === "float64") return (view, at, text) => writeFloat64(view, at, text, !bigEndian);
  if (scalar === "float32") return (view, at, text) => writeFloat32(view, at, text, !bigEndian);
  if ((kind !== "i" && kind !== "u") || itemSize * 8 !== bits) return undefined;
  const [low, high] = kind === "i" ? [-(2 ** (bits - 1)), 2 ** (bits - 1)] : [0, 2 ** bits];
  return (view, at, text) => {
    const value = shortInteger(text);
    if (value === undefined || value < low || value >= high) return false;
    writeInteger(view, at, value, bits, !bigEndian);
    return true;
  };
}

function writeFloat64(view: DataView, at: number, text: string, isLittle: boolean): boolean {
  const value = Number(text);
  view.setFloat64(at, value, isLittle);
  return Number.isFinite(value);
}

const MIN_NORMAL = 2 ** -126;
const double = new DataView(new ArrayBuffer(8));

/**
 * By way of float64, where rounding twice is rounding once: unless the float64 lies half way between two float32
 * values, the decimal is on the same side of that half way as the float64 is.
 */
function writeFloat32(view: DataView, at: number, text: string, isLittle: boolean): boolean {
  const value = Number(text);
  view.setFloat32(at, value, isLittle);
  if (value === 0) return true;
  if (!Number.isFinite(Math.fround(value)) || Math.abs(value) < MIN_NORMAL) return false;
  double.setFloat64(0, value);
  return (double.getUint32(4) & 0x1fffffff) !== 0x10000000;
}

/** Digits of a whole number that a float64 holds, whatever they are. */
const SAFE_DIGITS = 15;

/** Undefined for what is not written as digits alone, and for more of them than are certain to be exact. */
function shortInteger(text: string): number | undefined {
  const isNegative = text.charCodeAt(0) === 0x2d;
  const first = isNegative ? 1 : 0;
  if (text.length === first || text.length - first > SAFE_DIGITS) return undefined;
  let value = 0;
  for (let k = first; k < text.length; k++) {
    const digit = text.charCodeAt(k) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return isNegative ? 0 - value : value;
}

/** In two's complement. */
function writeInteger(view: DataView, at: number, value: number, bits: number, isLittle: boolean): void {
  if (bits === 8) view.setInt8(at, value);
  else if (bits === 16) view.setInt16(at, value, isLittle);
  else if (bits === 32) view.setInt32(at, value, isLittle);
  else {
    const high = Math.floor(value / 2 ** 32);
    view.setInt32(at + (isLittle ? 4 : 0), high, isLittle);
    view.setUint32(at + (isLittle ? 0 : 4), value - high * 2 ** 32, isLittle);
  }
}
