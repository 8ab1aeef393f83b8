/**
 * Copies `count` bits from bit `fromBit` of `source` to bit `toBit` of `out`, lowest bits of a byte first. `out` is
 * zero where it is written to.
 */
export function packBits(source: Uint8Array, fromBit: number, count: number, out: Uint8Array, toBit: number): void {
  let done = 0;
  while (done < count) {
    const from = fromBit + done;
    const to = toBit + done;
    // As many bits as lie in one byte on both sides.
    const take = Math.min(8 - (from % 8), 8 - (to % 8), count - done);
    const bits = ((source[Math.floor(from / 8)] ?? 0) >> (from % 8)) & ((1 << take) - 1);
    const at = Math.floor(to / 8);
    out[at] = (out[at] ?? 0) | (bits << (to % 8));
    done += take;
  }
}
