import { corrupt, unsupported } from "../../errors.ts";
import { readBTree2 } from "./btree-v2.ts";
import { type H5File, widthOf } from "./file.ts";

/** Bytes of an object of a heap, and where they lie. */
export interface HeapObject {
  readonly bytes: Uint8Array;
  readonly address: number;
}

interface Sizes {
  readonly idLength: number;
  readonly filterLength: number;
  readonly flags: number;
  readonly maxManaged: number;
  readonly hugeTree: number | undefined;
  readonly tableWidth: number;
  readonly startBlock: number;
  readonly maxDirect: number;
  readonly heapBits: number;
  readonly root: number | undefined;
  readonly rootRows: number;
}

const CHECKED_BLOCKS = 0x02;
const INDIRECT_HUGE = 1;
const DIRECT_HUGE = 3;

/**
 * A fractal heap (III.G): objects of any length in blocks of doubling size. A managed object is found by its offset in
 * the heap's own space, a huge one lies elsewhere, a tiny one is its own id.
 */
export class FractalHeap {
  private readonly file: H5File;
  private readonly sizes: Sizes;
  private readonly blocks = new Map<number, Promise<Uint8Array>>();
  private huge: Promise<ReadonlyMap<number, { readonly address: number; readonly length: number }>> | undefined;

  private constructor(file: H5File, sizes: Sizes) {
    this.file = file;
    this.sizes = sizes;
  }

  static async open(file: H5File, address: number): Promise<FractalHeap> {
    const { offset, length } = file.widths;
    const plain = 22 + 12 * length + 3 * offset + 4;
    const probe = await file.block(address, Math.min(plain, file.data.size - address), "fractal heap");
    probe.skip(7);
    const filterLength = probe.u16();
    const size = plain + (filterLength === 0 ? 0 : length + 4 + filterLength);
    const cursor = await file.checkedBlock(address, size, "FRHP", "fractal heap");
    cursor.skip(1);
    const idLength = cursor.u16();
    cursor.skip(2);
    const flags = cursor.u8();
    const maxManaged = cursor.u32();
    cursor.length();
    const hugeTree = cursor.address();
    cursor.length();
    cursor.address();
    cursor.skip(8 * length);
    const tableWidth = cursor.u16();
    const startBlock = cursor.length();
    const maxDirect = cursor.length();
    const heapBits = cursor.u16();
    cursor.skip(2);
    const root = cursor.address();
    const rootRows = cursor.u16();
    if (tableWidth === 0 || startBlock === 0 || maxDirect < startBlock || heapBits > 64)
      throw corrupt(`${file.name}: sizes of the fractal heap at byte ${file.place(address)}`, file.place(address));
    return new FractalHeap(file, {
      idLength,
      filterLength,
      flags,
      maxManaged,
      hugeTree,
      tableWidth,
      startBlock,
      maxDirect,
      heapBits,
      root,
      rootRows,
    });
  }

  /** The object of an id. */
  async object(id: Uint8Array): Promise<HeapObject> {
    const cursor = this.file.cursor(id, "heap id", 0);
    const first = cursor.u8();
    const kind = (first >> 4) & 3;
    if (kind === 0) {
      const { heapBits, maxDirect, maxManaged } = this.sizes;
      const offset = cursor.uint(Math.ceil(heapBits / 8), "offset in a heap");
      const length = cursor.uint(Math.min(widthOf(maxDirect), widthOf(maxManaged)), "length in a heap");
      return this.managed(offset, length);
    }
    if (kind === 1) return this.hugeObject(id);
    // Longer ids than 18 bytes have a length of 12 bits.
    const isLong = this.sizes.idLength > 18;
    const length = isLong ? (((first & 0x0f) << 8) | cursor.u8()) + 1 : (first & 0x0f) + 1;
    return { bytes: cursor.take(length), address: 0 };
  }

  private async hugeObject(id: Uint8Array): Promise<HeapObject> {
    const { offset, length: lengthWidth } = this.file.widths;
    if (this.sizes.filterLength > 0) throw unsupported(`${this.file.name}: filtered objects of a fractal heap`);
    const cursor = this.file.cursor(id, "heap id", 0);
    cursor.skip(1);
    const isDirect = this.sizes.idLength - 1 >= offset + lengthWidth;
    const at = isDirect
      ? { address: cursor.address(), length: cursor.length() }
      : await this.hugeById(cursor.uint(Math.min(lengthWidth, this.sizes.idLength - 1)));
    if (at?.address === undefined) throw corrupt(`${this.file.name}: an object that its fractal heap does not have`);
    return { bytes: await this.file.bytes(at.address, at.length, "huge object"), address: at.address };
  }

  private async hugeById(id: number): Promise<{ readonly address: number; readonly length: number } | undefined> {
    this.huge ??= this.readHuge();
    return (await this.huge).get(id);
  }

