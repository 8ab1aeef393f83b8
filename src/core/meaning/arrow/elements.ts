import { type ByteSource, fromBytes, slice } from "../../bytes/source.ts";
import type { DType } from "../../model/dtype.ts";
import type { TensorRef } from "../../model/tensor.ts";
import type { TensorNode, Value } from "../../model/value.ts";
import { readElements } from "../../model/window.ts";
import type { Work } from "../../work.ts";
import { takeRoom } from "./room.ts";
import { type ArrowArray, type ArrowType, fixed } from "./types.ts";

/**
 * Some values of an array, from element `start` of it on: missing ones are None. Undefined where the buffers do not hold them, or
 * there is no room. Throws as reading the buffers does.
 */
export async function elementsOf(
  array: ArrowArray,
  start: number,
  count: number,
  work: Work,
): Promise<Value[] | undefined> {
  if (start + count > array.length) return undefined;
  // An array without elements takes its time as well.
  const sizes = array.buffers.reduce((sum, buffer) => sum + (buffer?.size ?? 0), 64);
  if (!takeRoom(work, count, sizes)) return undefined;
  if (count === 0) return [];
  const at = array.offset + start;
  const present = await presentOf(array, start, count);
  if (present === null) return undefined;
  const found = await valuesAt(array, at, count, work);
  if (found === undefined || present === undefined) return found;
  return found.map((value, i) => (present[i] === 0 ? null : value));
}

/** One byte for each element, 1 where there is a value; undefined where there are all, null where the bits are too few. */
export async function presentOf(
  { buffers: [validity], hasNulls, offset, type }: ArrowArray,
  start: number,
  count: number,
): Promise<Uint8Array | undefined | null> {
  if (!hasNulls || validity === undefined || type.kind === "null") return undefined;
  return (await bitsOf(validity, offset + start, count)) ?? null;
}

/** One byte for each bit, 1 where it is set; bits are counted from the low end of each byte. */
export async function bitsOf(
  data: ByteSource | undefined,
  offset: number,
  length: number,
): Promise<Uint8Array | undefined> {
  if (length === 0) return new Uint8Array(0);
  if (data === undefined || offset + length > data.size * 8) return undefined;
  const first = Math.floor(offset / 8);
  const bytes = await data.read(first, Math.ceil((offset + length) / 8));
  // A loop: columns have millions of elements, and Uint8Array.from takes a hundred times as long for each.
  const bits = new Uint8Array(length);
  for (let i = 0, bit = offset - first * 8; i < length; i++, bit++)
    bits[i] = ((bytes[bit >>> 3] as number) >> (bit & 7)) & 1;
  return bits;
}

async function valuesAt(array: ArrowArray, at: number, count: number, work: Work): Promise<Value[] | undefined> {
  const { type, buffers } = array;
  switch (type.kind) {
    case "null":
      return Array.from({ length: count }, () => null);
    case "bool": {
      const bits = await bitsOf(buffers[1], at, count);
      return bits && Array.from(bits, (bit) => bit === 1);
    }
    case "fixed":
      return fixedValues(array, type, at, count, work);
    case "bytes":
      return bytesValues(array, type, at, count, work);
    case "view":
      return viewValues(array, type.isText, at, count, work);
    case "fixed-bytes": {
      const bytes = await bytesAt(buffers[1], at * type.size, count * type.size);
      return (
        bytes && Array.from({ length: count }, (_, i) => bytesNode(bytes.subarray(i * type.size, (i + 1) * type.size)))
      );
    }
    case "decimal": {
      const bytes = await bytesAt(buffers[1], at * type.size, count * type.size);
      return bytes && Array.from({ length: count }, (_, i) => decimalOf(bytes, i * type.size, type, array.place));
    }
    case "dictionary":
      return dictionaryValues(array, type.index, at, count, work);
    case "list": {
      const ends = await offsetsOf(buffers[1], at, count, type.isWide, work);
      return ends && listValues(array.children[0], ends, work);
    }
    case "fixed-list":
      return listValues(
        array.children[0],
        Array.from({ length: count + 1 }, (_, i) => (at + i) * type.size),
        work,
      );
    case "struct": {
      const columns: Value[][] = [];
      for (const child of array.children) {
        const values = await elementsOf(child, at, count, work);
        if (values === undefined) return undefined;
        columns.push(values);
      }
      if (columns.length !== type.fields.length) return undefined;
      return Array.from({ length: count }, (_, i) => ({
        kind: "dict",
        keys: type.fields.map(({ name }) => name),
        values: columns.map((column) => column[i] ?? null),
      }));
    }
  }
}

