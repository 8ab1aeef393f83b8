import type { H5Cursor } from "./file.ts";

/** The element that stands where nothing was written; undefined for zeros. */
export function readFill(cursor: H5Cursor, isOld: boolean): Uint8Array | undefined {
  if (isOld) return valueOf(cursor);
  const version = cursor.u8();
  if (version >= 3) return (cursor.u8() & 0x20) === 0 ? undefined : valueOf(cursor);
  cursor.skip(2);
  const isDefined = cursor.u8() !== 0;
  return isDefined && cursor.remaining >= 4 ? valueOf(cursor) : undefined;
}

function valueOf(cursor: H5Cursor): Uint8Array | undefined {
  const size = cursor.u32();
  // A negative size says that there is no value.
  return size === 0 || size >= 0x8000_0000 ? undefined : cursor.take(size);
}
