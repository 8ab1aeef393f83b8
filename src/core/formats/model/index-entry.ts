import { corrupt } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { elementName } from "../../model/dtype.ts";
import {
  countAt,
  countOf,
  type Doc,
  type DocMap,
  integerAt,
  isDocList,
  kindOf,
  listAt,
  textAt,
} from "../document/doc.ts";
import type { StoredContent } from "./contents.ts";
import { writeText } from "./doc-msgpack.ts";
import type { MsgpackWriter } from "./msgpack-write.ts";
import type { TensorRow } from "./tensor-table.ts";

/** One entry of `tensors` (docs/model-format.md, "Tensor index"), as a file says it: nothing of it is believed yet. */
export interface IndexEntry {
  readonly path?: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly order: "C" | "F";
  /** Bytes of the content. */
  readonly length?: number;
  readonly sha256?: Uint8Array;
  readonly compression?: string;
  readonly chunks?: readonly ChunkPlace[];
  readonly data?: Uint8Array;
  readonly texts?: string;
  /** Views only: the entry whose bytes these are. */
  readonly base?: number;
  readonly offset?: number;
  readonly strides?: readonly number[];
}

export interface ChunkPlace {
  readonly position: number;
  readonly storedBytes: number;
  readonly bytes: number;
}

/** Writes a row's entry; the places of its chunks' positions, which are not known yet. */
export function writeIndexEntry(
  writer: MsgpackWriter,
  row: TensorRow,
  content: StoredContent | undefined,
): readonly number[] {
  const { tensor } = row;
  const places: number[] = [];
  const parts: (readonly [string, () => void])[] = [];
  const path = row.path;
  if (path !== undefined) parts.push(["path", () => writeText(writer, path)]);
  parts.push(["dtype", () => writeText(writer, elementName(tensor.dtype))]);
  parts.push(["shape", () => writeCounts(writer, tensor.shape)]);
  parts.push(["order", () => writer.text(tensor.strides === undefined ? tensor.order : "C")]);
  if (row.kind === "view") {
    const { strides } = row;
    parts.push(["base", () => writer.count(row.base)]);
    parts.push(["offset", () => writer.count(row.offset)]);
    if (strides !== undefined) parts.push(["strides", () => writeCounts(writer, strides)]);
  } else {
    const { inline, texts } = row;
    parts.push(["length", () => writer.count(row.length)]);
    if (content !== undefined) {
      const { sha256, compression, chunks } = content;
      parts.push(["sha256", () => writer.bin(sha256)]);
      if (compression !== undefined) parts.push(["compression", () => writer.text(compression)]);
      parts.push(["chunks", () => places.push(...writeChunks(writer, chunks))]);
    }
    if (inline !== undefined) parts.push(["data", () => writer.bin(inline)]);
    if (texts !== undefined) parts.push(["texts", () => writeText(writer, texts)]);
  }
  writer.map(parts.length);
  for (const [key, write] of parts) {
    writer.text(key);
    write();
  }
  return places;
}

function writeChunks(writer: MsgpackWriter, chunks: StoredContent["chunks"]): number[] {
  writer.array(chunks.length);
  return chunks.map(({ storedBytes, bytes }) => {
    writer.array(3);
    const place = writer.fixedUint64(0);
    writer.count(storedBytes);
    writer.count(bytes);
    return place;
  });
}

function writeCounts(writer: MsgpackWriter, counts: readonly number[]): void {
  writer.array(counts.length);
  for (const count of counts) writer.count(count);
}

/** Throws `corrupt` for an entry whose parts are not of the kind they must be. */
export function readIndexEntry(doc: DocMap): IndexEntry {
  const path = textAt(doc, "path");
  const length = countAt(doc, "length");
  const sha256 = bytesAt(doc, "sha256");
  const data = bytesAt(doc, "data");
  const compression = textAt(doc, "compression");
  const texts = textAt(doc, "texts");
  const base = countAt(doc, "base");
  const offset = countAt(doc, "offset");
  return {
    dtype: required(textAt(doc, "dtype"), "dtype"),
    shape: shapeOf(required(doc.get("shape"), "shape")),
    order: orderOf(textAt(doc, "order")),
    ...(path !== undefined && { path }),
    ...(length !== undefined && { length }),
    ...(sha256 !== undefined && { sha256 }),
    ...(compression !== undefined && { compression }),
    ...(doc.has("chunks") && { chunks: listAt(doc, "chunks").map(chunkOf) }),
    ...(data !== undefined && { data }),
    ...(texts !== undefined && { texts }),
    ...(base !== undefined && { base }),
    ...(offset !== undefined && { offset }),
    ...(doc.has("strides") && { strides: listAt(doc, "strides").map(strideOf) }),
  };
}

function required<T>(value: T | undefined, key: string): T {
  if (value === undefined) throw corrupt(`${JSON.stringify(key)} is missing`);
  return value;
}

function shapeOf(doc: Doc): readonly number[] {
  if (!isDocList(doc)) throw corrupt(`"shape": expected a list, found ${kindOf(doc)}`);
  if (doc.length > LIMITS.dimensions) throw corrupt(`"shape": ${doc.length} dimensions, at most ${LIMITS.dimensions}`);
  return doc.map((dim) => countOf(dim, "shape"));
}

function orderOf(order: string | undefined): "C" | "F" {
  if (order === undefined || order === "C") return "C";
  if (order === "F") return order;
  throw corrupt(`"order": expected C or F, found ${JSON.stringify(order)}`);
}

function chunkOf(doc: Doc): ChunkPlace {
  if (!isDocList(doc) || doc.length !== 3) throw corrupt('"chunks": expected [position, stored bytes, bytes]');
  return {
    position: countOf(doc[0], "position"),
    storedBytes: countOf(doc[1], "stored bytes"),
    bytes: countOf(doc[2], "bytes"),
  };
}

function strideOf(doc: Doc): number {
  return integerAt(new Map([["strides", doc]]), "strides") ?? 0;
}

function bytesAt(doc: DocMap, key: string): Uint8Array | undefined {
  const value = doc.get(key);
  if (value === undefined || value instanceof Uint8Array) return value;
  throw corrupt(`${JSON.stringify(key)}: expected bytes, found ${kindOf(value)}`);
}
