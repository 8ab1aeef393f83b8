import type { ScalarName } from "./dtype.ts";

/**
 * Binary floating-point layouts as rows: sign, exponent, fraction, most significant bit first. Everything exact
 * (decimal expansion, shortest text, rounding) is derived from a row; only the fast paths know a format by name.
 */
export interface FloatFormat {
  /** Of the whole value, without padding: 80 for x87. */
  readonly bits: number;
  readonly exponentBits: number;
  /** Of the stored significand. x87 stores the leading 1 as well, which is counted here. */
  readonly fractionBits: number;
  readonly bias: number;
  /**
   * What the largest exponent and the negative zero mean.
   * `ieee`: infinities and NaNs. `fn`: finite, NaN only where all bits are ones. `fnuz`: no infinity, no -0; the
   * pattern of -0 is the one NaN. `scale`: an exponent without sign or zero (E8M0), all ones is NaN. `finite`: every
   * pattern is a number.
   */
  readonly special: "ieee" | "fn" | "fnuz" | "scale" | "finite";
  /** x87: the leading bit of the significand is stored. */
  readonly isLeadingBitStored: boolean;
}

const row = (
  bits: number,
  exponentBits: number,
  fractionBits: number,
  bias: number,
  special: FloatFormat["special"],
  isLeadingBitStored = false,
): FloatFormat => ({ bits, exponentBits, fractionBits, bias, special, isLeadingBitStored });

const X87 = row(80, 15, 64, 16383, "ieee", true);

/**
 * IEEE 754; x87 from Intel's SDM vol. 1, 4.2; 8-bit types from the OCP OFP8 specification and the `fnuz` variants of
 * arXiv:2206.02915; 4, 6 bits and E8M0 from OCP Microscaling Formats 1.0.
 */
export const FLOAT_FORMATS = {
  float16: row(16, 5, 10, 15, "ieee"),
  float32: row(32, 8, 23, 127, "ieee"),
  float64: row(64, 11, 52, 1023, "ieee"),
  float96: X87,
  float128: X87,
  bfloat16: row(16, 8, 7, 127, "ieee"),
  float8_e4m3fn: row(8, 4, 3, 7, "fn"),
  float8_e5m2: row(8, 5, 2, 15, "ieee"),
  float8_e4m3fnuz: row(8, 4, 3, 8, "fnuz"),
  float8_e5m2fnuz: row(8, 5, 2, 16, "fnuz"),
  float8_e8m0fnu: row(8, 8, 0, 127, "scale"),
  float6_e2m3fn: row(6, 2, 3, 1, "finite"),
  float6_e3m2fn: row(6, 3, 2, 3, "finite"),
  float4_e2m1fn: row(4, 2, 1, 1, "finite"),
} as const satisfies Partial<Record<ScalarName, FloatFormat>>;

export type FloatName = keyof typeof FLOAT_FORMATS;

export function isFloatName(scalar: string | undefined): scalar is FloatName {
  return scalar !== undefined && Object.hasOwn(FLOAT_FORMATS, scalar);
}

export function floatFormat(name: FloatName): FloatFormat {
  return FLOAT_FORMATS[name];
}

/** A float taken apart: `significand * 2^exponent`, exactly. */
export interface FloatParts {
  readonly kind: "finite" | "infinite" | "nan";
  readonly isNegative: boolean;
  readonly significand: bigint;
  readonly exponent: number;
  /** Smaller than the smallest number with a full significand, and not zero. */
  readonly isSubnormal: boolean;
}

