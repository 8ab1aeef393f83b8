/**
 * Puts the bits of elements together again (https://github.com/kiyo-masui/bitshuffle): first the lowest bits of the
 * first bytes of all elements are stored, eight elements to a byte, then the next ones ... `bytes` are whole elements, a
 * multiple of eight of them.
 */
export function unshuffleBits(bytes: Uint8Array, itemSize: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  // Bytes of one bit of all elements.
  const row = bytes.length / itemSize / 8;
  for (let byte = 0; byte < itemSize; byte++)
    for (let group = 0; group < row; group++) {
      const at = byte * 8 * row + group;
      let low = word(bytes, at, row);
      let high = word(bytes, at + 4 * row, row);
      // A square of eight by eight bits is turned: within squares of two, of four, then of eight.
      let change = (low ^ (low >>> 7)) & 0x00aa00aa;
      low ^= change ^ (change << 7);
      change = (high ^ (high >>> 7)) & 0x00aa00aa;
      high ^= change ^ (change << 7);
      change = (low ^ (low >>> 14)) & 0x0000cccc;
      low ^= change ^ (change << 14);
      change = (high ^ (high >>> 14)) & 0x0000cccc;
      high ^= change ^ (change << 14);
      change = ((low >>> 4) ^ high) & 0x0f0f0f0f;
      high ^= change;
      low ^= change << 4;
      let to = group * 8 * itemSize + byte;
      for (let half = low, k = 0; k < 8; k++, to += itemSize) {
        if (k === 4) half = high;
        out[to] = half & 0xff;
        half >>>= 8;
      }
    }
  return out;
}

/** Four bytes, `step` apart, the first one lowest. */
function word(bytes: Uint8Array, at: number, step: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + step] as number) << 8) |
    ((bytes[at + 2 * step] as number) << 16) |
    ((bytes[at + 3 * step] as number) << 24)
  );
}
