import { type ByteSource, checkRange, fromBytes } from "../../bytes/source.ts";
import { corrupt, unsupported } from "../../errors.ts";
import { type ScalarName, scalarDType } from "../../model/dtype.ts";
import { objectDType } from "../../model/dtype-build.ts";
import { dictOf } from "../../model/make-value.ts";
import { elementCount, type TensorRef } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";
import type { Table, Vector } from "../flatbuffers/table.ts";

/** A vector as a tensor, in the shape that has as many elements, or flat. */
export function vectorTensor(
  source: ByteSource,
  scalar: ScalarName,
  { start, count }: Vector,
  shape?: readonly number[],
): TensorRef {
  const fits = shape !== undefined && elementCount(shape) === count;
  return { dtype: scalarDType(scalar), shape: fits ? shape : [count], order: "C", offset: start, data: source };
}

export function tensorValue(tensor: TensorRef, className: string): Value {
  return { kind: "tensor", tensor, className, offset: tensor.offset };
}

const HALF = 19;
const BFLOAT16 = 14;

/** Vectors of a blob: field, element, bytes of one. */
const BLOB_FIELDS: readonly (readonly [number, ScalarName, number])[] = [
  [3, "uint8", 1],
  [4, "int8", 1],
  [5, "int32", 4],
  [6, "int64", 8],
  [7, "float32", 4],
];
const STRINGS = 8;
const EXTERNAL = 9;

/** A constant: its shape, and its values in the one vector that is there. */
export async function blobValue(blob: Table, source: ByteSource): Promise<Value> {
  if (blob.has(EXTERNAL)) throw unsupported("its values are in the file of weights beside the model");
  const shape = await blob.integers(0);
  const type = blob.i32(2, 1);
  if (blob.has(STRINGS)) {
    const objects = await blob.texts(STRINGS);
    const fits = shape.every((size) => size >= 0) && elementCount(shape) === objects.length;
    const data = fromBytes(new Uint8Array(0), source.name);
    const tensor: TensorRef = {
      dtype: objectDType(),
      shape: fits ? shape : [objects.length],
      order: "C",
      offset: 0,
      data,
    };
    return { kind: "tensor", tensor, className: "Blob", objects, offset: blob.at };
  }
  for (const [field, scalar, bytes] of BLOB_FIELDS) {
    const vector = await blob.vector(field, bytes);
    if (vector === undefined) continue;
    const half = type === HALF ? "float16" : type === BFLOAT16 ? "bfloat16" : undefined;
    if (field === 3 && half !== undefined) {
      if (vector.count % 2 !== 0) throw corrupt(`${vector.count} bytes of ${half}`, vector.start);
      return shaped(source, half, { start: vector.start, count: vector.count / 2 }, shape);
    }
    return shaped(source, scalar, vector, shape);
  }
  return shaped(source, "float32", { start: 0, count: 0 }, shape);
}

function shaped(source: ByteSource, scalar: ScalarName, vector: Vector, shape: readonly number[]): Value {
  if (shape.some((size) => size < 0) || elementCount(shape) !== vector.count)
    throw corrupt(`${vector.count} values for the shape [${shape.join(", ")}]`, vector.start);
  return tensorValue(vectorTensor(source, scalar, vector, shape), "Blob");
}

/** Weights of eight bits, biases of 32, and what the integers are multiplied with. */
export async function quantisedValue(table: Table, source: ByteSource, shape?: readonly number[]): Promise<Value> {
  const entries: [string, Value][] = [];
  const weight = await table.vector(0, 1);
  if (weight !== undefined)
    entries.push(["weight", tensorValue(vectorTensor(source, "int8", weight, shape), "QuantizedFloatParam")]);
  const bias = await table.vector(1, 4);
  if (bias !== undefined)
    entries.push(["bias", tensorValue(vectorTensor(source, "int32", bias), "QuantizedFloatParam")]);
  for (const [field, name] of [
    [2, "scale"],
    [3, "tensorScale"],
  ] as const) {
    const vector = await table.vector(field, 4);
    if (vector !== undefined)
      entries.push([name, tensorValue(vectorTensor(source, "float32", vector), "QuantizedFloatParam")]);
  }
  entries.push(["nbits", BigInt(table.i32(5, 8))], ["zeroPoint", BigInt(table.i8(6))]);
  return dictOf(entries);
}

