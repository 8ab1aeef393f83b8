import { fromBytes } from "../bytes/source.ts";
import { readElements } from "../model/window.ts";
import { scalarDType } from "../model/dtype.ts";
import { objectDType } from "../model/dtype-build.ts";
import { type BytesNode, isNode, type ListNode, type ObjectNode, type TensorNode, type Value } from "../model/value.ts";
import type { Work } from "../work.ts";
import { attributeOf } from "./anatomy.ts";
import { ifReadable } from "./texts.ts";

/**
 * Arrays of Apache Arrow as pyarrow pickles them (pyarrow/array.pxi, `_reduce_array_data`; the layout of the buffers is that of
 * https://arrow.apache.org/docs/format/Columnar.html):
 *
 *     _restore_array((type, length, null count, offset, [validity, data] or [validity, offsets, data], children, dictionary))
 *     chunked_array([arrays], type)
 *
 * pandas keeps them as `_pa_array`, before 2.1 as `_data`.
 */
export interface ArrowColumn {
  readonly values: TensorNode;
  /** Where values are missing; absent where none is, and for text, whose missing values are None. */
  readonly mask?: TensorNode;
}

/**
 * What is made of buffers while one file is opened: elements of text, and bytes that are looked at or made. What is over it stays
 * the buffers that it is. A pickle can name one buffer in any number of arrays: the file's size bounds nothing.
 */
const TEXTS = 2_000_000;
const BUFFER_BYTES = 256 * 1024 * 1024;

interface Room {
  texts: number;
  bytes: number;
}

const rooms = new WeakMap<Work, Room>();

/** True where there was still room for it, which it then has taken. */
function takeRoom(work: Work, texts: number, bytes: number): boolean {
  const room = rooms.get(work) ?? { texts: TEXTS, bytes: BUFFER_BYTES };
  rooms.set(work, room);
  room.texts -= texts;
  room.bytes -= bytes;
  return room.texts >= 0 && room.bytes >= 0;
}

const NUMBERS = /^(?:u?int(?:8|16|32|64)|float(?:32|64)|halffloat|float|double)$/;
const TEXT = /^(?:large_)?(?:string|utf8)$/;
const SCALAR: Readonly<Record<string, "float16" | "float32" | "float64">> = {
  halffloat: "float16",
  float: "float32",
  double: "float64",
};

interface Chunk {
  readonly type: string;
  readonly length: number;
  /** False where it is known that no value is missing. */
  readonly hasNulls: boolean;
  readonly offset: number;
  readonly buffers: readonly (BytesNode | undefined)[];
  readonly place: number;
}

/** The column that an extension array of pandas, or an array of pyarrow, holds; undefined for what is none or is damaged. */
export async function arrowColumn(value: Value | undefined, work: Work): Promise<ArrowColumn | undefined> {
  const held = attributeOf(value, "_pa_array") ?? attributeOf(value, "_data") ?? value;
  const chunks = chunksOf(held);
  const [first] = chunks ?? [];
  if (chunks === undefined || first === undefined || chunks.some(({ type }) => type !== first.type)) return undefined;
  if (TEXT.test(first.type)) return textColumn(chunks, work);
  if (chunks.length > 1 || !NUMBERS.test(first.type)) return undefined;
  return numberColumn(first, work);
}

function isCall(value: Value | undefined, name: string): value is ObjectNode {
  if (!isNode(value) || value.kind !== "object" || !isNode(value.callable) || value.callable.kind !== "global")
    return false;
  return /^pyarrow(?:\.lib)?$/.test(value.callable.module) && value.callable.name === name;
}

function itemsIn(value: Value | undefined): ListNode["items"] | undefined {
  return isNode(value) && value.kind === "list" ? value.items : undefined;
}

function chunksOf(value: Value | undefined): readonly Chunk[] | undefined {
  const parts = isCall(value, "chunked_array") ? itemsIn(value.args[0]) : [value ?? null];
  const chunks = parts?.map(chunkOf).filter((chunk) => chunk !== undefined);
  return chunks?.length === parts?.length ? chunks : undefined;
}

function chunkOf(value: Value): Chunk | undefined {
  if (!isCall(value, "_restore_array")) return undefined;
  const [type, length, nulls, offset, buffers] = itemsIn(value.args[0]) ?? [];
  const name = isCall(type, "type_for_alias") ? type.args[0] : undefined;
  const held = itemsIn(buffers)?.map(bufferOf);
  const [count, start] = [sizeOf(length), sizeOf(offset)];
  if (typeof name !== "string" || held === undefined || count === undefined || start === undefined) return undefined;
  // A slice has -1: nobody counted yet.
  return { type: name, length: count, hasNulls: nulls !== 0n, offset: start, buffers: held, place: value.offset };
}

