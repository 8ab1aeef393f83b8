import { corrupt, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { Chunk } from "./chunk-index.ts";
import type { H5Cursor, H5File } from "./file.ts";

/** Reads one element of a chunk array: an address, and with filters a size and a mask. Undefined for no chunk. */
export function readChunkElement(
  file: H5File,
  cursor: H5Cursor,
  isPacked: boolean,
  elementSize: number,
  chunkBytes: number,
): Chunk | undefined {
  const address = cursor.address();
  const stored = isPacked ? cursor.uint(elementSize - file.widths.offset - 4) : chunkBytes;
  const mask = isPacked ? cursor.u32() : 0;
  return address === undefined ? undefined : { address, stored, mask };
}

/** Throws unless an element of a chunk array can have this size. */
export function checkElementSize(file: H5File, isPacked: boolean, elementSize: number): void {
  const { offset } = file.widths;
  const extra = elementSize - offset - 4;
  if (isPacked ? extra < 1 || extra > 8 : elementSize !== offset)
    throw corrupt(`${file.name}: elements of ${elementSize} bytes in a chunk array`);
}

/** Chunks of a dataset that cannot grow without end: an array with one element for each (VII.C). */
export async function readFixedArray(
  file: H5File,
  address: number,
  chunkBytes: number,
  each: (index: number, chunk: Chunk) => void,
): Promise<void> {
  const { offset, length } = file.widths;
  const head = await file.checkedBlock(address, 12 + length + offset, "FAHD", "fixed array");
  head.skip(1);
  const isPacked = head.u8() === 1;
  const elementSize = head.u8();
  const pageBits = head.u8();
  const count = head.length();
  const block = head.address();
  checkElementSize(file, isPacked, elementSize);
  if (count > LIMITS.hdf5Chunks) throw limitExceeded(`${file.name}: chunks`, count, LIMITS.hdf5Chunks);
  if (block === undefined) return;
  const read = (cursor: H5Cursor, from: number, to: number): void => {
    for (let i = from; i < to; i++) {
      const chunk = readChunkElement(file, cursor, isPacked, elementSize, chunkBytes);
      if (chunk !== undefined) each(i, chunk);
    }
  };
  const start = 6 + offset;
  const perPage = 2 ** pageBits;
  if (count <= perPage) {
    const cursor = await file.checkedBlock(block, start + count * elementSize + 4, "FADB", "fixed array block");
    cursor.skip(start - 4);
    read(cursor, 0, count);
    return;
  }
  const pages = Math.ceil(count / perPage);
  const bitmapBytes = Math.ceil(pages / 8);
  const cursor = await file.checkedBlock(block, start + bitmapBytes + 4, "FADB", "fixed array block");
  cursor.skip(start - 4);
  const bitmap = cursor.take(bitmapBytes);
  let at = block + start + bitmapBytes + 4;
  for (let page = 0; page < pages; page++) {
    const from = page * perPage;
    const to = Math.min(count, from + perPage);
    const size = (to - from) * elementSize + 4;
    // Highest bit first; a page that was never written has no elements.
    if (((bitmap[page >> 3] ?? 0) & (0x80 >> (page & 7))) !== 0) {
      const bytes = await file.bytes(at, size, "fixed array page");
      file.verify(bytes, "fixed array page", at);
      read(file.cursor(bytes, "fixed array page", at), from, to);
    }
    at += size;
  }
}
