import { type ByteSource, slice } from "../../bytes/source.ts";
import { unpacked } from "../../bytes/unpacked.ts";
import { corrupt, unsupported } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { blockDType, type DType, type ScalarName, scalarDType } from "../../model/dtype.ts";
import { listOf } from "../../model/make-value.ts";
import type { Value } from "../../model/value.ts";
import type { Table } from "../flatbuffers/table.ts";

/** `TensorDataType`, which has ONNX's numbers. */
const SCALARS: Readonly<Record<number, ScalarName>> = {
  1: "float32",
  2: "uint8",
  3: "int8",
  4: "uint16",
  5: "int16",
  6: "int32",
  7: "int64",
  9: "bool",
  10: "float16",
  11: "float64",
  12: "uint32",
  13: "uint64",
  14: "complex64",
  15: "complex128",
  16: "bfloat16",
  17: "float8_e4m3fn",
  18: "float8_e4m3fnuz",
  19: "float8_e5m2",
  20: "float8_e5m2fnuz",
};
const STRING = 8;
const PACKED: Readonly<Record<number, string>> = { 21: "uint4", 22: "int4" };

export function typeName(number: number): string {
  return SCALARS[number] ?? PACKED[number] ?? (number === STRING ? "string" : `type ${number}`);
}

/** Where the parts of a tensor are in its table: initialisers and a LoRA adapter's parameters differ in that. */
export interface TensorFields {
  readonly dims: number;
  readonly type: number;
  readonly raw: number;
  readonly texts?: number;
  readonly external?: number;
}

/** The value of a tensor. Throws `corrupt` or `truncated` when it cannot be what it says, `unsupported` when it is elsewhere. */
export async function tensorValue(table: Table, fields: TensorFields, name: string): Promise<Value> {
  const dims = await table.longs(fields.dims);
  const shape = dims.map(Number);
  const count = shape.reduce((product, dim) => product * dim, 1);
  if (shape.length > LIMITS.dimensions || shape.some((dim) => dim < 0) || !Number.isSafeInteger(count * 16))
    throw corrupt(`the shape [${dims.slice(0, 64).join(", ")}] of ${name} cannot be`, table.at);
  const type = table.i32(fields.type);
  if (type === STRING && fields.texts !== undefined) return listOf(await table.texts(fields.texts));
  if (fields.external !== undefined && table.i64(fields.external, -1n) >= 0n)
    throw unsupported(`the bytes of ${name} are in another file, at byte ${table.i64(fields.external)}`, table.at);
  const vector = await table.vector(fields.raw, 1);
  const data = slice(table.buffer.source, vector?.start ?? 0, (vector?.start ?? 0) + (vector?.count ?? 0));
  const found = elements(type, count, data);
  if (found === undefined) throw unsupported(`${name} has elements of ${typeName(type)}`, table.at);
  if (found.bytes !== data.size)
    throw corrupt(
      `${name} has ${data.size} bytes, and ${found.bytes} by its shape [${shape.join(", ")}] of ${typeName(type)}`,
      table.at,
    );
  return {
    kind: "tensor",
    tensor: { dtype: found.dtype, shape, order: "C", offset: 0, data: found.data },
    className: "tensor",
    offset: table.at,
  };
}

function elements(
  type: number,
  count: number,
  data: ByteSource,
): { readonly dtype: DType; readonly bytes: number; readonly data: ByteSource } | undefined {
  const scalar = SCALARS[type];
  if (scalar !== undefined) return { dtype: scalarDType(scalar), bytes: count * scalarDType(scalar).itemSize, data };
  const packed = PACKED[type];
  if (packed === undefined) return undefined;
  const isSigned = packed === "int4";
  return {
    dtype: blockDType(packed, isSigned ? "int8" : "uint8", 2, 1),
    bytes: Math.ceil(count / 2),
    data: unpacked(data, { bits: 4, isSigned, count }),
  };
}
