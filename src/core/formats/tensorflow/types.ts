import type { ScalarName } from "../../model/dtype.ts";
import type { Message } from "../protobuf/message.ts";

/** The field of a TensorProto that lists values of a type. */
export interface ElementType {
  readonly scalar: ScalarName;
  readonly field: string;
}

const row = (scalar: ScalarName, field: string): ElementType => ({ scalar, field });

/** `DataType` of types.proto; 7 is text, 20 and 21 (resources, variants) are no numbers. Quantised ones are their integers. */
export const ELEMENT_TYPES: ReadonlyMap<number, ElementType> = new Map([
  [1, row("float32", "float_val")],
  [2, row("float64", "double_val")],
  [3, row("int32", "int_val")],
  [4, row("uint8", "int_val")],
  [5, row("int16", "int_val")],
  [6, row("int8", "int_val")],
  [8, row("complex64", "scomplex_val")],
  [9, row("int64", "int64_val")],
  [10, row("bool", "bool_val")],
  [11, row("int8", "int_val")],
  [12, row("uint8", "int_val")],
  [13, row("int32", "int_val")],
  [14, row("bfloat16", "half_val")],
  [15, row("int16", "int_val")],
  [16, row("uint16", "int_val")],
  [17, row("uint16", "int_val")],
  [18, row("complex128", "dcomplex_val")],
  [19, row("float16", "half_val")],
  [22, row("uint32", "uint32_val")],
  [23, row("uint64", "uint64_val")],
  [24, row("float8_e5m2", "float8_val")],
  [25, row("float8_e4m3fn", "float8_val")],
]);

export const TEXT_TYPE = 7;

export function typeName(type: number): string {
  return type === TEXT_TYPE ? "text" : (ELEMENT_TYPES.get(type)?.scalar ?? `type ${type}`);
}

/** `[?, 3]`; empty where the number of dimensions is not known. */
export function shapeText(shape: Message | undefined): string {
  if (shape === undefined || shape.int("unknown_rank") === 1n) return "";
  const dims = shape.messages("dim").map((dim) => dim.int("size") ?? 0n);
  return `[${dims.map((size) => (size < 0n ? "?" : String(size))).join(", ")}]`;
}

/** DataType's names from 1 on, as the text form has them; `_REF` after one adds 100. */
const NAMES =
  "FLOAT DOUBLE INT32 UINT8 INT16 INT8 STRING COMPLEX64 INT64 BOOL QINT8 QUINT8 QINT32 BFLOAT16 QINT16 QUINT16 UINT16 COMPLEX128 HALF RESOURCE VARIANT UINT32 UINT64 FLOAT8_E5M2 FLOAT8_E4M3FN FLOAT8_E4M3FNUZ FLOAT8_E4M3B11FNUZ FLOAT8_E5M2FNUZ INT4 UINT4 INT2 UINT2".split(
    " ",
  );

/** The number of a data type's name. */
export function enumerationOf(name: string): number | undefined {
  const [, base = "", reference] = /^DT_(\w+?)(_REF)?$/.exec(name) ?? [];
  if (base === "INVALID") return 0;
  const at = NAMES.indexOf(base);
  return at < 0 ? undefined : at + 1 + (reference === undefined ? 0 : 100);
}
