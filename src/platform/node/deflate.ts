import { pipeline } from "node:stream/promises";
import * as zlib from "node:zlib";
import type { DeflateKind } from "../../core/host.ts";

function createDeflater(kind: DeflateKind, level: number): zlib.Deflate | zlib.DeflateRaw | zlib.Gzip {
  // Everything that shapes the output is said, so that a change of Node's defaults does not change our files.
  const options: zlib.ZlibOptions = { level, windowBits: 15, memLevel: 8, strategy: zlib.constants.Z_DEFAULT_STRATEGY };
  switch (kind) {
    case "zlib":
      return zlib.createDeflate(options);
    case "gzip":
      return zlib.createGzip(options);
    case "raw":
      return zlib.createDeflateRaw(options);
  }
}

/** Where a gzip header names the operating system, and its "unknown". */
const GZIP_OS_BYTE = 9;
const GZIP_OS_UNKNOWN = 255;

/** `Host.deflateChunks`. The same bytes in pieces of other sizes give the same result. */
export async function* deflateChunks(
  kind: DeflateKind,
  pieces: AsyncIterable<Uint8Array>,
  level: number,
): AsyncGenerator<Uint8Array> {
  const stream = createDeflater(kind, level);
  // An error of `pieces` destroys the stream and comes out of the loop; leaving the loop ends `pieces`.
  const feeding = pipeline(pieces, stream).catch((error: unknown) => error);
  let isFirst = true;
  for await (const part of stream as AsyncIterable<Uint8Array>) {
    if (isFirst && kind === "gzip") part[GZIP_OS_BYTE] = GZIP_OS_UNKNOWN;
    isFirst = false;
    yield new Uint8Array(part.buffer, part.byteOffset, part.length);
  }
  await feeding;
}

/** `Host.deflate`. */
export async function deflate(kind: DeflateKind, bytes: Uint8Array, level: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of deflateChunks(kind, once(bytes), level)) parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
