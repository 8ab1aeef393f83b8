import { corrupt } from "../../errors.ts";
import type { Chunk } from "./chunk-index.ts";
import type { H5Cursor, H5File } from "./file.ts";
import { checkElementSize, readChunkElement } from "./fixed-array.ts";

interface Header {
  readonly isPacked: boolean;
  readonly elementSize: number;
  /** Bytes of an offset in the array. */
  readonly offsetWidth: number;
  readonly indexElements: number;
  readonly minElements: number;
  readonly minPointers: number;
  readonly pageElements: number;
  /** One more than the largest index that was ever set. */
  readonly used: number;
  readonly superBlocks: number;
}

/**
 * Chunks of a dataset that grows along one dimension: an array (VII.D) whose first elements lie in its index block, the
 * next in data blocks that the index block names, all others in data blocks of super blocks that double in size.
 */
export async function readExtensibleArray(
  file: H5File,
  address: number,
  chunkBytes: number,
  each: (index: number, chunk: Chunk) => void,
): Promise<void> {
  const { offset, length } = file.widths;
  const head = await file.checkedBlock(address, 16 + 6 * length + offset, "EAHD", "extensible array");
  const { header, block } = readHeader(file, head);
  if (block === undefined) return;
  const reader = new ArrayReader(file, header, chunkBytes, each);
  const pointers = 2 * (header.minPointers - 1);
  const inIndex = 2 * Math.log2(header.minPointers);
  const superPointers = Math.max(0, header.superBlocks - inIndex);
  const size = 10 + offset + header.indexElements * header.elementSize + (pointers + superPointers) * offset;
  const index = await file.checkedBlock(block, size, "EAIB", "extensible array index");
  index.skip(2 + offset);
  reader.elements(index, header.indexElements);
  for (let level = 0; level < inIndex; level++)
    for (let i = 0; i < 2 ** Math.floor(level / 2); i++) await reader.dataBlock(index.address(), level);
  for (let level = inIndex; level < header.superBlocks && !reader.isDone; level++)
    await reader.superBlock(index.address(), level);
}

function readHeader(file: H5File, head: H5Cursor): { readonly header: Header; readonly block: number | undefined } {
  head.skip(1);
  const isPacked = head.u8() === 1;
  const elementSize = head.u8();
  const bits = head.u8();
  const indexElements = head.u8();
  const minElements = head.u8();
  const minPointers = head.u8();
  const pageBits = head.u8();
  for (let i = 0; i < 4; i++) head.length();
  const used = head.length();
  head.length();
  const block = head.address();
  checkElementSize(file, isPacked, elementSize);
  const isPower = (value: number): boolean => value > 0 && (value & (value - 1)) === 0;
  if (!isPower(minElements) || !isPower(minPointers) || bits > 64 || pageBits > 32)
    throw corrupt(`${file.name}: sizes of an extensible array at byte ${head.offset}`, head.offset);
  const header: Header = {
    isPacked,
    elementSize,
    offsetWidth: Math.ceil(bits / 8),
    indexElements,
    minElements,
    minPointers,
    pageElements: 2 ** pageBits,
    used,
    superBlocks: 1 + Math.max(0, bits - Math.log2(minElements)),
  };
  return { header, block };
}

/** Goes through the blocks in order and counts the elements. */
class ArrayReader {
  private readonly file: H5File;
  private readonly header: Header;
  private readonly chunkBytes: number;
  private readonly each: (index: number, chunk: Chunk) => void;
  private next = 0;

  constructor(file: H5File, header: Header, chunkBytes: number, each: (index: number, chunk: Chunk) => void) {
    this.file = file;
    this.header = header;
    this.chunkBytes = chunkBytes;
    this.each = each;
  }

  /** No element behind here was ever set. */
  get isDone(): boolean {
    return this.next >= this.header.used;
  }

  elements(cursor: H5Cursor, count: number): void {
    const { isPacked, elementSize } = this.header;
    for (let i = 0; i < count; i++, this.next++) {
      const chunk = readChunkElement(this.file, cursor, isPacked, elementSize, this.chunkBytes);
      if (chunk !== undefined) this.each(this.next, chunk);
    }
  }

  /** A data block of a super block's level; `pages` tells which of its pages were written. */
  async dataBlock(address: number | undefined, level: number, pages?: Uint8Array): Promise<void> {
    const { elementSize, offsetWidth, minElements, pageElements } = this.header;
    const count = 2 ** Math.floor((level + 1) / 2) * minElements;
    if (address === undefined) {
      this.next += count;
      return;
    }
    const start = 6 + this.file.widths.offset + offsetWidth;
    const isPaged = count > pageElements;
    const size = start + (isPaged ? 0 : count * elementSize) + 4;
    const cursor = await this.file.checkedBlock(address, size, "EADB", "extensible array block");
    cursor.skip(start - 4);
    if (!isPaged) {
      this.elements(cursor, count);
      return;
    }
    const pageSize = pageElements * elementSize + 4;
    for (let page = 0; page < count / pageElements; page++) {
      if (((pages?.[page >> 3] ?? 0) & (0x80 >> (page & 7))) === 0) {
        this.next += pageElements;
        continue;
      }
      const at = address + size + page * pageSize;
      const bytes = await this.file.bytes(at, pageSize, "extensible array page");
      this.file.verify(bytes, "extensible array page", at);
      this.elements(this.file.cursor(bytes, "extensible array page", at), pageElements);
    }
  }

  async superBlock(address: number | undefined, level: number): Promise<void> {
    const { offsetWidth, minElements, pageElements } = this.header;
    const blocks = 2 ** Math.floor(level / 2);
    const count = 2 ** Math.floor((level + 1) / 2) * minElements;
    if (address === undefined) {
      this.next += blocks * count;
      return;
    }
    const { offset } = this.file.widths;
    const pageBytes = count > pageElements ? Math.ceil(count / pageElements / 8) : 0;
    const size = 6 + offset + offsetWidth + blocks * (pageBytes + offset) + 4;
    const cursor = await this.file.checkedBlock(address, size, "EASB", "extensible array super block");
    cursor.skip(2 + offset + offsetWidth);
    const pages: Uint8Array[] = [];
    for (let i = 0; i < blocks; i++) pages.push(cursor.take(pageBytes));
    for (let i = 0; i < blocks; i++) await this.dataBlock(cursor.address(), level, pages[i]);
  }
}
