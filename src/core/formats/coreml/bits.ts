import { type ByteSource, checkRange } from "../../bytes/source.ts";

/** Elements of `bits` bits each, the first in the lowest bits of the first byte, going on across bytes: as a byte each. */
export function unpackedBits(packed: ByteSource, offset: number, count: number, bits: number): ByteSource {
  const unpacked: ByteSource = {
    size: count,
    name: packed.name,
    async read(start, end) {
      checkRange(unpacked, start, end);
      const first = Math.floor((start * bits) / 8);
      const bytes = await packed.read(offset + first, offset + Math.ceil((end * bits) / 8));
      const out = new Uint8Array(end - start);
      for (let k = 0; k < out.length; k++) out[k] = bitsAt(bytes, (start + k) * bits - first * 8, bits);
      return out;
    },
  };
  return unpacked;
}

function bitsAt(bytes: Uint8Array, bit: number, bits: number): number {
  const at = bit >> 3;
  const two = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  return (two >> (bit & 7)) & ((1 << bits) - 1);
}
