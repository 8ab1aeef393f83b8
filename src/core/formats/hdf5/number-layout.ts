import type { FloatFormat } from "../../model/float-format.ts";
import { FLOAT_FORMATS, splitFloat } from "../../model/float-format.ts";
import type { ScalarName } from "../../model/dtype.ts";
import type { H5Cursor } from "./file.ts";

/** Numbers as HDF5 describes them: any bits of an element, in either order. */

export interface FloatLayout {
  readonly isBig: boolean;
  readonly isVax: boolean;
  readonly offset: number;
  readonly precision: number;
  readonly exponentAt: number;
  readonly exponentBits: number;
  readonly fractionAt: number;
  readonly fractionBits: number;
  readonly signAt: number;
  readonly bias: number;
  /** 2: the leading 1 is not stored, 1: it is, 0: numbers are not normalised. */
  readonly normal: number;
}

/** A number that no dtype has. */
export type OddNumber =
  | {
      readonly kind: "integer";
      readonly isBig: boolean;
      readonly offset: number;
      readonly precision: number;
      readonly isSigned: boolean;
    }
  | ({ readonly kind: "float" } & FloatLayout);

export function floatLayout(cursor: H5Cursor, bits: number, size: number): FloatLayout {
  const offset = cursor.u16();
  const precision = cursor.u16();
  const exponentAt = cursor.u8();
  const exponentBits = cursor.u8();
  const fractionAt = cursor.u8();
  const fractionBits = cursor.u8();
  const bias = cursor.u32();
  return {
    isBig: (bits & 1) !== 0 && size > 1,
    isVax: (bits & 0x41) === 0x41,
    offset,
    precision,
    exponentAt,
    exponentBits,
    fractionAt,
    fractionBits,
    signAt: (bits >> 8) & 0xff,
    bias,
    normal: (bits >> 4) & 3,
  };
}

const STANDARD = ["float16", "float32", "float64", "bfloat16", "float8_e5m2"] as const;

/** The scalar type that has exactly these bits; undefined when none has. */
export function standardFloat(layout: FloatLayout, size: number): ScalarName | undefined {
  if (layout.isVax || layout.fractionAt !== 0 || layout.offset !== 0) return undefined;
  const { exponentBits, fractionBits, bias } = layout;
  if (
    exponentBits === 15 &&
    fractionBits === 64 &&
    bias === 16383 &&
    layout.exponentAt === 64 &&
    layout.signAt === 79
  ) {
    if (size === 16) return "float128";
    return size === 12 ? "float96" : undefined;
  }
  if (layout.normal !== 2 || layout.precision !== size * 8) return undefined;
  if (layout.exponentAt !== fractionBits || layout.signAt !== fractionBits + exponentBits) return undefined;
  return STANDARD.find((name) => {
    const format = FLOAT_FORMATS[name];
    const isSame = format.exponentBits === exponentBits && format.fractionBits === fractionBits && format.bias === bias;
    return isSame && format.bits === size * 8;
  });
}

/** One element of an unusual layout, as little-endian bytes of an integer of `size` bytes or of a float64. */
export function convertNumber(number: OddNumber, raw: Uint8Array, out: Uint8Array): void {
  let value = 0n;
  for (let i = 0; i < raw.length; i++) value = (value << 8n) | BigInt(raw[number.isBig ? i : raw.length - 1 - i] ?? 0);
  const view = new DataView(out.buffer, out.byteOffset, out.length);
  if (number.kind === "float") {
    view.setFloat64(0, floatValue(number, value), true);
    return;
  }
  const kept = (value >> BigInt(number.offset)) & ((1n << BigInt(number.precision)) - 1n);
  const integer = number.isSigned ? BigInt.asIntN(number.precision, kept) : kept;
  const wide = BigInt.asUintN(64, integer);
  for (let i = 0; i < out.length; i++) out[i] = Number((wide >> BigInt(8 * i)) & 0xffn);
}

/** Exact: no more than 11 bits of exponent and 52 of fraction. */
function floatValue(layout: FloatLayout, value: bigint): number {
  const field = (at: number, bits: number): bigint => (value >> BigInt(at)) & ((1n << BigInt(bits)) - 1n);
  const { exponentBits, fractionBits, bias } = layout;
  const pattern =
    (field(layout.signAt, 1) << BigInt(exponentBits + fractionBits)) |
    (field(layout.exponentAt, exponentBits) << BigInt(fractionBits)) |
    field(layout.fractionAt, fractionBits);
  const format: FloatFormat = {
    bits: 1 + exponentBits + fractionBits,
    exponentBits,
    fractionBits,
    bias,
    special: "ieee",
    isLeadingBitStored: layout.normal === 1,
  };
  const { kind, isNegative, significand, exponent } = splitFloat(format, pattern);
  if (kind === "nan") return Number.NaN;
  const magnitude = kind === "infinite" ? Number.POSITIVE_INFINITY : scaled(Number(significand), exponent);
  return isNegative ? -magnitude : magnitude;
}

/** In two steps: a power of two alone may be out of range where the product is not. */
function scaled(significand: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return significand * 2 ** half * 2 ** (exponent - half);
}