//   Weights in a table of at most 256 values (`type` 1)
//   +-----------+--------------------+-----------------------+------------------------------------------------+
//   | u8 number | each: u16, or u32  | u8 entries, 0 for 256 | indices of as few bits as entries need, the    |
//   | of sizes  | with shapeInt32    | i8 each               | first in the highest bits of the first byte    |
//   +-----------+--------------------+-----------------------+------------------------------------------------+
//   https://github.com/alibaba/MNN/blob/master/source/core/ConvolutionCommon.cpp

const TABLE = 1;
const FLOAT16 = 3;
const INT8 = 4;
/** Fields of IDSTQuan. */
const BUFFER = 0;
const ALPHA = 1;
const TYPE = 2;
const READ_TYPE = 9;
const SHAPE_IS_INT32 = 11;

/** Weights that a converter made smaller: float16, or eight bits and fewer beside their scales. */
export async function compressedValue(table: Table, source: ByteSource, shape?: readonly number[]): Promise<Value> {
  const type = table.i32(TYPE);
  const buffer = await table.vector(BUFFER, 1);
  if (buffer === undefined) throw unsupported("its weights are in the file of weights beside the model");
  if (type === FLOAT16) {
    const halves = { start: buffer.start, count: Math.floor(buffer.count / 2) };
    return tensorValue(vectorTensor(source, "float16", halves, shape), "IDSTQuan");
  }
  const entries: [string, Value][] = [];
  if (type === TABLE) entries.push(["weight", await tableValue(buffer, table.bool(SHAPE_IS_INT32), source, shape)]);
  else if (type === INT8)
    entries.push(["weight", tensorValue(vectorTensor(source, "int8", buffer, shape), "IDSTQuan")]);
  else throw unsupported(`weights compressed in the way ${type}`, table.at);
  const alpha = await table.vector(ALPHA, 4);
  if (alpha !== undefined) entries.push(["alpha", tensorValue(vectorTensor(source, "float32", alpha), "IDSTQuan")]);
  entries.push(["readType", BigInt(table.i32(READ_TYPE))]);
  return dictOf(entries);
}

async function tableValue(
  { start, count: length }: Vector,
  isWide: boolean,
  source: ByteSource,
  shape?: readonly number[],
): Promise<Value> {
  const head = await source.read(start, start + Math.min(length, 2048));
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const short = (): Error => corrupt(`${length} bytes of compressed weights`, start);
  const dimensions = head[0] ?? 0;
  const width = isWide ? 4 : 2;
  let at = 1 + dimensions * width;
  if (at >= head.length) throw short();
  const sizes = Array.from({ length: dimensions }, (_, k) =>
    isWide ? view.getUint32(1 + k * 4, true) : view.getUint16(1 + k * 2, true),
  );
  const entries = head[at] === 0 ? 256 : (head[at] ?? 0);
  const values = head.slice(at + 1, at + 1 + entries);
  at += 1 + entries;
  if (values.length < entries) throw short();
  const bits = Math.max(1, Math.ceil(Math.log2(entries)));
  const count = elementCount(sizes);
  if (Math.ceil((count * bits) / 8) > length - at) throw short();
  const data = looked(source, start + at, count, bits, values);
  const fits = shape !== undefined && elementCount(shape) === count;
  return {
    kind: "tensor",
    tensor: { dtype: scalarDType("int8"), shape: fits ? shape : sizes, order: "C", offset: 0, data },
    className: "IDSTQuan",
    offset: start,
  };
}

/** Values by their indices, which are read where they are looked at. */
function looked(source: ByteSource, offset: number, count: number, bits: number, values: Uint8Array): ByteSource {
  const out: ByteSource = {
    size: count,
    name: source.name,
    async read(start, end) {
      checkRange(out, start, end);
      const first = Math.floor((start * bits) / 8);
      const bytes = await source.read(offset + first, offset + Math.ceil((end * bits) / 8));
      const found = new Uint8Array(end - start);
      for (let k = 0; k < found.length; k++) {
        const bit = (start + k) * bits - first * 8;
        const two = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0);
        found[k] = values[(two >> (16 - (bit & 7) - bits)) & ((1 << bits) - 1)] ?? 0;
      }
      return found;
    },
  };
  return out;
}
