import { type ByteSource, checkRange } from "./source.ts";

/** Integers of 2 or 4 bits, several to a byte, the first in the lowest bits. */
export interface PackedIntegers {
  readonly bits: 2 | 4;
  readonly isSigned: boolean;
  /** How many there are; the last byte may have room for more. */
  readonly count: number;
}

/** Integers of a few bits as one byte each: a window reads the bytes that it touches. */
export function unpacked(packed: ByteSource, { bits, isSigned, count }: PackedIntegers): ByteSource {
  const each = 8 / bits;
  const source: ByteSource = {
    size: Math.min(count, packed.size * each),
    name: packed.name,
    async read(start, end) {
      checkRange(source, start, end);
      const first = Math.floor(start / each);
      const bytes = await packed.read(first, Math.ceil(end / each));
      const out = new Uint8Array(end - start);
      for (let index = 0; index < out.length; index++) {
        const at = start + index;
        const pattern = ((bytes[Math.floor(at / each) - first] ?? 0) >> ((at % each) * bits)) & ((1 << bits) - 1);
        out[index] = isSigned && pattern >= 1 << (bits - 1) ? pattern - (1 << bits) : pattern;
      }
      return out;
    },
  };
  return source;
}
