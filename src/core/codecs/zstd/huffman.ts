import { damaged } from "../damage.ts";
import { BackwardBits } from "./bits.ts";
import { readFseTable } from "./fse.ts";

const MAX_BITS = 11;
const MAX_WEIGHT_LOG = 6;

/** By the next `bits` bits: symbol * 16 + the length of its code. */
export interface HuffmanTable {
  readonly bits: number;
  readonly codes: Uint16Array;
}

/** Reads a tree's description (RFC 8878, 4.2.1); gives the table and where it ends. */
export function readHuffmanTable(
  bytes: Uint8Array,
  from: number,
  limit: number,
): { readonly table: HuffmanTable; readonly end: number } {
  if (from >= limit) throw damaged("a code table is cut");
  const header = bytes[from] as number;
  const start = from + 1;
  const isPlain = header >= 128;
  const end = start + (isPlain ? (header - 126) >>> 1 : header);
  if (end > limit) throw damaged("a code table is cut");
  const weights = isPlain ? plainWeights(bytes, start, header - 127) : packedWeights(bytes, start, end);
  return { table: tableOf(weights), end };
}

function plainWeights(bytes: Uint8Array, start: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => {
    const byte = bytes[start + (k >>> 1)] as number;
    return k % 2 === 0 ? byte >>> 4 : byte & 15;
  });
}

/** Two states take turns on one stream, until it is read to its start. */
function packedWeights(bytes: Uint8Array, start: number, end: number): number[] {
  const { table, end: streamStart } = readFseTable(bytes, start, end, MAX_WEIGHT_LOG, MAX_BITS + 1);
  const stream = new BackwardBits(bytes, streamStart, end);
  const weights: number[] = [];
  let state = stream.read(table.log);
  let other = stream.read(table.log);
  for (;;) {
    weights.push(table.symbols[state] as number);
    if (weights.length > 255) return weights;
    const next = (table.bases[state] as number) + stream.read(table.bits[state] as number);
    // More was read than there is: what the other state stands for is the last.
    if (stream.left < 0) {
      weights.push(table.symbols[other] as number);
      return weights;
    }
    state = other;
    other = next;
  }
}

/** 255 weights at most: the last symbol's weight is what makes the sum a power of two. */
function tableOf(weights: readonly number[]): HuffmanTable {
  if (weights.length > 255) throw damaged("a code table has too many symbols");
  let sum = 0;
  for (const weight of weights) sum += weight === 0 ? 0 : 2 ** (weight - 1);
  if (sum === 0) throw damaged("a code table is empty");
  const bits = 32 - Math.clz32(sum);
  const rest = 2 ** bits - sum;
  if (bits > MAX_BITS || (rest & (rest - 1)) !== 0) throw damaged("a code table's lengths do not add up");
  const all = [...weights, 32 - Math.clz32(rest)];
  const codes = new Uint16Array(1 << bits);
  let place = 0;
  for (let weight = 1; weight <= bits; weight++) {
    const span = 1 << (weight - 1);
    for (const [symbol, found] of all.entries()) {
      if (found !== weight) continue;
      codes.fill(symbol * 16 + bits + 1 - weight, place, place + span);
      place += span;
    }
  }
  return { bits, codes };
}

/** Decodes one stream into `out`, which it fills exactly. */
export function decodeStream(
  { bits, codes }: HuffmanTable,
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
): void {
  const stream = new BackwardBits(bytes, start, end);
  const mask = codes.length - 1;
  let { left } = stream;
  for (let i = 0; i < out.length; i++) {
    const at = left - bits;
    let word: number;
    if (at >= 0) {
      const byte = start + (at >>> 3);
      word =
        ((bytes[byte] as number) | ((bytes[byte + 1] as number) << 8) | ((bytes[byte + 2] as number) << 16)) >>>
        (at & 7);
    } else word = stream.peek(at);
    const code = codes[word & mask] as number;
    out[i] = code >>> 4;
    left -= code & 15;
  }
  if (left !== 0) throw damaged("a stream of literals does not end where it should");
}
