import { Damage, damaged } from "../damage.ts";
import { type BitReader, NEEDS_MORE } from "./bits.ts";
import { buildTable, FAST_BITS, type HuffmanTable, MAX_CODE_BITS } from "./huffman.ts";

/** Symbols that share a code table before the next selector says which comes. */
const GROUP = 50;
const RUN_A = 0;
const RUN_B = 1;

/** Memory for the blocks of one stream, used again for each. It grows with them: most models are smaller than a block. */
export interface BlockMemory {
  /** Bytes that a block may have, before its runs are expanded: 100,000 to 900,000 by the stream's header. */
  readonly size: number;
  /** The last column of the sorted rotations in the low 8 bits, the way to the next row above. */
  rows: Uint32Array;
}

const FIRST_ROWS = 16 * 1024;

export function blockMemory(level: number): BlockMemory {
  return { size: level * 100_000, rows: new Uint32Array(FIRST_ROWS) };
}

/** Rows for `wanted` bytes, those that are there kept. */
function grown(memory: BlockMemory, wanted: number): Uint32Array {
  if (wanted > memory.size) throw damaged("a block is longer than its stream allows");
  const rows = new Uint32Array(Math.min(memory.size, Math.max(wanted, memory.rows.length * 2)));
  rows.set(memory.rows);
  memory.rows = rows;
  return rows;
}

/**
 * Decodes one block, after its magic number and checksum, up to the run-length coding that bzip2 begins with.
 */
export function decodeBlock(bits: BitReader, memory: BlockMemory): Uint8Array {
  if (bits.read(1) === 1)
    throw new Damage("unsupported", "has a randomised block, which only bzip2 before 0.9.5 (1999) wrote");
  const origin = bits.read(24);
  const used = usedBytes(bits);
  const { selectors, tables } = codeTables(bits, used.length + 2);
  const count = decodeSymbols(bits, memory, used, selectors, tables);
  if (origin >= count) throw damaged("a block begins outside of itself");
  return unsorted(memory.rows, count, origin);
}

/** The byte values that occur, in order: 16 bits for groups of 16, then 16 for each group. */
function usedBytes(bits: BitReader): Uint8Array {
  const groups = bits.read(16);
  const used: number[] = [];
  for (let group = 0; group < 16; group++) {
    if ((groups & (0x8000 >> group)) === 0) continue;
    const members = bits.read(16);
    for (let k = 0; k < 16; k++) if ((members & (0x8000 >> k)) !== 0) used.push(group * 16 + k);
  }
  if (used.length === 0) throw damaged("a block uses no byte at all");
  return Uint8Array.from(used);
}

function codeTables(
  bits: BitReader,
  symbols: number,
): { readonly selectors: Uint8Array; readonly tables: readonly HuffmanTable[] } {
  const tableCount = bits.read(3);
  if (tableCount < 2 || tableCount > 6) throw damaged(`a block has ${tableCount} code tables`);
  const selectorCount = bits.read(15);
  if (selectorCount === 0) throw damaged("a block has no selectors");
  const recent = [0, 1, 2, 3, 4, 5];
  const selectors = new Uint8Array(selectorCount);
  for (let i = 0; i < selectorCount; i++) {
    let back = 0;
    while (bits.read(1) === 1) if (++back >= tableCount) throw damaged("a selector names no table");
    const [selected = 0] = recent.splice(back, 1);
    recent.unshift(selected);
    selectors[i] = selected;
  }
  const tables: HuffmanTable[] = [];
  const lengths = new Uint8Array(symbols);
  for (let t = 0; t < tableCount; t++) {
    let length = bits.read(5);
    for (let symbol = 0; symbol < symbols; symbol++) {
      for (;;) {
        if (length < 1 || length > MAX_CODE_BITS) throw damaged(`a code is ${length} bits long`);
        if (bits.read(1) === 0) break;
        length += bits.read(1) === 0 ? 1 : -1;
      }
      lengths[symbol] = length;
    }
    tables.push(buildTable(lengths));
  }
  return { selectors, tables };
}

