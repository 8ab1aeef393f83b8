import { BIN32_HEADER_BYTES } from "./msgpack-write.ts";

/** Where the parts of a `.model` lie (docs/model-format.md, "Layout"). */

/** The first key and value of a `.model` are these; so are its first bytes. */
export const FORMAT_NAME = "model-loupe";

export const VERSION = 1;

/** What a reader must know to read a file that names it. Encryption and deltas will be further ones. */
export const FEATURES = ["deflate"] as const;

export type Feature = (typeof FEATURES)[number];

/** Content of chunks begins at a multiple of this: a cache line, and enough for every element type there is. */
export const ALIGNMENT = 64;

/** A `bin 8` of 32 bytes follows the header: the SHA-256 of the header's bytes. */
export const HEADER_DIGEST_BYTES = 34;

/** `bin 32` holds up to 4 GiB - 1; this much a library that reads whole objects can be asked to hold. */
export const CHUNK_BYTES = 1024 * 1024 * 1024;

/** Compressed chunks are inflated whole to read any byte of them. */
export const COMPRESSED_CHUNK_BYTES = 1024 * 1024;

/** Up to this many bytes lie in the index itself: a chunk of its own would take as many for its alignment. */
export const INLINE_BYTES = 64;

/** Text and bytes of the object graph up to this length lie in the graph itself. */
export const INLINE_NODE_BYTES = 1024;

/** Nil bytes before the `bin 32` object that begins at or after `position`, so that its content is aligned. */
export function paddingBefore(position: number): number {
  const content = position + BIN32_HEADER_BYTES;
  return (ALIGNMENT - (content % ALIGNMENT)) % ALIGNMENT;
}

/** Bytes of a chunk of `length` bytes that is written at `position`: padding, head and content. */
export function chunkSpan(position: number, length: number): { readonly content: number; readonly end: number } {
  const content = position + paddingBefore(position) + BIN32_HEADER_BYTES;
  return { content, end: content + length };
}
