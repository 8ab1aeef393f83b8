import { damaged } from "../damage.ts";
import { decodeStream, type HuffmanTable, readHuffmanTable } from "./huffman.ts";

/** A block's literals, and where they end in it. */
export interface Literals {
  readonly bytes: Uint8Array;
  readonly end: number;
  /** For blocks after this one that use it again. */
  readonly table: HuffmanTable | undefined;
}

const RAW = 0;
const RUN = 1;
const TREELESS = 3;

/** The literals section (RFC 8878, 3.1.1.3.1) at the start of a compressed block. */
export function readLiterals(block: Uint8Array, most: number, known: HuffmanTable | undefined): Literals {
  const first = block[0] as number;
  const kind = first & 3;
  const format = (first >>> 2) & 3;
  if (kind === RAW || kind === RUN) {
    const headerBytes = format === 1 ? 2 : format === 3 ? 3 : 1;
    const header = littleEndian(block, 0, headerBytes);
    const size = Math.floor(header / (headerBytes === 1 ? 8 : 16));
    if (size > most) throw damaged("a block has more literals than it may");
    if (kind === RUN) {
      if (headerBytes >= block.length) throw damaged("a block's literals are cut");
      return {
        bytes: new Uint8Array(size).fill(block[headerBytes] as number),
        end: headerBytes + 1,
        table: known,
      };
    }
    const end = headerBytes + size;
    if (end > block.length) throw damaged("a block's literals are cut");
    return { bytes: block.subarray(headerBytes, end), end, table: known };
  }
  const headerBytes = format < 2 ? 3 : format + 2;
  const sizeBits = format < 2 ? 10 : format === 2 ? 14 : 18;
  const sizes = Math.floor(littleEndian(block, 0, headerBytes) / 16);
  const size = sizes % 2 ** sizeBits;
  const end = headerBytes + Math.floor(sizes / 2 ** sizeBits);
  if (size > most) throw damaged("a block has more literals than it may");
  if (end > block.length) throw damaged("a block's literals are cut");
  let at = headerBytes;
  let table = known;
  if (kind !== TREELESS) ({ table, end: at } = readHuffmanTable(block, headerBytes, end));
  if (table === undefined) throw damaged("a block uses a code table of a block before it, and there is none");
  const bytes = new Uint8Array(size);
  if (format === 0) decodeStream(table, block, at, end, bytes);
  else decodeFour(table, block, at, end, bytes);
  return { bytes, end, table };
}

/** Four streams of as many literals each, but for the last; the first three's sizes stand before them. */
function decodeFour(table: HuffmanTable, block: Uint8Array, at: number, end: number, out: Uint8Array): void {
  const each = (out.length + 3) >>> 2;
  let start = at + 6;
  if (start > end || each * 3 > out.length) throw damaged("a block's literals are cut");
  for (let k = 0; k < 4; k++) {
    const streamEnd = k === 3 ? end : start + littleEndian(block, at + 2 * k, 2);
    if (streamEnd > end) throw damaged("a block's literals are cut");
    decodeStream(table, block, start, streamEnd, out.subarray(k * each, k === 3 ? out.length : (k + 1) * each));
    start = streamEnd;
  }
}

export function littleEndian(bytes: Uint8Array, at: number, length: number): number {
  if (at + length > bytes.length) throw damaged("a block is cut");
  let value = 0;
  for (let k = length - 1; k >= 0; k--) value = value * 256 + (bytes[at + k] as number);
  return value;
}