/** Codes, then runs, then move-to-front: gives the number of bytes, which are in the low 8 bits of `rows`. */
function decodeSymbols(
  reader: BitReader,
  memory: BlockMemory,
  used: Uint8Array,
  selectors: Uint8Array,
  tables: readonly HuffmanTable[],
): number {
  const { bytes } = reader;
  let { rows } = memory;
  const end = used.length + 1;
  const front = used.slice();
  let { bits, count: bitCount, at } = reader;
  let written = 0;
  let run = 0;
  let runBit = 1;
  let left = 0;
  let group = 0;
  let table = tables[0] as HuffmanTable;
  for (;;) {
    if (left === 0) {
      if (group === selectors.length) throw damaged("a block goes on after its last selector");
      table = tables[selectors[group++] as number] as HuffmanTable;
      left = GROUP;
    }
    left--;
    while (bitCount < MAX_CODE_BITS && at < bytes.length) {
      bits = (bits << 8) | (bytes[at++] as number);
      bitCount += 8;
    }
    // Past the end of the input zeros stand in; that they were taken shows below.
    const window =
      (bitCount >= MAX_CODE_BITS ? bits >>> (bitCount - MAX_CODE_BITS) : bits << (MAX_CODE_BITS - bitCount)) & 0xfffff;
    const found = table.fast[window >>> (MAX_CODE_BITS - FAST_BITS)] as number;
    let symbol = found >>> 5;
    let length = found & 31;
    if (found === 0) {
      length = FAST_BITS + 1;
      while (length <= MAX_CODE_BITS && window >>> (MAX_CODE_BITS - length) > (table.limit[length] as number)) length++;
      if (length > MAX_CODE_BITS) {
        if (bitCount < MAX_CODE_BITS) throw NEEDS_MORE;
        throw damaged("there is a code that no table has");
      }
      symbol = table.symbols[(window >>> (MAX_CODE_BITS - length)) - (table.base[length] as number)] as number;
    }
    if (length > bitCount) throw NEEDS_MORE;
    bitCount -= length;
    if (symbol <= RUN_B) {
      // Bijective base 2: RUN_A is 1, RUN_B is 2, each digit worth twice the one before.
      run += symbol === RUN_A ? runBit : 2 * runBit;
      runBit *= 2;
      if (run > memory.size) throw damaged("a run is longer than its block");
      continue;
    }
    if (run > 0) {
      if (written + run > rows.length) rows = grown(memory, written + run);
      rows.fill(front[0] as number, written, written + run);
      written += run;
      run = 0;
      runBit = 1;
    }
    if (symbol === end) break;
    if (written === rows.length) rows = grown(memory, written + 1);
    const place = symbol - 1;
    const byte = front[place] as number;
    // Most are near the front, where a call costs more than it moves.
    if (place > 16) front.copyWithin(1, 0, place);
    else for (let k = place; k > 0; k--) front[k] = front[k - 1] as number;
    front[0] = byte;
    rows[written++] = byte;
  }
  reader.bits = bits;
  reader.count = bitCount;
  reader.at = at;
  return written;
}

/** Undoes the sorting of rotations: counts say where each byte's rows begin, and following the rows gives the text. */
function unsorted(rows: Uint32Array, count: number, origin: number): Uint8Array {
  const starts = new Uint32Array(256);
  for (let i = 0; i < count; i++) {
    const byte = (rows[i] as number) & 0xff;
    starts[byte] = (starts[byte] as number) + 1;
  }
  let sum = 0;
  for (let byte = 0; byte < 256; byte++) {
    const here = starts[byte] as number;
    starts[byte] = sum;
    sum += here;
  }
  for (let i = 0; i < count; i++) {
    const byte = (rows[i] as number) & 0xff;
    const row = starts[byte] as number;
    starts[byte] = row + 1;
    rows[row] = (rows[row] as number) | (i << 8);
  }
  const bytes = new Uint8Array(count);
  let row = (rows[origin] as number) >>> 8;
  for (let i = 0; i < count; i++) {
    const entry = rows[row] as number;
    bytes[i] = entry & 0xff;
    row = entry >>> 8;
  }
  return bytes;
}
