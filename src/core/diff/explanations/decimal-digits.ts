/**
 * Decimal rounding of float64 values, decided exactly: the fast way is taken only where its error cannot reach the
 * answer, else the digits are written out (JavaScript's toPrecision and toFixed are exact).
 */

/** 10^0 .. 10^22 are float64 exactly. */
const EXACT_POWERS = Array.from({ length: 23 }, (_, n) => 10 ** n);
const MAX_SAFE = 2 ** 53;

/** floor(log10(value)) of a positive finite number. */
export function decimalExponent(value: number): number {
  const guess = Math.floor(Math.log10(value));
  // log10 may be off by an ulp next to a power of ten.
  if (value < powerOfTen(guess)) return guess - 1;
  return value >= powerOfTen(guess + 1) ? guess + 1 : guess;
}

function powerOfTen(exponent: number): number {
  return exponent >= 0 && exponent <= 22 ? (EXACT_POWERS[exponent] ?? 0) : Number(`1e${exponent}`);
}

export type DecimalMode = "rounded" | "truncated";

/**
 * True when `result` is `value` with `decimals` digits behind the point (before it, when negative), read back as the
 * nearest float64 and then passed through `store`. Both positive and finite. Half way between two decimals either is
 * right: writers differ in it.
 */
export function isDecimalOf(
  value: number,
  result: number,
  decimals: number,
  mode: DecimalMode,
  store: (value: number) => number,
): boolean {
  const power = EXACT_POWERS[Math.abs(decimals)];
  const scaled = power === undefined ? Number.POSITIVE_INFINITY : decimals >= 0 ? value * power : value / power;
  if (power === undefined || scaled >= MAX_SAFE / 4) return isWrittenDecimal(value, result, decimals, mode, store);
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const error = Math.max(scaled, 1) * 2 ** -51;
  const isOf = (integer: number): boolean => store(decimals >= 0 ? integer / power : integer * power) === result;
  if (mode === "truncated")
    return isOf(floor) || (rest > 1 - error && isOf(floor + 1)) || (rest < error && floor > 0 && isOf(floor - 1));
  if (rest < 0.5 - error) return isOf(floor);
  return rest > 0.5 + error ? isOf(floor + 1) : isOf(floor) || isOf(floor + 1);
}

/** The same by writing digits: about a hundred times slower, right for all. */
function isWrittenDecimal(
  value: number,
  result: number,
  decimals: number,
  mode: DecimalMode,
  store: (value: number) => number,
): boolean {
  const digits = decimals + decimalExponent(value) + 1;
  if (digits < 1 || digits > 25) return false;
  if (mode === "rounded") return store(Number(value.toPrecision(digits))) === result;
  const [significand = "", exponent = "0"] = value.toExponential(Math.min(100, digits + 30)).split("e");
  return store(Number(`${significand.slice(0, digits === 1 ? 1 : digits + 1)}e${exponent}`)) === result;
}

/** log2(10). */
export const BITS_PER_DIGIT = 3.321928094887362;
