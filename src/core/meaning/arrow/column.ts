import { joined } from "../../bytes/joined.ts";
import { fromBytes } from "../../bytes/source.ts";
import { scalarDType } from "../../model/dtype.ts";
import { objectDType } from "../../model/dtype-build.ts";
import type { TensorRef } from "../../model/tensor.ts";
import type { TensorNode, Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { ifReadable } from "../texts.ts";
import { bitsOf, elementsOf, fixedTensor, presentOf, timesTensor } from "./elements.ts";
import { pickledChunks } from "./pickled.ts";
import { takeRoom } from "./room.ts";
import type { ArrowArray, ArrowType } from "./types.ts";

/** A column of a table that is kept as arrays of Apache Arrow. */
export interface ArrowColumn {
  readonly values: TensorNode;
  /** Where values are missing; absent where none is, and for text and other objects, whose missing values are None. */
  readonly mask?: TensorNode;
  /** What the values mean: the categories of codes, the time zone of instants. */
  readonly parts: readonly { readonly part: string; readonly value: Value }[];
}

/** The column that an extension array of pandas, or an array of pyarrow, holds; undefined for what is none or is damaged. */
export async function arrowColumn(value: Value | undefined, work: Work): Promise<ArrowColumn | undefined> {
  const chunks = pickledChunks(value, work);
  return chunks === undefined ? undefined : columnOf(chunks, work);
}

/** A column that is labels: missing ones are None, for a label has no mask. Undefined for codes, which alone are no labels. */
export async function arrowLabels(value: Value | undefined, work: Work): Promise<TensorNode | undefined> {
  const chunks = pickledChunks(value, work);
  const column = chunks && (await columnOf(chunks, work));
  if (chunks === undefined || column === undefined || column.parts.some(({ part }) => part === "categories"))
    return undefined;
  return column.mask === undefined ? column.values : (await ifReadable(() => objectsOf(chunks, work)))?.values;
}

/** The chunks of a column, one after another. */
export async function columnOf(chunks: readonly ArrowArray[], work: Work): Promise<ArrowColumn | undefined> {
  return ifReadable(() => readColumn(chunks, work));
}

async function readColumn(chunks: readonly ArrowArray[], work: Work): Promise<ArrowColumn | undefined> {
  const [first] = chunks;
  if (first === undefined) return undefined;
  const { type, place } = first;
  const name = JSON.stringify(type);
  // Of many chunks two types may be that of every other one.
  for (const other of new Set(chunks.map((chunk) => chunk.type)))
    if (other !== type && JSON.stringify(other) !== name) return undefined;
  const tensor = await tensorOf(chunks, type, work);
  if (tensor === undefined) return objectsOf(chunks, work);
  if (tensor === null) return undefined;
  const mask = await maskOf(chunks, work);
  if (mask === null) return undefined;
  const node = (each: TensorRef): TensorNode => ({
    kind: "tensor",
    tensor: each,
    className: "pyarrow.Array",
    offset: place,
  });
  const parts = await partsOf(first, work);
  return parts && { values: node(tensor), ...(mask && { mask: node(mask) }), parts };
}

/** Undefined for what is no tensor, null for one that cannot be made. */
async function tensorOf(
  chunks: readonly ArrowArray[],
  type: ArrowType,
  work: Work,
): Promise<TensorRef | undefined | null> {
  // Codes of another dictionary are others.
  if (type.kind === "dictionary" && chunks.some(({ dictionary }) => dictionary !== chunks[0]?.dictionary))
    return undefined;
  const parts: TensorRef[] = [];
  for (const chunk of chunks) {
    // One chunk may be there any number of times.
    if (!takeRoom(work, 0, 64)) return null;
    const part = await partOf(chunk, type, work);
    if (part === undefined || part === null) return part;
    parts.push(part);
  }
  const [first] = parts;
  if (first === undefined || parts.length === 1) return first;
  const inRow = first.shape.slice(1);
  const row = inRow.reduce((product, size) => product * size, first.dtype.itemSize);
  const pieces = parts.map(({ data, offset, shape }) => sliceOf(data, offset, (shape[0] ?? 0) * row));
  const count = parts.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  return { ...first, shape: [count, ...inRow], offset: 0, data: joined(pieces, "column") };
}

function sliceOf(data: TensorRef["data"], offset: number, length: number): TensorRef["data"] {
  return { size: length, name: data.name, read: (start, end) => data.read(offset + start, offset + end) };
}

async function partOf(array: ArrowArray, type: ArrowType, work: Work): Promise<TensorRef | undefined | null> {
  const { length, offset, buffers } = array;
  if (type.kind === "dictionary") return type.index.kind === "fixed" ? partOf(array, type.index, work) : null;
  if (type.kind === "fixed") {
    if (type.stored !== undefined && !takeRoom(work, 0, length * 8)) return null;
    return (await timesTensor(buffers[1], type, offset, length)) ?? null;
  }
  if (type.kind === "bool") {
    if (!takeRoom(work, 0, length)) return null;
    const bits = await bitsOf(buffers[1], offset, length);
    if (bits === undefined) return null;
    return { dtype: scalarDType("bool"), shape: [length], order: "C", offset: 0, data: fromBytes(bits) };
  }
  return type.kind === "fixed-list" ? rowsOf(array, type.size) : undefined;
}

/** Lists of as many numbers each are the rows of a matrix. */
function rowsOf({ children: [child], offset, length }: ArrowArray, size: number): TensorRef | undefined {
  if (child?.type.kind !== "fixed" || child.type.stored !== undefined || size === 0) return undefined;
  if ((child.hasNulls && child.buffers[0] !== undefined) || (offset + length) * size > child.length) return undefined;
  const flat = fixedTensor(child.buffers[1], child.type.dtype, child.offset + offset * size, length * size);
  return flat && { ...flat, shape: [length, size] };
}

/** Null where it cannot be made. */
async function maskOf(chunks: readonly ArrowArray[], work: Work): Promise<TensorRef | undefined | null> {
  if (!chunks.some(({ hasNulls, buffers }) => hasNulls && buffers[0] !== undefined)) return undefined;
  const count = chunks.reduce((sum, { length }) => sum + length, 0);
  const sizes = chunks.reduce((sum, { buffers }) => sum + (buffers[0]?.size ?? 0), count);
  if (!takeRoom(work, 0, sizes)) return null;
  const missing = new Uint8Array(count);
  let at = 0;
  for (const chunk of chunks) {
    const present = await presentOf(chunk, 0, chunk.length);
    if (present === null) return null;
    for (let i = 0; i < chunk.length; i++) missing[at + i] = present === undefined ? 0 : 1 - (present[i] as number);
    at += chunk.length;
  }
  return { dtype: scalarDType("bool"), shape: [count], order: "C", offset: 0, data: fromBytes(missing, "mask") };
}

async function partsOf({ type, dictionary }: ArrowArray, work: Work): Promise<ArrowColumn["parts"] | undefined> {
  if (type.kind === "fixed" && type.zone !== undefined) return [{ part: "tz", value: type.zone }];
  if (type.kind !== "dictionary") return [];
  const words = dictionary && (await readColumn([dictionary], work));
  return (
    words && [
      { part: "categories", value: words.values },
      { part: "ordered", value: type.isOrdered },
    ]
  );
}

async function objectsOf(chunks: readonly ArrowArray[], work: Work): Promise<ArrowColumn | undefined> {
  const objects: Value[] = [];
  for (const chunk of chunks) {
    const values = await elementsOf(chunk, 0, chunk.length, work);
    if (values === undefined) return undefined;
    for (const value of values) objects.push(value);
  }
  const dtype = objectDType();
  const tensor: TensorRef = {
    dtype,
    shape: [objects.length],
    order: "C",
    offset: 0,
    data: fromBytes(new Uint8Array(0)),
  };
  const values = {
    kind: "tensor",
    tensor,
    className: "pyarrow.Array",
    objects,
    offset: chunks[0]?.place ?? 0,
  } as const;
  return { values, parts: [] };
}
