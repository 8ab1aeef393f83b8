import type { ScalarName } from "../../model/dtype.ts";
import type { Message } from "../protobuf/message.ts";

/** The field of a TensorProto that holds values of a type when they are not raw bytes. */
export type DataField = "float_data" | "int32_data" | "int64_data" | "double_data" | "uint64_data";

export interface ElementType {
  readonly scalar: ScalarName;
  readonly field: DataField;
}

const row = (scalar: ScalarName, field: DataField): ElementType => ({ scalar, field });

/** `TensorProto.DataType`; 8 is text. The types of four bits have two elements in each number of int32_data,
 * those of two have four; those of six have one. */
export const ELEMENT_TYPES: ReadonlyMap<number, ElementType> = new Map([
  [1, row("float32", "float_data")],
  [2, row("uint8", "int32_data")],
  [3, row("int8", "int32_data")],
  [4, row("uint16", "int32_data")],
  [5, row("int16", "int32_data")],
  [6, row("int32", "int32_data")],
  [7, row("int64", "int64_data")],
  [9, row("bool", "int32_data")],
  [10, row("float16", "int32_data")],
  [11, row("float64", "double_data")],
  [12, row("uint32", "uint64_data")],
  [13, row("uint64", "uint64_data")],
  [14, row("complex64", "float_data")],
  [15, row("complex128", "double_data")],
  [16, row("bfloat16", "int32_data")],
  [17, row("float8_e4m3fn", "int32_data")],
  [18, row("float8_e4m3fnuz", "int32_data")],
  [19, row("float8_e5m2", "int32_data")],
  [20, row("float8_e5m2fnuz", "int32_data")],
  [21, row("uint4", "int32_data")],
  [22, row("int4", "int32_data")],
  [23, row("float4_e2m1fn", "int32_data")],
  [24, row("float8_e8m0fnu", "int32_data")],
  [25, row("uint2", "int32_data")],
  [26, row("int2", "int32_data")],
  [27, row("float6_e2m3fn", "int32_data")],
  [28, row("float6_e3m2fn", "int32_data")],
]);

export const TEXT_TYPE = 8;

/** Types nest: a sequence of maps of sequences. */
const DEPTH = 16;

export function elementTypeName(type: number): string {
  return type === TEXT_TYPE ? "text" : (ELEMENT_TYPES.get(type)?.scalar ?? `type ${type}`);
}

/** A TypeProto as a person writes it: `float32 [batch, 3]`, `sequence of map of int64 to float32`. */
export function typeText(type: Message | undefined, depth = 0): string {
  if (type === undefined || depth > DEPTH) return "any type";
  const inner = (name: string, field: string): string => typeText(type.message(name)?.message(field), depth + 1);
  const tensor = type.message("tensor_type") ?? type.message("sparse_tensor_type");
  if (tensor !== undefined) {
    const dims = dimTexts(tensor);
    const sparse = type.has("sparse_tensor_type") ? "sparse " : "";
    return `${sparse}${elementTypeName(tensor.number("elem_type") ?? 0)}${dims === undefined ? "" : ` [${dims.join(", ")}]`}`;
  }
  if (type.has("sequence_type")) return `sequence of ${inner("sequence_type", "elem_type")}`;
  if (type.has("optional_type")) return `optional ${inner("optional_type", "elem_type")}`;
  const map = type.message("map_type");
  if (map !== undefined)
    return `map of ${elementTypeName(map.number("key_type") ?? 0)} to ${inner("map_type", "value_type")}`;
  const opaque = type.message("opaque_type");
  return opaque === undefined ? "any type" : [opaque.text("domain"), opaque.text("name")].filter(Boolean).join(".");
}

/** Dimensions of a tensor type: a number, a name, or `?`; undefined where not even their number is told. */
export function dimTexts(tensor: Message): readonly string[] | undefined {
  return tensor
    .message("shape")
    ?.messages("dim")
    .map((dim) => dim.int("dim_value")?.toString() ?? (dim.text("dim_param") || "?"));
}
