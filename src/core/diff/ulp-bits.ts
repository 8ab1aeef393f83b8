import { elementPosition, ulpDistance } from "../model/decode.ts";
import type { DType } from "../model/dtype.ts";

/**
 * How far apart two elements of a type are, in bits: k where the distance is from 2^k ulps to under 2^(k+1); -1 where it
 * is nought, or there is none (NaN).
 */
export type UlpBits = (old: DataView, next: DataView, index: number) => number;

/** Of little-endian elements. Undefined for types without an order. */
export function ulpBits(dtype: DType): UlpBits | undefined {
  const { kind, scalar, itemSize } = dtype;
  if (scalar === undefined || !["f", "i", "u", "x"].includes(kind)) return undefined;
  if (scalar === "float64") return doubleBits;
  if (scalar === "float32") return singleBits;
  const little: DType = dtype.bigEndian ? { ...dtype, bigEndian: false } : dtype;
  const step = itemSize > 0 ? itemSize : elementPosition(dtype, 1);
  return (old, next, index) => {
    const distance = ulpDistance(little, old, index * step, next, index * step);
    return distance === undefined || distance === 0n ? -1 : distance.toString(2).length - 1;
  };
}

/** By halves of 32 bits: both floats are whole numbers of ulps from zero, and a float64 would round their difference. */
function doubleBits(old: DataView, next: DataView, index: number): number {
  const at = index * 8;
  const [a, b] = [old.getUint32(at + 4, true), next.getUint32(at + 4, true)];
  const [c, d] = [old.getUint32(at, true), next.getUint32(at, true)];
  let upper: number;
  let lower: number;
  if (a >>> 31 === b >>> 31) {
    upper = (a & 0x7fffffff) - (b & 0x7fffffff);
    lower = c - d;
  } else {
    upper = (a & 0x7fffffff) + (b & 0x7fffffff);
    lower = c + d;
  }
  if (upper < 0 || (upper === 0 && lower < 0)) {
    upper = -upper;
    lower = -lower;
  }
  if (lower < 0) {
    upper -= 1;
    lower += 4294967296;
  } else if (lower >= 4294967296) {
    upper += 1;
    lower -= 4294967296;
  }
  return upper > 0 ? 63 - Math.clz32(upper) : 31 - Math.clz32(lower);
}

function singleBits(old: DataView, next: DataView, index: number): number {
  return 31 - Math.clz32(Math.abs(ordered(old.getInt32(index * 4, true)) - ordered(next.getInt32(index * 4, true))));
}

/** The place of a float32 among all of them; both zeros are at 0. */
function ordered(bits: number): number {
  return bits < 0 ? -(bits & 0x7fffffff) : bits;
}
