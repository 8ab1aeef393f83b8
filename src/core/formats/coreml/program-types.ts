import { corrupt } from "../../errors.ts";
import type { ScalarName } from "../../model/dtype.ts";
import type { Message } from "../protobuf/message.ts";

/** How elements of one type of a program lie in bytes. */
export interface ElementType {
  /** As the program's own text form has it. */
  readonly name: string;
  /** What its elements are shown as; of integers narrower than a byte that no dtype is for, the byte. */
  readonly scalar: ScalarName;
  readonly bits: number;
}

const type = (name: string, scalar: ScalarName, bits: number): ElementType => ({ name, scalar, bits });

/** DataType of MIL.proto. */
const TYPES: Readonly<Record<number, ElementType>> = {
  1: type("bool", "bool", 8),
  10: type("fp16", "float16", 16),
  11: type("fp32", "float32", 32),
  12: type("fp64", "float64", 64),
  13: type("bf16", "bfloat16", 16),
  21: type("int8", "int8", 8),
  22: type("int16", "int16", 16),
  23: type("int32", "int32", 32),
  24: type("int64", "int64", 64),
  25: type("int4", "int4", 4),
  31: type("uint8", "uint8", 8),
  32: type("uint16", "uint16", 16),
  33: type("uint32", "uint32", 32),
  34: type("uint64", "uint64", 64),
  35: type("uint4", "uint4", 4),
  36: type("uint2", "uint2", 2),
  37: type("uint1", "uint8", 1),
  38: type("uint6", "uint8", 6),
  39: type("uint3", "uint8", 3),
  40: type("fp8e4m3fn", "float8_e4m3fn", 8),
  41: type("fp8e5m2", "float8_e5m2", 8),
};

/** BlobDataType of the file of weights, by the same names. */
const BLOB_TYPES: Readonly<Record<number, string>> = {
  1: "fp16",
  2: "fp32",
  3: "uint8",
  4: "int8",
  5: "bf16",
  6: "int16",
  7: "uint16",
  8: "int4",
  9: "uint1",
  10: "uint2",
  11: "uint4",
  12: "uint3",
  13: "uint6",
  14: "int32",
  15: "uint32",
  16: "fp8e4m3fn",
  17: "fp8e5m2",
};

export const blobTypeName = (code: number): string => BLOB_TYPES[code] ?? `type ${code}`;

const STRING = 2;

export interface TensorType {
  /** Undefined for text, and for a type that is not known. */
  readonly element: ElementType | undefined;
  readonly isText: boolean;
  /** Undefined where a dimension is not fixed. */
  readonly shape: readonly number[] | undefined;
}

export function tensorTypeOf(valueType: Message | undefined): TensorType | undefined {
  const tensor = valueType?.message("tensorType");
  if (tensor === undefined) return undefined;
  const code = tensor.number("dataType") ?? 0;
  const sizes = tensor.messages("dimensions").map((each) => {
    const constant = each.message("constant");
    return constant === undefined ? undefined : (constant.number("size") ?? 0);
  });
  const shape = sizes.filter((size) => size !== undefined);
  if (shape.some((size) => size < 0)) throw corrupt(`a tensor of the shape [${shape.join(", ")}]`, tensor.start);
  return { element: TYPES[code], isText: code === STRING, shape: shape.length === sizes.length ? shape : undefined };
}

/** `x: fp32 [1, 3, ?]`, as near to the program's text form as reads well. */
export function namedTypeText(named: Message): string {
  return `${named.text("name") ?? ""}: ${valueTypeText(named.message("type"))}`;
}

function valueTypeText(valueType: Message | undefined): string {
  const state = valueType?.message("stateType");
  if (state !== undefined) return `state of ${valueTypeText(state.message("wrappedType"))}`;
  const tensor = valueType?.message("tensorType");
  if (tensor === undefined) return valueType?.has("listType") === true ? "list" : "value";
  const sizes = tensor.messages("dimensions").map((each) => String(each.message("constant")?.int("size") ?? "?"));
  const code = tensor.number("dataType") ?? 0;
  const name = code === STRING ? "string" : (TYPES[code]?.name ?? `type ${code}`);
  return sizes.length === 0 ? name : `${name} [${sizes.join(", ")}]`;
}
