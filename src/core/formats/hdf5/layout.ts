import { corrupt, unsupported } from "../../errors.ts";
import type { H5Cursor } from "./file.ts";

/** How the chunks of a dataset are found. */
export type ChunkIndex =
  | { readonly kind: "btree1" }
  | { readonly kind: "single"; readonly size?: number; readonly mask: number }
  | { readonly kind: "implicit" }
  | { readonly kind: "fixed" }
  | { readonly kind: "extensible" }
  | { readonly kind: "btree2" };

/** Where the elements of a dataset lie. An address that is absent: nothing was written yet. */
export type Layout =
  | { readonly kind: "compact"; readonly bytes: Uint8Array; readonly address: number }
  | { readonly kind: "contiguous"; readonly address: number | undefined }
  | {
      readonly kind: "chunked";
      readonly address: number | undefined;
      /** Of one chunk, in elements. */
      readonly chunk: readonly number[];
      readonly index: ChunkIndex;
      /** Chunks that stick out over the edge are stored without filters. */
      readonly isEdgeBare: boolean;
      /** Chunk sizes have eight bytes, whatever the chunk's size (version 5). */
      readonly hasLongSizes: boolean;
    }
  /** An object of the global heap says which elements are those of other datasets. */
  | { readonly kind: "virtual"; readonly heap: number | undefined; readonly object: number };

/** Reads a data layout message. `place`: the address of its first byte. */
export function readLayout(cursor: H5Cursor, place: number): Layout {
  const at = cursor.offset;
  const version = cursor.u8();
  if (version === 1 || version === 2) return readOld(cursor, at, place);
  if (version < 3 || version > 5) throw unsupported(`data layout of version ${version} at byte ${at}`, at);
  const kind = cursor.u8();
  if (kind === 0) {
    const size = cursor.u16();
    const address = place + (cursor.offset - at);
    return { kind: "compact", bytes: cursor.take(size), address };
  }
  if (kind === 1) return { kind: "contiguous", address: cursor.address() };
  if (kind === 3 && version > 3) return { kind: "virtual", heap: cursor.address(), object: cursor.u32() };
  if (kind !== 2) throw corrupt(`data layout of class ${kind} at byte ${at}`, at);
  return version === 3 ? readChunked3(cursor, at) : readChunked4(cursor, at, version);
}

/** Versions 1 and 2: dimensions of the data, of which only the chunk's are of use. */
function readOld(cursor: H5Cursor, at: number, place: number): Layout {
  const rank = cursor.u8();
  const kind = cursor.u8();
  cursor.skip(5);
  const address = kind === 0 ? undefined : cursor.address();
  const dims: number[] = [];
  for (let i = 0; i < rank; i++) dims.push(cursor.u32());
  if (kind === 1) return { kind: "contiguous", address };
  if (kind === 2) return chunked(dims.slice(0, -1), address, { kind: "btree1" }, at);
  if (kind !== 0) throw corrupt(`data layout of class ${kind} at byte ${at}`, at);
  const size = cursor.u32();
  const start = place + (cursor.offset - at);
  return { kind: "compact", bytes: cursor.take(size), address: start };
}

function readChunked3(cursor: H5Cursor, at: number): Layout {
  const rank = cursor.u8();
  const address = cursor.address();
  const dims: number[] = [];
  // The last one is the size of an element.
  for (let i = 0; i < rank; i++) dims.push(cursor.u32());
  return chunked(dims.slice(0, -1), address, { kind: "btree1" }, at);
}

const EDGE_BARE = 1;
const SINGLE_FILTERED = 2;

function readChunked4(cursor: H5Cursor, at: number, version: number): Layout {
  const flags = cursor.u8();
  const rank = cursor.u8();
  const width = cursor.u8();
  if (width > 8) throw corrupt(`sizes of ${width} bytes in the data layout at byte ${at}`, at);
  const dims: number[] = [];
  for (let i = 0; i < rank; i++) dims.push(cursor.uint(width));
  const index = readIndex(cursor, flags, at);
  const address = cursor.address();
  return {
    ...chunked(dims.slice(0, -1), address, index, at),
    isEdgeBare: (flags & EDGE_BARE) !== 0,
    hasLongSizes: version > 4,
  };
}

/** What the index was made with stands in its own header too, which is what is read. */
function readIndex(cursor: H5Cursor, flags: number, at: number): ChunkIndex {
  const type = cursor.u8();
  switch (type) {
    case 1:
      if ((flags & SINGLE_FILTERED) === 0) return { kind: "single", mask: 0 };
      return { kind: "single", size: cursor.length(), mask: cursor.u32() };
    case 2:
      return { kind: "implicit" };
    case 3:
      cursor.skip(1);
      return { kind: "fixed" };
    case 4:
      cursor.skip(5);
      return { kind: "extensible" };
    case 5:
      cursor.skip(6);
      return { kind: "btree2" };
    default:
      throw unsupported(`chunk index of type ${type} at byte ${at}`, at);
  }
}

function chunked(
  chunk: readonly number[],
  address: number | undefined,
  index: ChunkIndex,
  at: number,
): Extract<Layout, { kind: "chunked" }> {
  if (chunk.length === 0 || chunk.some((size) => size === 0))
    throw corrupt(`chunks of [${chunk.join(", ")}] elements at byte ${at}`, at);
  return { kind: "chunked", address, chunk, index, isEdgeBare: false, hasLongSizes: false };
}
