import { type FloatFormat, defaultNaN, infinityBits, largestBits, splitFloat, withSign } from "./float-format.ts";

/**
 * The bit pattern of `format` nearest to numerator / denominator, ties to even: one rounding, whatever the input.
 * What is too large becomes infinity; NaN where the format has none (as ml_dtypes does); the largest number where it
 * has neither.
 */
export function roundRational(
  format: FloatFormat,
  isNegative: boolean,
  numerator: bigint,
  denominator: bigint,
): bigint {
  if (numerator === 0n) return zeroBits(format, isNegative);
  if (format.special === "scale") return isNegative ? ones(format) : roundScale(format, numerator, denominator);
  const fractionBits = BigInt(format.isLeadingBitStored ? format.fractionBits - 1 : format.fractionBits);
  const minimum = 1 - format.bias;
  let exponent = Math.max(floorLog2(numerator, denominator), minimum);
  let significand = divideRounding(numerator, denominator, Number(fractionBits) - exponent);
  if (significand >> (fractionBits + 1n) !== 0n) {
    significand >>= 1n;
    exponent += 1;
  }
  const isNormal = significand >> fractionBits !== 0n;
  const stored = format.isLeadingBitStored || !isNormal ? significand : significand - (1n << fractionBits);
  const biased = BigInt(isNormal ? exponent + format.bias : 0);
  const magnitude = (biased << BigInt(format.fractionBits)) | stored;
  if (magnitude > largestBits(format)) return overflowBits(format, isNegative);
  return magnitude === 0n ? zeroBits(format, isNegative) : withSign(format, magnitude, isNegative);
}

/** A finite, infinite or NaN pattern of one format in another. NaN becomes the default NaN; the sign is kept. */
export function convertBits(from: FloatFormat, bits: bigint, to: FloatFormat): bigint {
  const parts = splitFloat(from, bits);
  if (parts.kind === "nan") return nanBits(to, parts.isNegative);
  if (parts.kind === "infinite") return overflowBits(to, parts.isNegative);
  const { significand, exponent, isNegative } = parts;
  return exponent >= 0
    ? roundRational(to, isNegative, significand << BigInt(exponent), 1n)
    : roundRational(to, isNegative, significand, 1n << BigInt(-exponent));
}

/** What a magnitude over the largest number becomes. */
export function overflowBits(format: FloatFormat, isNegative: boolean): bigint {
  return (
    infinityBits(format, isNegative) ??
    (format.special === "finite" ? withSign(format, largestBits(format), isNegative) : nanBits(format, isNegative))
  );
}

/** The default NaN with a sign, where the format has signed ones; -0 where it has no NaN (as ml_dtypes does). */
function nanBits(format: FloatFormat, isNegative: boolean): bigint {
  const nan = defaultNaN(format);
  if (nan === undefined) return 1n << BigInt(format.bits - 1);
  return format.special === "ieee" || format.special === "fn" ? withSign(format, nan, isNegative) : nan;
}

/** Zero with its sign; without one in formats that have no -0; NaN in the one that has no zero. */
export function zeroBits(format: FloatFormat, isNegative: boolean): bigint {
  if (format.special === "scale") return ones(format);
  return format.special === "fnuz" ? 0n : withSign(format, 0n, isNegative);
}

function ones(format: FloatFormat): bigint {
  return (1n << BigInt(format.bits)) - 1n;
}

/** Powers of two: half way between two of them is rounded up; below the smallest is the smallest. */
function roundScale(format: FloatFormat, numerator: bigint, denominator: bigint): bigint {
  const floor = floorLog2(numerator, denominator);
  const exponent = divideRounding(numerator, denominator, -floor) === 2n ? floor + 1 : floor;
  if (exponent + format.bias < 0) return 0n;
  return exponent + format.bias > Number(largestBits(format)) ? ones(format) : BigInt(exponent + format.bias);
}

/** floor(log2(numerator / denominator)), exactly. */
function floorLog2(numerator: bigint, denominator: bigint): number {
  const guess = bitLength(numerator) - bitLength(denominator);
  const isAtLeast = guess >= 0 ? numerator >= denominator << BigInt(guess) : numerator << BigInt(-guess) >= denominator;
  return isAtLeast ? guess : guess - 1;
}

/** numerator / denominator * 2^shift as an integer, ties to even. */
function divideRounding(numerator: bigint, denominator: bigint, shift: number): bigint {
  const n = shift >= 0 ? numerator << BigInt(shift) : numerator;
  const d = shift >= 0 ? denominator : denominator << BigInt(-shift);
  const quotient = n / d;
  const twice = (n - quotient * d) * 2n;
  return twice > d || (twice === d && (quotient & 1n) === 1n) ? quotient + 1n : quotient;
}

/** Bits of a positive integer. */
export function bitLength(value: bigint): number {
  const text = value.toString(16);
  return (text.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(text.charAt(0), 16)));
}
