import type { DType } from "./dtype.ts";
import { floatBits } from "./element-bits.ts";
import { toBigInt } from "./element-number.ts";
import { exactDecimalOf, positional, pythonFloat } from "./decimal.ts";
import { float64Text } from "./float-text.ts";
import { type FloatFormat, type FloatName, floatFormat, isFloatName, splitFloat } from "./float-format.ts";

/**
 * The place of a value among all values of its dtype, in order: neighbours differ by 1, both zeros are 0. Undefined
 * for NaN and for kinds without an order.
 */
export function orderedInteger(dtype: DType, view: DataView, at: number): bigint | undefined {
  if (isFloatName(dtype.scalar)) return orderedFloat(dtype.scalar, floatBits(dtype.scalar, dtype, view, at));
  if (dtype.kind === "i" || dtype.kind === "u" || dtype.kind === "b") return toBigInt(dtype, view, at);
  return undefined;
}

function orderedFloat(name: FloatName, bits: bigint): bigint | undefined {
  const format = floatFormat(name);
  const parts = splitFloat(format, bits);
  if (parts.kind === "nan") return undefined;
  if (format.special === "scale") return bits;
  const magnitude = withoutLeadingBit(format, bits & ((1n << BigInt(format.bits - 1)) - 1n));
  return parts.isNegative ? -magnitude : magnitude;
}

/** x87 stores the leading 1, which would count every second half of the patterns as values. */
function withoutLeadingBit(format: FloatFormat, magnitude: bigint): bigint {
  if (!format.isLeadingBitStored) return magnitude;
  const fraction = BigInt(format.fractionBits - 1);
  const exponent = magnitude >> BigInt(format.fractionBits);
  return (exponent << fraction) + (magnitude & ((1n << fraction) - 1n));
}

/** Values of the dtype between two elements; undefined where either is NaN or the dtype has no order. */
export function ulpDistance(
  dtype: DType,
  one: DataView,
  oneAt: number,
  other: DataView,
  otherAt: number,
): bigint | undefined {
  const a = orderedInteger(dtype, one, oneAt);
  const b = orderedInteger(dtype, other, otherAt);
  if (a === undefined || b === undefined) return undefined;
  return a > b ? a - b : b - a;
}

/**
 * Distance to the next value of the dtype away from zero, as text: `2.220446049250313e-16` at 1.0. Undefined for what
 * is not finite or not a number.
 */
export function ulpAt(dtype: DType, view: DataView, at: number): string | undefined {
  if (dtype.kind === "i" || dtype.kind === "u") return "1";
  if (!isFloatName(dtype.scalar)) return undefined;
  const parts = splitFloat(floatFormat(dtype.scalar), floatBits(dtype.scalar, dtype, view, at));
  if (parts.kind !== "finite") return undefined;
  const step = 2 ** parts.exponent;
  if (step > 0 && Number.isFinite(step)) return float64Text(step);
  // Beyond float64 (x87): 17 digits are plenty for a distance.
  const { digits, point } = exactDecimalOf(1n, parts.exponent);
  return digits.length > 17 ? pythonFloat({ digits: digits.slice(0, 17), point }) : positional({ digits, point });
}
