import type { ByteSource } from "./source.ts";

/** Bytes [start, end) as a copy of the caller's own: `read` may give a view over a cache. */
export async function readAll(source: ByteSource, start = 0, end: number = source.size): Promise<Uint8Array> {
  return Uint8Array.from(await source.read(start, end));
}