async function bytesAt(data: ByteSource | undefined, start: number, length: number): Promise<Uint8Array | undefined> {
  return data === undefined || start + length > data.size ? undefined : data.read(start, start + length);
}

/** `count` elements from `at` on, where they lie; undefined where the buffer is shorter. */
export function fixedTensor(
  data: ByteSource | undefined,
  dtype: DType,
  at: number,
  count: number,
): TensorRef | undefined {
  // Buffers of no bytes are left out of a stream.
  if (count === 0) return { dtype, shape: [0], order: "C", offset: 0, data: fromBytes(new Uint8Array(0)) };
  if (data === undefined || (at + count) * dtype.itemSize > data.size) return undefined;
  return { dtype, shape: [count], order: "C", offset: at * dtype.itemSize, data };
}

type Fixed = Extract<ArrowType, { kind: "fixed" }>;

/** As `fixedTensor`; days and times of 32 bits are made those of 64 bits that they are. */
export async function timesTensor(
  data: ByteSource | undefined,
  { dtype, stored }: Fixed,
  at: number,
  count: number,
): Promise<TensorRef | undefined> {
  if (stored === undefined || count === 0) return fixedTensor(data, dtype, at, count);
  const bytes = await bytesAt(data, at * 4, count * 4);
  if (bytes === undefined) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = new DataView(new ArrayBuffer(count * 8));
  for (let i = 0; i < count; i++) wide.setBigInt64(i * 8, BigInt(view.getInt32(i * 4, true)), true);
  return { dtype, shape: [count], order: "C", offset: 0, data: fromBytes(new Uint8Array(wide.buffer)) };
}

async function fixedValues(
  array: ArrowArray,
  type: Fixed,
  at: number,
  count: number,
  work: Work,
): Promise<Value[] | undefined> {
  const tensor = await timesTensor(array.buffers[1], type, at, count);
  if (tensor === undefined) return undefined;
  const { dtype } = tensor;
  const bytes = await readElements(tensor, 0, count, work);
  const data = fromBytes(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, i): Value => {
    if (dtype.kind === "i" || dtype.kind === "u") return integerAt(view, i, dtype);
    const number = dtype.kind === "f" && dtype.itemSize === 8 ? view.getFloat64(i * 8, true) : Number.NaN;
    if (!Number.isNaN(number)) return number;
    return { kind: "scalar", tensor: { dtype, shape: [], order: "C", offset: i * dtype.itemSize, data } };
  });
}

function integerAt(view: DataView, i: number, { kind, itemSize }: DType): bigint {
  let value = 0n;
  for (let k = itemSize - 1; k >= 0; k--) value = (value << 8n) | BigInt(view.getUint8(i * itemSize + k));
  return kind === "i" ? BigInt.asIntN(itemSize * 8, value) : value;
}