/** `py_buffer(bytes)`; a buffer that is not there is None. */
function bufferOf(value: Value): BytesNode | undefined {
  const data = isCall(value, "py_buffer") ? value.args[0] : value;
  return isNode(data) && data.kind === "bytes" ? data : undefined;
}

function sizeOf(value: Value | undefined): number | undefined {
  return typeof value === "bigint" && value >= 0n && value <= BigInt(2 ** 40) ? Number(value) : undefined;
}

async function numberColumn(chunk: Chunk, work: Work): Promise<ArrowColumn | undefined> {
  const dtype = scalarDType(SCALAR[chunk.type] ?? (chunk.type as "int64"));
  const [validity, data] = chunk.buffers;
  const { length, offset, place } = chunk;
  if (data === undefined || (offset + length) * dtype.itemSize > data.data.size) return undefined;
  const values: TensorNode = {
    kind: "tensor",
    tensor: { dtype, shape: [length], order: "C", offset: offset * dtype.itemSize, data: data.data },
    className: "pyarrow.Array",
    offset: place,
  };
  if (!chunk.hasNulls || validity === undefined) return { values };
  if (!takeRoom(work, 0, validity.data.size + length)) return undefined;
  const bits = await bitsOf(validity, offset, length);
  if (bits === undefined) return undefined;
  for (let i = 0; i < length; i++) bits[i] = 1 - (bits[i] as number);
  const missing = fromBytes(bits, "mask");
  const tensor = { dtype: scalarDType("bool"), shape: [length], order: "C" as const, offset: 0, data: missing };
  return { values, mask: { kind: "tensor", tensor, className: "pyarrow.Array", offset: place } };
}

/** One byte for each bit, 1 where it is set; bits are counted from the low end of each byte. */
async function bitsOf({ data }: BytesNode, offset: number, length: number): Promise<Uint8Array | undefined> {
  if (offset + length > data.size * 8) return undefined;
  const bytes = await ifReadable(() => data.read(0, data.size));
  if (bytes === undefined) return undefined;
  // A loop: columns have millions of elements, and Uint8Array.from takes a hundred times as long for each.
  const bits = new Uint8Array(length);
  for (let i = 0, bit = offset; i < length; i++, bit++) bits[i] = ((bytes[bit >>> 3] as number) >> (bit & 7)) & 1;
  return bits;
}

async function textColumn(chunks: readonly Chunk[], work: Work): Promise<ArrowColumn | undefined> {
  const objects: Value[] = [];
  for (const chunk of chunks) {
    // An array without elements takes its time as well.
    const size = chunk.buffers.reduce((sum, buffer) => sum + (buffer?.data.size ?? 0), 64);
    if (!takeRoom(work, chunk.length, size)) return undefined;
    const texts = await textsIn(chunk, work);
    if (texts === undefined) return undefined;
    for (const text of texts) objects.push(text);
  }
  const tensor = {
    dtype: objectDType(),
    shape: [objects.length],
    order: "C" as const,
    offset: 0,
    data: fromBytes(new Uint8Array(0)),
  };
  return { values: { kind: "tensor", tensor, className: "pyarrow.Array", objects, offset: chunks[0]?.place ?? 0 } };
}

async function textsIn(chunk: Chunk, work: Work): Promise<readonly (string | null)[] | undefined> {
  const { type, length, offset, hasNulls } = chunk;
  const [validity, places, data] = chunk.buffers;
  if (length === 0) return [];
  const dtype = scalarDType(type.startsWith("large_") ? "int64" : "int32");
  if (places === undefined || (offset + length + 1) * dtype.itemSize > places.data.size) return undefined;
  const tensor = { dtype, shape: [offset + length + 1], order: "C" as const, offset: 0, data: places.data };
  const raw = await ifReadable(() => readElements(tensor, offset, length + 1, work));
  const bytes = data === undefined ? new Uint8Array(0) : await ifReadable(() => data.data.read(0, data.data.size));
  const present = !hasNulls || validity === undefined ? undefined : await bitsOf(validity, offset, length);
  if (raw === undefined || bytes === undefined) return undefined;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const at = (i: number): number =>
    dtype.itemSize === 8 ? Number(view.getBigInt64(i * 8, true)) : view.getInt32(i * 4, true);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const texts: (string | null)[] = [];
  for (let i = 0; i < length; i++) {
    const [start, end] = [at(i), at(i + 1)];
    if (start < 0 || end < start || end > bytes.length) return undefined;
    texts.push(present !== undefined && present[i] === 0 ? null : decoder.decode(bytes.subarray(start, end)));
    if (work.isDue()) await work.checkpoint();
  }
  return texts;
}
