import { corrupt, unsupported } from "../../errors.ts";
import { decodeBlock } from "../../model/decode.ts";
import type { DType, ScalarName } from "../../model/dtype.ts";
import { parseDType } from "../../model/dtype-build.ts";
import type { JsonObject } from "./json.ts";

/** What was done with the elements of a chunk before they were bytes. https://numcodecs.readthedocs.io/en/stable/ */
export type Filter =
  | { readonly kind: "delta"; readonly from: DType; readonly to: DType }
  | {
      readonly kind: "numbers";
      readonly from: DType;
      readonly to: DType;
      readonly scale: number;
      readonly offset: number;
    }
  | { readonly kind: "packbits" };

/** The types whose numbers are made here. */
const NUMBERS = new Set<ScalarName>(["int8", "int16", "int32", "uint8", "uint16", "uint32", "float32", "float64"]);
const WHOLE = new Set<ScalarName>([...NUMBERS, "int64", "uint64"]);

/** The filter that a codec is; undefined for other codecs, and for a filter that leaves its numbers as they are. */
export function filterOf(id: string, values: JsonObject): Filter | "nothing" | undefined {
  if (id === "packbits") return { kind: "packbits" };
  if (id === "delta") {
    const [from, to] = typesOf(values["astype"] ?? values["dtype"], values["dtype"], WHOLE, id);
    // In which precision two different kinds are added up is numpy's own.
    if (from.name !== to.name && (from.kind === "f" || to.kind === "f"))
      throw unsupported(`the codec delta from ${from.name} to ${to.name}, which is not undone`);
    return { kind: "delta", from, to };
  }
  if (id === "fixedscaleoffset") {
    const [from, to] = typesOf(values["astype"] ?? values["dtype"], values["dtype"], NUMBERS, id);
    const [scale, offset] = [values["scale"], values["offset"]];
    if (typeof scale !== "number" || typeof offset !== "number" || from.scalar === "float32")
      throw unsupported(`the codec ${id} of ${from.name}, which is not undone`);
    return { kind: "numbers", from, to, scale, offset };
  }
  const isCast = id === "astype";
  if (!isCast && id !== "quantize") return undefined;
  const stored = isCast ? values["encode_dtype"] : (values["astype"] ?? values["dtype"]);
  const wanted = isCast ? values["decode_dtype"] : values["dtype"];
  if (stored === wanted) return "nothing";
  const [from, to] = typesOf(stored, wanted, NUMBERS, id);
  return { kind: "numbers", from, to, scale: 1, offset: 0 };
}

function typesOf(from: unknown, to: unknown, known: ReadonlySet<ScalarName>, id: string): readonly [DType, DType] {
  const [stored, wanted] = [from, to].map((type) => {
    const dtype = typeof type === "string" ? parseDType(type) : undefined;
    if (dtype?.scalar === undefined || !known.has(dtype.scalar))
      throw unsupported(`the codec ${id} of ${String(type)}, which is not undone`);
    return dtype;
  });
  if (stored === undefined || wanted === undefined) throw unsupported(`the codec ${id} without its types`);
  return [stored, wanted];
}

/** How many bytes are stored for a byte of what is read, at most. */
export function growthOf(filter: Filter): number {
  return filter.kind === "packbits" ? 1 : filter.from.itemSize / filter.to.itemSize;
}

export function unfilter(filter: Filter, bytes: Uint8Array, name: string): Uint8Array {
  if (filter.kind === "packbits") return unpackBits(bytes, name);
  const { from, to } = filter;
  const count = bytes.length / from.itemSize;
  if (!Number.isSafeInteger(count)) throw corrupt(`${name}: ${bytes.length} bytes of ${from.name}`, 0);
  const out = new Uint8Array(count * to.itemSize);
  if (filter.kind === "delta" && from.kind !== "f") addUp(bytes, from, out, to);
  else {
    const numbers = new Float64Array(count);
    decodeBlock(from, bytes, count, numbers);
    if (filter.kind === "delta") {
      const rounded = from.scalar === "float32" ? Math.fround : (value: number) => value;
      for (let i = 1; i < count; i++) numbers[i] = rounded((numbers[i - 1] ?? 0) + (numbers[i] ?? 0));
    } else for (let i = 0; i < count; i++) numbers[i] = (numbers[i] ?? 0) / filter.scale + filter.offset;
    const put = putterOf(to, out);
    for (let i = 0; i < count; i++) put(i, numbers[i] ?? 0);
  }
  return out;
}

/** Whole numbers: a sum goes round at the end of its type. */
function addUp(bytes: Uint8Array, from: DType, out: Uint8Array, to: DType): void {
  const given = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const made = new DataView(out.buffer);
  let sum = 0n;
  for (let at = 0, i = 0; at < bytes.length; at += from.itemSize, i++) {
    sum = BigInt.asUintN(64, sum + wholeAt(given, at, from));
    const place = i * to.itemSize;
    for (let byte = 0; byte < to.itemSize; byte++) {
      const where = to.bigEndian ? place + to.itemSize - 1 - byte : place + byte;
      made.setUint8(where, Number((sum >> BigInt(8 * byte)) & 255n));
    }
  }
}

function wholeAt(view: DataView, at: number, { itemSize, kind, bigEndian }: DType): bigint {
  let value = 0n;
  for (let byte = 0; byte < itemSize; byte++)
    value = (value << 8n) | BigInt(view.getUint8(bigEndian ? at + byte : at + itemSize - 1 - byte));
  return kind === "i" ? BigInt.asIntN(8 * itemSize, value) : value;
}

/** Writes numbers as a type has them; whole numbers lose what is behind the point, as numpy does. */
function putterOf(
  { scalar, itemSize, kind, bigEndian }: DType,
  out: Uint8Array,
): (index: number, value: number) => void {
  const view = new DataView(out.buffer);
  if (scalar === "float64") return (index, value) => view.setFloat64(index * 8, value, !bigEndian);
  if (scalar === "float32") return (index, value) => view.setFloat32(index * 4, value, !bigEndian);
  const isSigned = kind === "i";
  if (itemSize === 4)
    return (index, value) =>
      isSigned ? view.setInt32(index * 4, value, !bigEndian) : view.setUint32(index * 4, value, !bigEndian);
  if (itemSize === 2)
    return (index, value) =>
      isSigned ? view.setInt16(index * 2, value, !bigEndian) : view.setUint16(index * 2, value, !bigEndian);
  return (index, value) => (isSigned ? view.setInt8(index, value) : view.setUint8(index, value));
}

/** A byte that says how many bits the last one has too many, then eight elements a byte, the highest bit first. */
function unpackBits(bytes: Uint8Array, name: string): Uint8Array {
  const [spare = 0] = bytes;
  if (bytes.length === 0 || spare > 7 || (bytes.length === 1 && spare > 0))
    throw corrupt(`${name}: ${bytes.length} bytes of packed bits, ${spare} too many`, 0);
  const out = new Uint8Array((bytes.length - 1) * 8 - spare);
  for (let i = 0; i < out.length; i++) out[i] = ((bytes[1 + (i >> 3)] ?? 0) >> (7 - (i & 7))) & 1;
  return out;
}
