import { corrupt, limitExceeded, unsupported } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { type DType, type ScalarName, scalarDType } from "../../model/dtype.ts";
import { type FieldSpec, parseDType, structuredDType, subarrayDType } from "../../model/dtype-build.ts";
import { elementCount } from "../../model/tensor.ts";
import { utf8Text } from "../../model/utf8.ts";
import type { H5Cursor } from "./file.ts";
import { floatLayout, type OddNumber, standardFloat } from "./number-layout.ts";

/** Name and stored bytes of each value of an enumeration. */
export interface EnumMember {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What one element of a dataset or attribute is; `size` is what it takes in the file. */
export type H5Type =
  /** The stored bytes are elements of the dtype. */
  | { readonly kind: "plain"; readonly size: number; readonly dtype: DType; readonly members?: readonly EnumMember[] }
  /** A number of an unusual layout, that has to be turned into one of the dtype. */
  | { readonly kind: "odd"; readonly size: number; readonly dtype: DType; readonly number: OddNumber }
  | { readonly kind: "text"; readonly size: number }
  | { readonly kind: "sequence"; readonly size: number; readonly base: H5Type }
  | { readonly kind: "object-reference" | "other-reference"; readonly size: number }
  /** A compound or array that holds something else than plain elements. */
  | { readonly kind: "record"; readonly size: number; readonly fields: readonly H5Field[] }
  | { readonly kind: "array"; readonly size: number; readonly base: H5Type; readonly shape: readonly number[] };

export interface H5Field {
  readonly name: string;
  readonly offset: number;
  readonly type: H5Type;
}

const CLASSES = [
  "integer",
  "float",
  "time",
  "string",
  "bitfield",
  "opaque",
  "compound",
  "reference",
  "enumeration",
  "sequence",
  "array",
  "complex",
] as const;

interface Head {
  readonly version: number;
  readonly bits: number;
  readonly size: number;
  readonly at: number;
}

/** Reads a datatype message. Throws `corrupt` or `unsupported` for what is none that is known. */
export function readDatatype(cursor: H5Cursor, depth = 0): H5Type {
  const at = cursor.offset;
  if (depth > LIMITS.dtypeDepth)
    throw limitExceeded(`nesting of the datatype at byte ${at}`, depth, LIMITS.dtypeDepth, at);
  const first = cursor.u8();
  const bits = cursor.u8() | (cursor.u8() << 8) | (cursor.u8() << 16);
  const head: Head = { version: first >> 4, bits, size: cursor.u32(), at };
  const { version, size } = head;
  if (version < 1 || version > 5) throw unsupported(`datatype of version ${version} at byte ${at}`, at);
  const name = CLASSES[first & 0x0f];
  switch (name) {
    case "integer":
    case "bitfield":
      return readInteger(cursor, head, name === "integer" && (bits & 8) !== 0);
    case "float":
      return readFloat(cursor, head);
    case "time":
      cursor.skip(2);
      return plain(parseDType(`V${size}`));
    case "string":
      return plain(parseDType(`S${size}`));
    case "opaque":
      cursor.skip(Math.ceil((bits & 0xff) / 8) * 8);
      return plain(parseDType(`V${size}`));
    case "compound":
      return readCompound(cursor, head, depth);
    case "reference":
      return { kind: (bits & 0x0f) === 0 ? "object-reference" : "other-reference", size };
    case "enumeration":
      return readEnumeration(cursor, head, depth);
    case "sequence": {
      const base = readDatatype(cursor, depth + 1);
      return (bits & 0x0f) === 1 ? { kind: "text", size } : { kind: "sequence", size, base };
    }
    case "array":
      return readArray(cursor, head, depth);
    case "complex": {
      const base = readDatatype(cursor, depth + 1);
      const dtype = base.kind === "plain" ? complexOf(base.dtype) : undefined;
      if (dtype === undefined || dtype.itemSize !== size)
        throw unsupported(`complex numbers of the datatype at byte ${at}`, at);
      return plain(dtype);
    }
    case undefined:
    default:
      throw unsupported(`datatype of class ${first & 0x0f} at byte ${at}`, at);
  }
}

function plain(dtype: DType): Extract<H5Type, { kind: "plain" }> {
  return { kind: "plain", size: dtype.itemSize, dtype };
}

function readInteger(cursor: H5Cursor, { bits, size, at }: Head, isSigned: boolean): H5Type {
  const isBig = (bits & 1) !== 0;
  const offset = cursor.u16();
  const precision = cursor.u16();
  const isWhole = offset === 0 && precision === size * 8;
  if (isWhole && [1, 2, 4, 8].includes(size)) return plain(scalarDType(integerName(size, isSigned), isBig));
  const wanted = [1, 2, 4, 8].find((bytes) => bytes * 8 >= precision);
  if (size > 64 || precision === 0 || offset + precision > size * 8)
    throw corrupt(`an integer of ${precision} bits at bit ${offset} of ${size} bytes, at byte ${at}`, at);
  // Wider than any dtype: shown as bytes.
  if (wanted === undefined) return plain(parseDType(`V${size}`));
  const number: OddNumber = { kind: "integer", isBig, offset, precision, isSigned };
  return { kind: "odd", size, dtype: scalarDType(integerName(wanted, isSigned)), number };
}

function integerName(size: number, isSigned: boolean): ScalarName {
  return `${isSigned ? "int" : "uint"}${size * 8}` as ScalarName;
}

function readFloat(cursor: H5Cursor, { bits, size, at }: Head): H5Type {
  const layout = floatLayout(cursor, bits, size);
  const scalar = standardFloat(layout, size);
  if (scalar !== undefined) return plain(scalarDType(scalar, layout.isBig));
  if (layout.isVax || size > 64) return plain(parseDType(`V${size}`));
  if (layout.offset + layout.precision > size * 8)
    throw corrupt(`bits of the floating-point datatype at byte ${at}`, at);
  // A float64 holds it without loss, or it is shown as bytes.
  if (layout.exponentBits > 11 || layout.fractionBits > 52) return plain(parseDType(`V${size}`));
  return { kind: "odd", size, dtype: scalarDType("float64"), number: { kind: "float", ...layout } };
}

function readName(cursor: H5Cursor, version: number): string {
  const at = cursor.offset;
  const bytes: number[] = [];
  for (let byte = cursor.u8(); byte !== 0; byte = cursor.u8()) bytes.push(byte);
  if (version < 3) cursor.align8(at);
  return utf8Text(Uint8Array.from(bytes), at);
}

function readCompound(cursor: H5Cursor, { version, bits, size, at }: Head, depth: number): H5Type {
  const count = bits & 0xffff;
  const offsetWidth = size < 0x100 ? 1 : size < 0x1_0000 ? 2 : size < 0x100_0000 ? 3 : 4;
  const fields: H5Field[] = [];
  for (let i = 0; i < count; i++) {
    const name = readName(cursor, version);
    const offset = version < 3 ? cursor.u32() : cursor.uint(offsetWidth);
    const shape: number[] = [];
    if (version === 1) {
      const rank = Math.min(4, cursor.u8());
      cursor.skip(11);
      const dims = [cursor.u32(), cursor.u32(), cursor.u32(), cursor.u32()];
      shape.push(...dims.slice(0, rank));
    }
    const base = readDatatype(cursor, depth + 1);
    const type = shape.length === 0 ? base : arrayOf(base, shape);
    if (offset + type.size > size)
      throw corrupt(`a field that ends outside of the compound datatype at byte ${at}`, at);
    fields.push({ name, offset, type });
  }
  const complex = complexFields(fields, size);
  if (complex !== undefined) return plain(complex);
  const specs = fields.flatMap(({ name, offset, type }): FieldSpec[] =>
    type.kind === "plain" ? [{ name, offset, dtype: type.dtype }] : [],
  );
  return specs.length === fields.length && fields.length > 0
    ? plain(structuredDType(specs, { itemSize: size }))
    : { kind: "record", size, fields };
}

/** h5py's fields of a complex number, and MATLAB's. */
function complexFields(fields: readonly H5Field[], size: number): DType | undefined {
  const [real, imaginary] = fields;
  if (fields.length !== 2 || real?.type.kind !== "plain" || imaginary?.type.kind !== "plain") return undefined;
  const names = `${real.name},${imaginary.name}`;
  if (names !== "r,i" && names !== "real,imag") return undefined;
  const { dtype } = real.type;
  const isPair = real.offset === 0 && imaginary.offset === dtype.itemSize && size === 2 * dtype.itemSize;
  return isPair && imaginary.type.dtype.name === dtype.name ? complexOf(dtype) : undefined;
}

const COMPLEX: Readonly<Partial<Record<string, ScalarName>>> = {
  float32: "complex64",
  float64: "complex128",
  float128: "complex256",
};

function complexOf({ scalar, bigEndian }: DType): DType | undefined {
  const complex = COMPLEX[scalar ?? ""];
  return complex === undefined ? undefined : scalarDType(complex, bigEndian);
}

function readEnumeration(cursor: H5Cursor, { version, bits, at }: Head, depth: number): H5Type {
  const base = readDatatype(cursor, depth + 1);
  const count = bits & 0xffff;
  const names: string[] = [];
  for (let i = 0; i < count; i++) names.push(readName(cursor, version));
  const members = names.map((name): EnumMember => ({ name, bytes: cursor.take(base.size) }));
  if (base.kind !== "plain") {
    if (base.kind === "odd") return base;
    throw corrupt(`an enumeration of no integers at byte ${at}`, at);
  }
  return isBool(base.dtype, members) ? plain(scalarDType("bool")) : { ...base, members };
}

/** h5py's: an 8-bit enumeration of FALSE and TRUE. */
function isBool(dtype: DType, members: readonly EnumMember[]): boolean {
  return dtype.itemSize === 1 && members.map(({ name, bytes }) => `${name}=${bytes[0]}`).join() === "FALSE=0,TRUE=1";
}

function readArray(cursor: H5Cursor, { version, at }: Head, depth: number): H5Type {
  const rank = cursor.u8();
  if (rank > LIMITS.dimensions)
    throw limitExceeded(`dimensions of the datatype at byte ${at}`, rank, LIMITS.dimensions, at);
  if (version < 3) cursor.skip(3);
  const shape: number[] = [];
  for (let i = 0; i < rank; i++) shape.push(cursor.u32());
  if (version < 3) cursor.skip(4 * rank);
  return arrayOf(readDatatype(cursor, depth + 1), shape);
}

function arrayOf(base: H5Type, shape: readonly number[]): H5Type {
  if (base.kind === "plain") return plain(subarrayDType(base.dtype, shape));
  const size = base.size * elementCount(shape, "array datatype");
  if (size > 0x7fff_ffff) throw limitExceeded("bytes of one element", size, 0x7fff_ffff);
  return { kind: "array", size, base, shape };
}
