import { defaultNaN, FLOAT_FORMATS, type FloatFormat, type FloatName, splitFloat } from "./float-format.ts";
import { convertBits, overflowBits, zeroBits } from "./rounding.ts";

/**
 * Fast float codecs: patterns of the narrow formats to float64 (always exact) and float64 to them (one rounding,
 * ties to even). NaN payloads do not survive a host number: what must keep them works on the bits.
 */

export type NarrowFloatName = Exclude<FloatName, "float32" | "float64" | "float96" | "float128">;

const tables = new Map<NarrowFloatName, Float64Array>();

/** float64 of every pattern of a format of up to 16 bits; 512 KiB for the 16-bit ones, made when first asked for. */
export function decodeTable(name: NarrowFloatName): Float64Array {
  const known = tables.get(name);
  if (known !== undefined) return known;
  const format: FloatFormat = FLOAT_FORMATS[name];
  const table = new Float64Array(1 << format.bits);
  const length = 1 << format.fractionBits;
  for (let first = 0; first < table.length; first += length) fillExponent(format, table, first, length);
  tables.set(name, table);
  return table;
}

/** The patterns of one sign and exponent. They are evenly spaced, but where the format has its special ones. */
function fillExponent(format: FloatFormat, table: Float64Array, first: number, length: number): void {
  const exponent = (first / length) & ((1 << format.exponentBits) - 1);
  const isPlain = length > 1 && exponent > 0 && exponent < (1 << format.exponentBits) - 1;
  const start = partsToNumber(format, BigInt(first));
  const step = partsToNumber(format, BigInt(first + 1)) - start;
  for (let at = 0; at < length; at += 1)
    table[first + at] = isPlain ? start + at * step : partsToNumber(format, BigInt(first + at));
}

function partsToNumber(format: FloatFormat, bits: bigint): number {
  const { kind, isNegative, significand, exponent } = splitFloat(format, bits);
  if (kind === "nan") return Number.NaN;
  const magnitude = kind === "infinite" ? Number.POSITIVE_INFINITY : Number(significand) * 2 ** exponent;
  return isNegative ? -magnitude : magnitude;
}

const scratch = new DataView(new ArrayBuffer(8));

/** The float64 nearest to an x87 extended value, given its 80 bits. */
export function x87ToNumber(bits: bigint): number {
  const exponent = (Number(bits >> 64n) & 0x7fff) - 16383;
  const significand = BigInt.asUintN(64, bits);
  // In float64's normal range the one rounding is that of the significand.
  if (exponent >= -1022 && exponent <= 1022 && significand >> 63n === 1n) {
    const magnitude = Number(significand) * 2 ** -63 * 2 ** exponent;
    return bits >> 79n === 1n ? -magnitude : magnitude;
  }
  scratch.setBigUint64(0, convertBits(FLOAT_FORMATS.float128, bits, FLOAT_FORMATS.float64));
  return scratch.getFloat64(0);
}

/** The 80 bits of a float64, which are exact. */
export function numberToX87(value: number): bigint {
  scratch.setFloat64(0, value);
  return convertBits(FLOAT_FORMATS.float64, scratch.getBigUint64(0), FLOAT_FORMATS.float128);
}

export interface Encoded {
  readonly bits: number;
  /** True when the value lay exactly between two patterns, or beyond the range: text that was rounded needs a second look. */
  readonly isClose: boolean;
}

/** The pattern of a format of up to 32 bits nearest to a float64, ties to even. */
export function encodeFloat(name: NarrowFloatName | "float32", value: number): number {
  return encodeNumber(FLOAT_FORMATS[name], value).bits;
}

export function encodeNumber(format: FloatFormat, value: number): Encoded {
  if (!Number.isFinite(value) || value === 0 || format.special === "scale") return encodeSpecial(format, value);
  const magnitude = Math.abs(value);
  const exponent = Math.max(exponentOf(magnitude), 1 - format.bias);
  // A power of two: the quotient is exact, and below 2^(fractionBits + 1).
  const quotient = magnitude / 2 ** (exponent - format.fractionBits);
  const floor = Math.floor(quotient);
  const rest = quotient - floor;
  const isUp = rest > 0.5 || (rest === 0.5 && floor % 2 === 1);
  const significand = isUp ? floor + 1 : floor;
  const hidden = 2 ** format.fractionBits;
  // A carry out of the significand adds one to the exponent by itself.
  const biased = exponent + format.bias - 1;
  const pattern = significand < hidden ? significand : biased * hidden + significand;
  const isNegative = value < 0;
  if (pattern > largestPattern(format)) return { bits: Number(overflowBits(format, isNegative)), isClose: true };
  if (pattern === 0) return { bits: Number(zeroBits(format, isNegative)), isClose: true };
  return { bits: isNegative ? pattern + 2 ** (format.bits - 1) : pattern, isClose: rest === 0.5 };
}

function encodeSpecial(format: FloatFormat, value: number): Encoded {
  scratch.setFloat64(0, value);
  const bits = convertBits(FLOAT_FORMATS.float64, scratch.getBigUint64(0), format);
  // The sign of a host NaN says nothing: NaN is the default one.
  const nan = Number.isNaN(value) ? defaultNaN(format) : undefined;
  return { bits: Number(nan ?? bits), isClose: true };
}

const largest = new WeakMap<FloatFormat, number>();

function largestPattern(format: FloatFormat): number {
  const known = largest.get(format);
  if (known !== undefined) return known;
  const ones = 2 ** (format.exponentBits + format.fractionBits) - 1;
  const pattern =
    format.special === "ieee" ? ones - 2 ** format.fractionBits : format.special === "fn" ? ones - 1 : ones;
  largest.set(format, pattern);
  return pattern;
}

/** floor(log2(value)) of a positive finite number. */
export function exponentOf(value: number): number {
  scratch.setFloat64(0, value);
  const biased = (scratch.getUint16(0) >> 4) & 0x7ff;
  if (biased > 0) return biased - 1023;
  scratch.setFloat64(0, value * 2 ** 54);
  return ((scratch.getUint16(0) >> 4) & 0x7ff) - 1023 - 54;
}
