/**
 * The dtype table: the only place that switches on element types. A tensor is raw bytes plus one of these; values
 * are decoded at the edge (`decode.ts`), never stored as host numbers.
 */

/**
 * What kind of element. numpy's letters where numpy has one: b bool, i int, u uint, f float, c complex, S bytes,
 * U text (UCS-4), M datetime64, m timedelta64, O object, V void or structured. `x` is a packed block type
 * (quantised blocks, 4- and 6-bit floats), whose elements are not whole bytes.
 */
export type DTypeKind = "b" | "i" | "u" | "f" | "c" | "S" | "U" | "M" | "m" | "O" | "V" | "x";

export interface DTypeField {
  readonly name: string;
  readonly dtype: DType;
  /** Bytes from the start of the element. */
  readonly offset: number;
  readonly title?: string;
}

export interface DType {
  /**
   * As numpy prints it: `float64` for the native (little-endian) one, `>f8` for the big-endian one, `<U12`,
   * `datetime64[ns]`; plus `bfloat16`, `float8_e4m3fn` ... Structured: numpy's list-of-tuples text.
   */
  readonly name: string;
  readonly kind: DTypeKind;
  /** The scalar row this is, without byte order: `float64`, `int32`, `bfloat16`. Absent for S, U, V, structured. */
  readonly scalar?: ScalarName;
  /** Bytes of one element. For packed kinds below a byte: 0, see `bits`. */
  readonly itemSize: number;
  readonly bits: number;
  readonly bigEndian: boolean;
  readonly fields?: readonly DTypeField[];
  /** A sub-array dtype: (base, shape). */
  readonly subarray?: { readonly base: DType; readonly shape: readonly number[] };
  /** datetime64 and timedelta64: the unit with its count, "ns", "25s"; "generic" when there is none. */
  readonly unit?: string;
  /**
   * Elements that the file does not hold one by one: `elements` of them are made from a block of `bytes` bytes. Then `name`
   * is the block type's (`q4_k`, `int4`), and everything else is about the elements as they are read.
   */
  readonly block?: { readonly elements: number; readonly bytes: number };
  /** Packing flag of structured dtypes, kept for writing back. */
  readonly aligned?: boolean;
}

interface ScalarRow {
  readonly kind: DTypeKind;
  readonly bits: number;
  /** numpy's type string without the byte order (`f8`), where numpy has the type. */
  readonly numpy?: string;
  /** The name in a safetensors header, where it has one. */
  readonly safetensors?: string;
}

/** One row per scalar element type. */
export const SCALARS = {
  bool: { kind: "b", bits: 8, numpy: "b1", safetensors: "BOOL" },
  int8: { kind: "i", bits: 8, numpy: "i1", safetensors: "I8" },
  int16: { kind: "i", bits: 16, numpy: "i2", safetensors: "I16" },
  int32: { kind: "i", bits: 32, numpy: "i4", safetensors: "I32" },
  int64: { kind: "i", bits: 64, numpy: "i8", safetensors: "I64" },
  uint8: { kind: "u", bits: 8, numpy: "u1", safetensors: "U8" },
  uint16: { kind: "u", bits: 16, numpy: "u2", safetensors: "U16" },
  uint32: { kind: "u", bits: 32, numpy: "u4", safetensors: "U32" },
  uint64: { kind: "u", bits: 64, numpy: "u8", safetensors: "U64" },
  float16: { kind: "f", bits: 16, numpy: "f2", safetensors: "F16" },
  float32: { kind: "f", bits: 32, numpy: "f4", safetensors: "F32" },
  float64: { kind: "f", bits: 64, numpy: "f8", safetensors: "F64" },
  /** x87 80-bit extended, padded to 12 or 16 bytes as numpy writes it; the bytes are kept, decoding is exact. */
  float96: { kind: "f", bits: 96, numpy: "f12" },
  float128: { kind: "f", bits: 128, numpy: "f16" },
  bfloat16: { kind: "f", bits: 16, safetensors: "BF16" },
  float8_e4m3fn: { kind: "f", bits: 8, safetensors: "F8_E4M3" },
  float8_e5m2: { kind: "f", bits: 8, safetensors: "F8_E5M2" },
  float8_e4m3fnuz: { kind: "f", bits: 8, safetensors: "F8_E4M3FNUZ" },
  float8_e5m2fnuz: { kind: "f", bits: 8, safetensors: "F8_E5M2FNUZ" },
  float8_e8m0fnu: { kind: "f", bits: 8, safetensors: "F8_E8M0" },
  float6_e2m3fn: { kind: "x", bits: 6, safetensors: "F6_E2M3" },
  float6_e3m2fn: { kind: "x", bits: 6, safetensors: "F6_E3M2" },
  float4_e2m1fn: { kind: "x", bits: 4, safetensors: "F4" },
  /** Integers of parts of a byte, the first in the lowest bits, as ONNX packs them. */
  int2: { kind: "i", bits: 2 },
  int4: { kind: "i", bits: 4 },
  uint2: { kind: "u", bits: 2 },
  uint4: { kind: "u", bits: 4 },
  complex64: { kind: "c", bits: 64, numpy: "c8", safetensors: "C64" },
  complex128: { kind: "c", bits: 128, numpy: "c16" },
  complex192: { kind: "c", bits: 192, numpy: "c24" },
  complex256: { kind: "c", bits: 256, numpy: "c32" },
} as const satisfies Record<string, ScalarRow>;

export type ScalarName = keyof typeof SCALARS;

export function isScalarName(name: string): name is ScalarName {
  return Object.hasOwn(SCALARS, name);
}

export function scalarRow(name: ScalarName): ScalarRow {
  return SCALARS[name];
}

const made = new Map<string, DType>();

/** The dtype of a scalar row in the given byte order (single-byte types have none). */
export function scalarDType(scalar: ScalarName, bigEndian = false): DType {
  const row: ScalarRow = SCALARS[scalar];
  const swapped = bigEndian && row.bits > 8;
  const name = swapped ? `>${row.numpy ?? scalar}` : scalar;
  const known = made.get(name);
  if (known !== undefined) return known;
  const dtype: DType = {
    name,
    kind: row.kind,
    scalar,
    itemSize: row.bits % 8 === 0 ? row.bits / 8 : 0,
    bits: row.bits,
    bigEndian: swapped,
  };
  made.set(name, dtype);
  return dtype;
}

/** The dtype of elements that are read as `scalar` and lie in blocks of `name`, `elements` in `bytes` bytes. */
export function blockDType(name: string, scalar: ScalarName, elements: number, bytes: number): DType {
  const known = made.get(`${name} ${scalar}`);
  if (known !== undefined) return known;
  const dtype: DType = { ...scalarDType(scalar), name, block: { elements, bytes } };
  made.set(`${name} ${scalar}`, dtype);
  return dtype;
}

/** Names the elements as they are read, without how they lie in the file: what another file that holds them says. */
export function elementName(dtype: DType): string {
  return dtype.block === undefined ? dtype.name : (dtype.scalar ?? dtype.name);
}

/** Without byte order, which tells nothing of the values: `float32` for `>f4`. For people; addresses and JSON have `name`. */
export function nameForPeople(dtype: DType): string {
  return dtype.bigEndian && dtype.block === undefined ? (dtype.scalar ?? dtype.name) : dtype.name;
}

/** True for elements that are numbers (bool counted): what parameters, statistics and fingerprints are about. */
export function isNumeric(dtype: DType): boolean {
  return dtype.scalar !== undefined;
}

export function isFloat(dtype: DType): boolean {
  return dtype.scalar !== undefined && (dtype.kind === "f" || dtype.kind === "x");
}
