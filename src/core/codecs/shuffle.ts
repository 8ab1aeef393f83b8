/** Puts the bytes of each element together again: first all first bytes are stored, then all second ones ... */
export function unshuffle(bytes: Uint8Array, itemSize: number): Uint8Array {
  const count = itemSize < 2 ? 0 : Math.floor(bytes.length / itemSize);
  if (count < 2) return bytes;
  const out = new Uint8Array(bytes.length);
  for (let byte = 0; byte < itemSize; byte++) {
    const from = byte * count;
    for (let i = 0, to = byte; i < count; i++, to += itemSize) out[to] = bytes[from + i] as number;
  }
  // What is left over is stored as it is.
  out.set(bytes.subarray(count * itemSize), count * itemSize);
  return out;
}