/** Offsets of `count` values and the end of the last; undefined where they run backwards. */
async function offsetsOf(
  data: ByteSource | undefined,
  at: number,
  count: number,
  isWide: boolean,
  work: Work,
): Promise<number[] | undefined> {
  const type = fixed(isWide ? "int64" : "int32") as Fixed;
  const tensor = fixedTensor(data, type.dtype, at, count + 1);
  if (tensor === undefined) return undefined;
  const raw = await readElements(tensor, 0, count + 1, work);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const ends = Array.from({ length: count + 1 }, (_, i) =>
    isWide ? Number(view.getBigInt64(i * 8, true)) : view.getInt32(i * 4, true),
  );
  return (ends[0] ?? -1) >= 0 && ends.every((end, i) => i === 0 || end >= (ends[i - 1] ?? 0)) ? ends : undefined;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

const bytesNode = (bytes: Uint8Array): Value => ({ kind: "bytes", type: "bytes", data: fromBytes(bytes) });

async function bytesValues(
  { buffers: [, places, data] }: ArrowArray,
  { isText, isWide }: Extract<ArrowType, { kind: "bytes" }>,
  at: number,
  count: number,
  work: Work,
): Promise<Value[] | undefined> {
  const ends = await offsetsOf(places, at, count, isWide, work);
  if (ends === undefined) return undefined;
  const [first = 0] = ends;
  const bytes = data === undefined ? new Uint8Array(0) : await bytesAt(data, first, (ends[count] ?? 0) - first);
  if (bytes === undefined || (data === undefined && ends[count] !== first)) return undefined;
  const values: Value[] = [];
  for (let i = 0; i < count; i++) {
    const own = bytes.subarray((ends[i] ?? 0) - first, (ends[i + 1] ?? 0) - first);
    values.push(isText ? decoder.decode(own) : bytesNode(own));
    if (work.isDue()) await work.checkpoint();
  }
  return values;
}

/** 16 bytes for each value: its length, then up to 12 bytes of it, or its first four, which buffer it is in and where. */
async function viewValues(
  { buffers: [validity, views, ...data], offset, hasNulls }: ArrowArray,
  isText: boolean,
  at: number,
  count: number,
  work: Work,
): Promise<Value[] | undefined> {
  const heads = await bytesAt(views, at * 16, count * 16);
  if (heads === undefined || offset < 0) return undefined;
  const present = hasNulls && validity !== undefined ? await bitsOf(validity, at, count) : undefined;
  const view = new DataView(heads.buffer, heads.byteOffset, heads.byteLength);
  const values: Value[] = [];
  for (let i = 0; i < count; i++) {
    const head = i * 16;
    const length = present?.[i] === 0 ? 0 : view.getInt32(head, true);
    if (length < 0) return undefined;
    const far = length > 12;
    // One text may be that of every row: each is made anew.
    if (far && !takeRoom(work, 0, length)) return undefined;
    const own = far
      ? await bytesAt(data[view.getInt32(head + 8, true)], view.getUint32(head + 12, true), length)
      : heads.subarray(head + 4, head + 4 + length);
    if (own === undefined) return undefined;
    values.push(isText ? decoder.decode(own) : bytesNode(own));
    if (work.isDue()) await work.checkpoint();
  }
  return values;
}

/** A whole number of so many bytes, the point moved `scale` digits to the left. */
function decimalOf(
  bytes: Uint8Array,
  at: number,
  { size, scale }: { size: number; scale: number },
  offset: number,
): Value {
  let value = 0n;
  for (let k = size - 1; k >= 0; k--) value = (value << 8n) | BigInt(bytes[at + k] ?? 0);
  const whole = BigInt.asIntN(size * 8, value);
  const sign = whole < 0n ? "-" : "";
  const digits = String(whole < 0n ? -whole : whole);
  const padded = digits.padStart(scale + 1, "0");
  const text =
    scale > 0
      ? `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`
      : `${sign}${digits}${whole === 0n ? "" : "0".repeat(-scale)}`;
  return { kind: "decimal", text, nearest: Number(text), offset };
}

async function dictionaryValues(
  array: ArrowArray,
  index: ArrowType,
  at: number,
  count: number,
  work: Work,
): Promise<Value[] | undefined> {
  const { buffers, dictionary, offset } = array;
  if (dictionary === undefined || index.kind !== "fixed") return undefined;
  const present = await presentOf(array, at - offset, count);
  const codes = fixedTensor(buffers[1], index.dtype, at, count);
  const words = await elementsOf(dictionary, 0, dictionary.length, work);
  if (codes === undefined || words === undefined) return undefined;
  const raw = await readElements(codes, 0, count, work);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const found: Value[] = [];
  for (let i = 0; i < count; i++) {
    const code = Number(integerAt(view, i, index.dtype));
    const word = words[code];
    // What stands where a value is missing is no code.
    if (word === undefined && present?.[i] !== 0) return undefined;
    found.push(word ?? null);
  }
  return found;
}

/** Lists of plain numbers are arrays where they lie. */
async function listValues(
  child: ArrowArray | undefined,
  ends: readonly number[],
  work: Work,
): Promise<Value[] | undefined> {
  const [first = 0, last = first] = [ends[0], ends.at(-1)];
  if (child === undefined || last > child.length) return undefined;
  const { type, place } = child;
  if (!takeRoom(work, 0, child.buffers[1]?.size ?? 0)) return undefined;
  const whole =
    type.kind === "fixed" && (!child.hasNulls || child.buffers[0] === undefined)
      ? await timesTensor(child.buffers[1], type, child.offset, child.length)
      : undefined;
  const items = whole === undefined ? await elementsOf(child, first, last - first, work) : [];
  if (items === undefined) return undefined;
  const lists: Value[] = [];
  for (let i = 1; i < ends.length; i++) {
    const [start, end] = [ends[i - 1] ?? 0, ends[i] ?? 0];
    if (whole === undefined) lists.push({ kind: "list", type: "list", items: items.slice(start - first, end - first) });
    else {
      const size = whole.dtype.itemSize;
      const data = slice(whole.data, whole.offset + start * size, whole.offset + end * size);
      const tensor: TensorNode["tensor"] = { ...whole, shape: [end - start], offset: 0, data };
      lists.push({ kind: "tensor", tensor, className: "pyarrow.Array", offset: place });
    }
  }
  return lists;
}
