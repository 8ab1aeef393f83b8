import type { ScalarName } from "../../model/dtype.ts";
import { FLOAT_FORMATS, type FloatFormat, type FloatName, isFloatName } from "../../model/float-format.ts";

/** The numbers that a float format holds: significant bits, and the range of exponents. */
export interface FloatGrid {
  readonly name: FloatName;
  /** Significant bits, the leading one counted. */
  readonly precision: number;
  /** Exponent of the smallest number with full precision. */
  readonly minExponent: number;
  readonly largest: number;
  readonly hasInfinity: boolean;
  readonly hasSignedZero: boolean;
}

export function floatGrid(name: FloatName): FloatGrid {
  const format: FloatFormat = FLOAT_FORMATS[name];
  const { exponentBits, fractionBits, bias, special } = format;
  const stored = format.isLeadingBitStored ? fractionBits - 1 : fractionBits;
  const top = 2 ** exponentBits - 1 - (special === "ieee" ? 1 : 0) - bias;
  // `fn` gives the pattern of all ones to NaN, so the largest number has an even significand.
  const ulps = special === "fn" ? 2 : 1;
  return {
    name,
    precision: stored + 1,
    minExponent: 1 - bias,
    largest: top > 1023 ? Number.MAX_VALUE : (2 - ulps * 2 ** -stored) * 2 ** top,
    hasInfinity: special === "ieee",
    hasSignedZero: special !== "fnuz" && special !== "scale",
  };
}

/** True when every finite number of `inner` is one of `outer`. */
export function isWithin(inner: FloatGrid, outer: FloatGrid): boolean {
  return (
    inner.precision <= outer.precision &&
    inner.largest <= outer.largest &&
    inner.minExponent - inner.precision >= outer.minExponent - outer.precision
  );
}

/** The grid of a float type's values, of a complex type's parts; undefined for other types. */
export function gridOf(scalar: ScalarName | undefined): FloatGrid | undefined {
  if (scalar === "complex64") return floatGrid("float32");
  if (scalar === "complex128") return floatGrid("float64");
  return isFloatName(scalar) &&
    scalar !== "float96" &&
    scalar !== "float128" &&
    FLOAT_FORMATS[scalar].special !== "scale"
    ? floatGrid(scalar)
    : undefined;
}

// The bits of a number, seen from both sides. Typed arrays, because these loops run over every element of a tensor; all
// machines that run this are little-endian.
const number = new Float64Array(1);
const words = new Uint32Array(number.buffer);

/** The exponent of the power of two that neighbours of |value| in the grid are apart. */
function quantum(grid: FloatGrid, value: number): number {
  number[0] = value;
  const exponent = (((words[1] ?? 0) >>> 20) & 0x7ff) - 1023;
  return (exponent > grid.minExponent ? exponent : grid.minExponent) - grid.precision + 1;
}

/** 2^exponent for normal float64 exponents. */
function power(exponent: number): number {
  words[0] = 0;
  words[1] = (exponent + 1023) << 20;
  return number[0] ?? 0;
}

/**
 * A finite float64 rounded to the grid, ties to even, as if the grid had no largest number. Adding 2^(q + 52), whose
 * neighbours are 2^q apart, rounds at 2^q in one float64 addition. For grids of at most 52 bits.
 */
export function roundToGrid(grid: FloatGrid, value: number): number {
  if (value === 0) return value;
  if (grid.name === "float32") return Math.abs(value) >= 3.4e38 ? roundLarge(value) : Math.fround(value);
  const size = Math.abs(value);
  const top = quantum(grid, size) + 52;
  const magic = power(top < 1023 ? top : 1023);
  const rounded = size + magic - magic;
  return value < 0 ? -rounded : rounded;
}

/** float32 near its end, where Math.fround would already say infinity. */
function roundLarge(value: number): number {
  const magic = value < 0 ? -(2 ** 156) : 2 ** 156;
  return Math.abs(value) >= 2 ** 128 ? value : value + magic - magic;
}

/** A finite float64 cut to the grid, towards zero. */
export function cutToGrid(grid: FloatGrid, value: number): number {
  const rounded = roundToGrid(grid, value);
  if (Math.abs(rounded) <= Math.abs(value)) return rounded;
  const step = 2 ** quantum(grid, Math.abs(value));
  return value < 0 ? rounded + step : rounded - step;
}
