import { type FloatGrid, roundToGrid } from "./float-grid.ts";

/**
 * Decimal rounding of float64 values, decided exactly: the fast way is taken only where its error cannot reach the
 * answer, else the digits are written out (JavaScript's toPrecision and toExponential are exact).
 */

/** The float64 nearest to every power of ten that has one; zero below, infinite above. 10^0 .. 10^22 are exact. */
const LEAST_POWER = -330;
const POWERS = Float64Array.from({ length: 2 * -LEAST_POWER }, (_, n) => Number(`1e${n + LEAST_POWER}`));
const MOST_EXACT = 22;
const MAX_SAFE = 2 ** 53;

const number = new Float64Array(1);
const words = new Uint32Array(number.buffer);

/** floor(log10(value)) of a positive finite number. */
export function decimalExponent(value: number): number {
  number[0] = value;
  const exponent = (words[1] ?? 0) >>> 20;
  // floor(exponent * log10(2)) is right or one too small; below the normal numbers the logarithm is near enough.
  const guess = exponent === 0 ? Math.floor(Math.log10(value)) - 1 : ((exponent - 1023) * 78913) >> 18;
  if (value < (POWERS[guess + 1 - LEAST_POWER] ?? 0)) return guess;
  return value < (POWERS[guess + 2 - LEAST_POWER] ?? 0) ? guess + 1 : guess + 2;
}

export type DecimalMode = "rounded" | "truncated";

/**
 * True when `result` is `value` with `decimals` digits behind the point (before it, when negative), read back as the
 * nearest float64 and then rounded to the type that it is stored in. Both positive and finite. Half way between two
 * decimals either is right: writers differ in it.
 */
export function isDecimalOf(
  value: number,
  result: number,
  decimals: number,
  mode: DecimalMode,
  stored: FloatGrid | undefined,
): boolean {
  const distance = decimals < 0 ? -decimals : decimals;
  if (distance > MOST_EXACT) return isWrittenDecimal(value, result, decimals, mode, stored);
  const power = POWERS[distance - LEAST_POWER] ?? 0;
  const scaled = decimals >= 0 ? value * power : value / power;
  if (scaled >= MAX_SAFE / 4) return isWrittenDecimal(value, result, decimals, mode, stored);
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const error = (scaled > 1 ? scaled : 1) * 2 ** -51;
  if (mode === "truncated")
    return (
      isInteger(floor, power, decimals, result, stored) ||
      // So near to a border only the digits tell on which side of it the value is.
      ((rest > 1 - error || rest < error) && isWrittenDecimal(value, result, decimals, mode, stored))
    );
  if (rest < 0.5 - error) return isInteger(floor, power, decimals, result, stored);
  if (rest > 0.5 + error) return isInteger(floor + 1, power, decimals, result, stored);
  return isInteger(floor, power, decimals, result, stored) || isInteger(floor + 1, power, decimals, result, stored);
}

/** True when integer * 10^-decimals, which is one correctly rounded operation here, is the result. */
function isInteger(
  integer: number,
  power: number,
  decimals: number,
  result: number,
  stored: FloatGrid | undefined,
): boolean {
  const read = decimals >= 0 ? integer / power : integer * power;
  return (stored === undefined ? read : roundToGrid(stored, read)) === result;
}

/** The same by writing digits: about a hundred times slower, right for all. */
function isWrittenDecimal(
  value: number,
  result: number,
  decimals: number,
  mode: DecimalMode,
  stored: FloatGrid | undefined,
): boolean {
  const digits = decimals + decimalExponent(value) + 1;
  if (digits < 1 || digits > 25) return false;
  const read = mode === "rounded" ? Number(value.toPrecision(digits)) : cutTo(value, digits);
  return (stored === undefined ? read : roundToGrid(stored, read)) === result;
}

function cutTo(value: number, digits: number): number {
  const [significand = "", exponent = "0"] = value.toExponential(Math.min(100, digits + 30)).split("e");
  return Number(`${significand.slice(0, digits === 1 ? 1 : digits + 1)}e${exponent}`);
}

/** log2(10). */
export const BITS_PER_DIGIT = 3.321928094887362;
