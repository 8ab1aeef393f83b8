import type { FloatFormat, FloatParts } from "./float-format.ts";
import { bitLength } from "./rounding.ts";

/** A positive decimal: 0.d1d2d3... * 10^point, `digits` without leading or trailing zeros ("" is zero). */
export interface Decimal {
  readonly digits: string;
  readonly point: number;
}

const ZERO: Decimal = { digits: "", point: 0 };

/** 10^n; the powers that shortest digits of float64 and narrower types need are kept. */
const powers: bigint[] = [];

export function powerOfTen(exponent: number): bigint {
  if (exponent > 400) return 10n ** BigInt(exponent);
  return (powers[exponent] ??= 10n ** BigInt(exponent));
}

/**
 * The fewest digits that round back to the same value of its format, and of those the ones nearest to the value
 * (Steele and White's free-format algorithm, in integers). The magnitude only.
 */
export function shortestDecimal(format: FloatFormat, parts: FloatParts): Decimal {
  const { significand, exponent } = parts;
  if (significand === 0n) return ZERO;
  const isScale = format.special === "scale";
  // The gap below a power of two is half the gap above it, except where the numbers below are subnormal.
  const precision = format.isLeadingBitStored ? format.fractionBits - 1 : format.fractionBits;
  const isNarrowBelow = isScale || (significand === 1n << BigInt(precision) && !isLowest(format, parts));
  // value = numerator / denominator; half gaps in the same unit.
  const shift = isNarrowBelow ? 2 : 1;
  let numerator = (exponent >= 0 ? significand << BigInt(exponent) : significand) << BigInt(shift);
  let denominator = exponent >= 0 ? 1n << BigInt(shift) : 1n << BigInt(shift - exponent);
  let below = exponent >= 0 ? 1n << BigInt(exponent) : 1n;
  let above = isNarrowBelow ? below * 2n : below;
  // Ties go to even; between powers of two they go up.
  const isEven = (significand & 1n) === 0n;
  const canBeBelow = isScale || isEven;
  const canBeAbove = !isScale && isEven;

  let point = Math.ceil((bitLength(significand) + exponent - 1) * Math.LOG10E * Math.LN2 - 1e-10);
  if (point >= 0) denominator *= powerOfTen(point);
  else {
    const scale = powerOfTen(-point);
    numerator *= scale;
    below *= scale;
    above *= scale;
  }
  // The estimate is right or one too small.
  if (canBeAbove ? numerator + above >= denominator : numerator + above > denominator) {
    point += 1;
    denominator *= 10n;
  }
  let digits = "";
  for (;;) {
    numerator *= 10n;
    below *= 10n;
    above *= 10n;
    const digit = numerator / denominator;
    numerator -= digit * denominator;
    const isLow = canBeBelow ? numerator <= below : numerator < below;
    const isHigh = canBeAbove ? numerator + above >= denominator : numerator + above > denominator;
    if (!isLow && !isHigh) {
      digits += String(digit);
      continue;
    }
    const twice = numerator * 2n;
    const isUp = isLow && isHigh ? twice > denominator || (twice === denominator && (digit & 1n) === 1n) : isHigh;
    return normalise(digits + String(isUp ? digit + 1n : digit), point);
  }
}

function isLowest(format: FloatFormat, parts: FloatParts): boolean {
  const leading = format.isLeadingBitStored ? format.fractionBits - 1 : format.fractionBits;
  return parts.exponent <= 1 - format.bias - leading;
}

/** significand * 2^exponent in full. */
export function exactDecimalOf(significand: bigint, exponent: number): Decimal {
  if (significand === 0n) return ZERO;
  if (exponent >= 0) return fromInteger(significand << BigInt(exponent), 0);
  return fromInteger(significand * 5n ** BigInt(-exponent), exponent);
}

/** integer * 10^exponent. */
export function fromInteger(integer: bigint, exponent: number): Decimal {
  const text = integer.toString();
  return normalise(text, text.length + exponent);
}

/** The digits and exponent of a number's text as JavaScript or JSON writes it; the sign is left out. */
export function fromNumberText(text: string): Decimal {
  const match = /^[-+]?(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/.exec(text);
  if (match === null) return ZERO;
  const [, whole = "", fraction = "", exponent = "0"] = match;
  return normalise(whole + fraction, whole.length + Number(exponent));
}

function normalise(digits: string, point: number): Decimal {
  let start = 0;
  while (digits.charCodeAt(start) === 0x30) start += 1;
  let end = digits.length;
  while (end > start && digits.charCodeAt(end - 1) === 0x30) end -= 1;
  return end === start ? ZERO : { digits: digits.slice(start, end), point: point - start };
}

/** Python's `repr` of a float: positional from 1e-4 up to 1e16, else with an exponent of at least two digits. */
export function pythonFloat(decimal: Decimal): string {
  const { digits, point } = decimal;
  if (digits === "") return "0.0";
  return point > 16 || point < -3 ? scientific(decimal) : positional(decimal);
}

/** All digits, no exponent, at least one after the point. */
export function positional({ digits, point }: Decimal): string {
  if (digits === "") return "0.0";
  if (point <= 0) return `0.${"0".repeat(-point)}${digits}`;
  if (digits.length <= point) return `${digits}${"0".repeat(point - digits.length)}.0`;
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

function scientific({ digits, point }: Decimal): string {
  const exponent = Math.abs(point - 1);
  const sign = point - 1 < 0 ? "-" : "+";
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
  return `${digits.charAt(0)}${fraction}e${sign}${exponent < 10 ? "0" : ""}${exponent}`;
}
