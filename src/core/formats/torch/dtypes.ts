import { type DType, isScalarName, type ScalarName, scalarDType } from "../../model/dtype.ts";
import { structuredDType } from "../../model/numpy-dtype.ts";

/** How the elements of a storage lie in it. */
export interface ElementType {
  readonly dtype: DType;
  /** Elements that one byte holds, where several do: quantised types below a byte. */
  readonly perByte?: number;
  /** What torch counts as one element is a byte with two of the dtype: float4. */
  readonly isPair?: true;
  /** Integers of a quantised tensor. */
  readonly isQuantised?: true;
}

/** Storage classes by name (torch/storage.py, `_storage_type_to_dtype_map`). */
const STORAGES: Readonly<Record<string, string>> = {
  DoubleStorage: "float64",
  FloatStorage: "float32",
  HalfStorage: "float16",
  BFloat16Storage: "bfloat16",
  LongStorage: "int64",
  IntStorage: "int32",
  ShortStorage: "int16",
  CharStorage: "int8",
  ByteStorage: "uint8",
  BoolStorage: "bool",
  ComplexDoubleStorage: "complex128",
  ComplexFloatStorage: "complex64",
  QInt8Storage: "qint8",
  QUInt8Storage: "quint8",
  QInt32Storage: "qint32",
  QUInt4x2Storage: "quint4x2",
  QUInt2x4Storage: "quint2x4",
  UntypedStorage: "uint8",
};

/** Names of torch's that are not those of our dtype table. */
const OTHER_NAMES: Readonly<Record<string, ScalarName>> = {
  half: "float16",
  float: "float32",
  double: "float64",
  short: "int16",
  int: "int32",
  long: "int64",
  cfloat: "complex64",
  cdouble: "complex128",
  bits8: "uint8",
  bits16: "uint16",
  bits1x8: "uint8",
  bits2x4: "uint8",
  bits4x2: "uint8",
};

const QUANTISED: Readonly<Record<string, Omit<ElementType, "dtype"> & { readonly scalar: ScalarName }>> = {
  qint8: { scalar: "int8", isQuantised: true },
  quint8: { scalar: "uint8", isQuantised: true },
  qint32: { scalar: "int32", isQuantised: true },
  quint4x2: { scalar: "uint8", perByte: 2, isQuantised: true },
  quint2x4: { scalar: "uint8", perByte: 4, isQuantised: true },
};

/** The element type of a `torch.dtype` by its name, `torch.` taken off; undefined for one whose bytes are not known. */
export function elementTypeOf(name: string, bigEndian: boolean): ElementType | undefined {
  if (Object.hasOwn(QUANTISED, name)) {
    const { scalar, ...rest } = QUANTISED[name] as (typeof QUANTISED)[string];
    return { ...rest, dtype: scalarDType(scalar, bigEndian) };
  }
  // Complex numbers of two halves: numpy has no such type, so real and imaginary parts are two fields.
  if (name === "complex32" || name === "chalf") {
    const half = scalarDType("float16", bigEndian);
    const fields = ["real", "imag"].map((field) => ({ name: field, dtype: half }));
    return { dtype: structuredDType(fields) };
  }
  if (name === "float4_e2m1fn_x2") return { dtype: scalarDType("float4_e2m1fn"), isPair: true };
  const scalar = Object.hasOwn(OTHER_NAMES, name) ? OTHER_NAMES[name] : isScalarName(name) ? name : undefined;
  return scalar === undefined ? undefined : { dtype: scalarDType(scalar, bigEndian) };
}

/** The element type of a storage class by its name, without module: `FloatStorage`. */
export function storageType(className: string, bigEndian: boolean): ElementType | undefined {
  const name = Object.hasOwn(STORAGES, className) ? STORAGES[className] : undefined;
  return name === undefined ? undefined : elementTypeOf(name, bigEndian);
}

/** Bytes of `count` elements, as torch counts them. */
export function byteLength({ dtype, perByte, isPair }: ElementType, count: number): number {
  if (isPair === true) return count;
  return perByte === undefined ? count * dtype.itemSize : Math.ceil(count / perByte);
}

/** Bytes of `count` elements of a storage: those of packed integers are counted by their bytes. */
export function storedLength({ dtype, isPair }: ElementType, count: number): number {
  return isPair === true ? count : count * dtype.itemSize;
}
