import type { ByteSource } from "../../bytes/source.ts";
import { SourceCursor } from "../../bytes/source-cursor.ts";
import { corrupt, unsupported } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { type ScalarName, scalarDType } from "../../model/dtype.ts";
import { elementCount } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";

const TYPES: Readonly<Record<string, ScalarName>> = {
  FLOAT: "float32",
  DOUBLE: "float64",
  HALF: "float16",
  BFLOAT16: "bfloat16",
  INT: "int32",
  LONG: "int64",
  SHORT: "int16",
  BYTE: "int8",
  UBYTE: "uint8",
  UINT16: "uint16",
  UINT32: "uint32",
  UINT64: "uint64",
  BOOL: "bool",
};
/** Ways of allocating of which the length has 64 bits. */
const WIDE = new Set(["LONG_SHAPE", "MIXED_DATA_TYPES"]);

interface DataBuffer {
  readonly scalar: ScalarName;
  readonly length: number;
  /** Of the first element. */
  readonly start: number;
}

/** An ND4J array, its values left where they are. Throws `corrupt`, `truncated` or `unsupported`. */
export async function nd4jArray(source: ByteSource): Promise<Value> {
  const cursor = new SourceCursor(source, 0, "big");
  const info = await bufferAt(cursor);
  if (info.scalar !== "int32" && info.scalar !== "int64")
    throw corrupt(`${source.name}: the shape is of ${info.scalar}`, info.start);
  if (info.length < 4 || info.length > 2 * LIMITS.dimensions + 4)
    throw corrupt(`${source.name}: a shape of ${info.length} numbers`, info.start);
  cursor.offset = info.start;
  const numbers: number[] = [];
  while (numbers.length < info.length)
    numbers.push(info.scalar === "int32" ? await cursor.i32() : Number(await cursor.i64()));
  const [rank = 0] = numbers;
  if (rank < 0 || info.length !== 2 * rank + 4)
    throw corrupt(`${source.name}: ${info.length} numbers for a shape of ${rank} dimensions`, info.start);
  const shape = numbers.slice(1, 1 + rank);
  const order = String.fromCharCode(numbers.at(-1) ?? 0);
  if (order !== "c" && order !== "f") throw corrupt(`${source.name}: the order ${order}`, info.start);
  const values = await bufferAt(cursor);
  if (elementCount(shape, source.name) !== values.length)
    throw corrupt(`${source.name}: ${values.length} values for the shape [${shape.join(", ")}]`, values.start);
  if (cursor.remaining > 0) throw corrupt(`${source.name}: ${cursor.remaining} bytes follow the array`, cursor.offset);
  return {
    kind: "tensor",
    tensor: {
      dtype: scalarDType(values.scalar, true),
      shape,
      order: order === "c" ? "C" : "F",
      offset: values.start,
      data: source,
    },
    className: "INDArray",
    offset: 0,
  };
}

/** Goes past one buffer. */
async function bufferAt(cursor: SourceCursor): Promise<DataBuffer> {
  const mode = await text(cursor);
  const at = cursor.offset;
  const length = WIDE.has(mode) ? await cursor.size("length of a buffer") : await cursor.u32();
  const type = await text(cursor);
  const scalar = TYPES[type];
  if (scalar === undefined) throw unsupported(`${cursor.source.name}: a buffer of ${JSON.stringify(type)}`, at);
  const start = cursor.offset;
  cursor.skip(length * scalarDType(scalar).itemSize);
  return { scalar, length, start };
}

async function text(cursor: SourceCursor): Promise<string> {
  const bytes = await cursor.take(await cursor.u16());
  return bytes.length > 64 ? "" : String.fromCharCode(...bytes);
}
