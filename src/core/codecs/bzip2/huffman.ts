import { damaged } from "../damage.ts";

/** Bits of a code that one look into the table decides; longer codes are rare and go on by length. */
export const FAST_BITS = 10;
export const MAX_CODE_BITS = 20;

/** A canonical code, most significant bit first. */
export interface HuffmanTable {
  /** By the next FAST_BITS bits: symbol * 32 + length, or 0 when the code is longer. */
  readonly fast: Uint16Array;
  /** By length: the largest code of it, -1 when there is none. */
  readonly limit: Int32Array;
  /** By length: what to take from a code to have its place in `symbols`. */
  readonly base: Int32Array;
  readonly symbols: Uint16Array;
}

/** Lengths are 1 to 20 each. Throws when they are more than a code can have. */
export function buildTable(lengths: Uint8Array): HuffmanTable {
  const counts = new Int32Array(MAX_CODE_BITS + 2);
  for (const length of lengths) counts[length] = (counts[length] as number) + 1;
  const limit = new Int32Array(MAX_CODE_BITS + 1).fill(-1);
  const base = new Int32Array(MAX_CODE_BITS + 1);
  const next = new Int32Array(MAX_CODE_BITS + 1);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= MAX_CODE_BITS; length++) {
    const count = counts[length] as number;
    base[length] = code - place;
    next[length] = place;
    if (count > 0) limit[length] = code + count - 1;
    if (code + count > 2 ** length) throw damaged("a code table has too many codes");
    place += count;
    code = (code + count) * 2;
  }
  const symbols = new Uint16Array(lengths.length);
  const fast = new Uint16Array(1 << FAST_BITS);
  for (const [symbol, length] of lengths.entries()) {
    const at = next[length] as number;
    next[length] = at + 1;
    symbols[at] = symbol;
    if (length > FAST_BITS) continue;
    const first = (at + (base[length] as number)) << (FAST_BITS - length);
    fast.fill(symbol * 32 + length, first, first + (1 << (FAST_BITS - length)));
  }
  return { fast, limit, base, symbols };
}