/** Takes a bit pattern apart. x87 patterns that no processor since the 387 makes (unnormals) read as NaN, as there. */
export function splitFloat(format: FloatFormat, bits: bigint): FloatParts {
  const { exponentBits, fractionBits, bias, special } = format;
  const maxExponent = (1 << exponentBits) - 1;
  const exponent = Number((bits >> BigInt(fractionBits)) & BigInt(maxExponent));
  const stored = bits & ((1n << BigInt(fractionBits)) - 1n);
  if (special === "scale") {
    const kind = exponent === maxExponent ? "nan" : "finite";
    return { kind, isNegative: false, significand: 1n, exponent: exponent - bias, isSubnormal: false };
  }
  const isNegative = bits >> BigInt(exponentBits + fractionBits) !== 0n;
  const kind = kindOf(format, exponent, stored, isNegative, maxExponent);
  // The binary point lies behind the leading bit, stored or not.
  const scale = 1 - bias - (format.isLeadingBitStored ? fractionBits - 1 : fractionBits);
  const hasHiddenBit = exponent > 0 && !format.isLeadingBitStored;
  return {
    kind,
    isNegative,
    significand: hasHiddenBit ? stored | (1n << BigInt(fractionBits)) : stored,
    exponent: scale + Math.max(exponent, 1) - 1,
    isSubnormal: kind === "finite" && exponent === 0 && stored !== 0n,
  };
}

function kindOf(
  format: FloatFormat,
  exponent: number,
  stored: bigint,
  isNegative: boolean,
  maxExponent: number,
): FloatParts["kind"] {
  const { special, fractionBits } = format;
  if (special === "finite") return "finite";
  if (special === "fnuz") return isNegative && exponent === 0 && stored === 0n ? "nan" : "finite";
  if (special === "fn")
    return exponent === maxExponent && stored === (1n << BigInt(fractionBits)) - 1n ? "nan" : "finite";
  const leading = 1n << BigInt(fractionBits - 1);
  if (format.isLeadingBitStored && exponent > 0 && (stored & leading) === 0n) return "nan";
  if (exponent < maxExponent) return "finite";
  return (format.isLeadingBitStored ? stored & ~leading : stored) === 0n ? "infinite" : "nan";
}

/** The pattern that "nan" stands for: positive and quiet, or the format's only one. Undefined where there is none. */
export function defaultNaN(format: FloatFormat): bigint | undefined {
  const { bits, exponentBits, fractionBits, special } = format;
  if (special === "finite") return undefined;
  if (special === "fnuz") return 1n << BigInt(bits - 1);
  if (special === "scale") return (1n << BigInt(bits)) - 1n;
  if (special === "fn") return (1n << BigInt(bits - 1)) - 1n;
  const quiet = format.isLeadingBitStored ? 3n << BigInt(fractionBits - 2) : 1n << BigInt(fractionBits - 1);
  return (((1n << BigInt(exponentBits)) - 1n) << BigInt(fractionBits)) | quiet;
}

/** The pattern of infinity; undefined where the format has none. */
export function infinityBits(format: FloatFormat, isNegative: boolean): bigint | undefined {
  if (format.special !== "ieee") return undefined;
  const leading = format.isLeadingBitStored ? 1n << BigInt(format.fractionBits - 1) : 0n;
  const magnitude = (((1n << BigInt(format.exponentBits)) - 1n) << BigInt(format.fractionBits)) | leading;
  return withSign(format, magnitude, isNegative);
}

/** The largest finite magnitude. */
export function largestBits(format: FloatFormat): bigint {
  const { bits, exponentBits, fractionBits, special } = format;
  const allOnes = (1n << BigInt(exponentBits + fractionBits)) - 1n;
  if (special === "ieee") return (((1n << BigInt(exponentBits)) - 2n) << BigInt(fractionBits)) | fractionMask(format);
  if (special === "scale") return (1n << BigInt(bits)) - 2n;
  return special === "fn" ? allOnes - 1n : allOnes;
}

export function withSign(format: FloatFormat, magnitude: bigint, isNegative: boolean): bigint {
  return isNegative ? magnitude | (1n << BigInt(format.bits - 1)) : magnitude;
}

function fractionMask(format: FloatFormat): bigint {
  return (1n << BigInt(format.fractionBits)) - 1n;
}