  private async readHuge(): Promise<ReadonlyMap<number, { readonly address: number; readonly length: number }>> {
    const found = new Map<number, { readonly address: number; readonly length: number }>();
    if (this.sizes.hugeTree === undefined) return found;
    await readBTree2(this.file, this.sizes.hugeTree, (record, type) => {
      if (type !== INDIRECT_HUGE && type !== DIRECT_HUGE)
        throw unsupported(`${this.file.name}: huge objects of type ${type}`);
      const address = record.address();
      const length = record.length();
      if (address !== undefined && type === INDIRECT_HUGE) found.set(record.length(), { address, length });
    });
    return found;
  }

  private async managed(offset: number, length: number): Promise<HeapObject> {
    const block = await this.blockAt(offset);
    const bytes = await this.direct(block.address, block.size);
    const at = offset - block.start;
    const cursor = this.file.cursor(bytes, "object of a fractal heap", block.address);
    cursor.skip(at);
    return { bytes: cursor.take(length), address: block.address + at };
  }

  private direct(address: number, size: number): Promise<Uint8Array> {
    let block = this.blocks.get(address);
    if (block === undefined) {
      block = this.readDirect(address, size);
      this.blocks.set(address, block);
    }
    return block;
  }

  private async readDirect(address: number, size: number): Promise<Uint8Array> {
    const { flags, heapBits } = this.sizes;
    const bytes = await this.file.bytes(address, size, "block of a fractal heap");
    const cursor = this.file.cursor(bytes, "block of a fractal heap", address);
    cursor.expect([0x46, 0x48, 0x44, 0x42], "signature");
    if ((flags & CHECKED_BLOCKS) !== 0) {
      // The checksum is made while its own four bytes are zero.
      const at = 5 + this.file.widths.offset + Math.ceil(heapBits / 8);
      const zeroed = new Uint8Array(size + 4);
      zeroed.set(bytes);
      zeroed.fill(0, at, at + 4);
      zeroed.set(bytes.subarray(at, at + 4), size);
      this.file.verify(zeroed, "block of a fractal heap", address);
    }
    return bytes;
  }

  /** The direct block that holds an offset: down the table of doubling sizes. */
  private async blockAt(
    offset: number,
  ): Promise<{ readonly address: number; readonly start: number; readonly size: number }> {
    const { root, rootRows, startBlock } = this.sizes;
    const missing = (): Error => corrupt(`${this.file.name}: a fractal heap has no block for offset ${offset}`);
    if (root === undefined) throw missing();
    // A root that is no table is one block of the starting size.
    if (rootRows === 0) {
      if (offset >= startBlock) throw missing();
      return { address: root, start: 0, size: startBlock };
    }
    let address = root;
    let rows = rootRows;
    let start = 0;
    for (;;) {
      const entry = this.entryOf(offset - start);
      if (entry.row >= rows) throw missing();
      const next = await this.child(address, rows, entry.row, entry.column);
      if (next === undefined) throw missing();
      start += entry.start;
      if (entry.row < this.directRows()) return { address: next, start, size: entry.size };
      address = next;
      rows = Math.log2(entry.size) - Math.log2(this.sizes.startBlock * this.sizes.tableWidth) + 1;
    }
  }

  private directRows(): number {
    return Math.log2(this.sizes.maxDirect) - Math.log2(this.sizes.startBlock) + 2;
  }

  /** Row, column, first offset and size of the entry that an offset within a table falls into. */
  private entryOf(offset: number): { row: number; column: number; start: number; size: number } {
    const { tableWidth, startBlock } = this.sizes;
    const firstRow = tableWidth * startBlock;
    const row = offset < firstRow ? 0 : Math.floor(Math.log2(offset / firstRow)) + 1;
    const size = row < 2 ? startBlock : startBlock * 2 ** (row - 1);
    const rowStart = row === 0 ? 0 : firstRow * 2 ** (row - 1);
    const column = Math.floor((offset - rowStart) / size);
    return { row, column, start: rowStart + column * size, size };
  }

  private async child(address: number, rows: number, row: number, column: number): Promise<number | undefined> {
    const { tableWidth, heapBits, filterLength } = this.sizes;
    const { offset } = this.file.widths;
    if (filterLength > 0) throw unsupported(`${this.file.name}: filtered blocks of a fractal heap`);
    if (!Number.isInteger(rows) || rows < 1 || rows > 64)
      throw corrupt(`${this.file.name}: ${rows} rows of a fractal heap`);
    const size = 5 + offset + Math.ceil(heapBits / 8) + rows * tableWidth * offset + 4;
    const cursor = await this.file.checkedBlock(address, size, "FHIB", "indirect block of a fractal heap");
    cursor.skip(1 + offset + Math.ceil(heapBits / 8) + (row * tableWidth + column) * offset);
    return cursor.address();
  }
}
