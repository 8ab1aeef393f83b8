import { corrupt } from "../../errors.ts";

/** The farthest that a short match reaches; a long one counts from there. */
const NEAR = 8191;
const SHORTEST_MATCH = 3;
/** A byte gives no more than this: one that makes a match longer by 255. */
const MOST_PER_BYTE = 255;

/**
 * BloscLZ, a relative of FastLZ: a byte below 32 is that many literals and one; else three bits of length and a distance
 * back, which has two bytes more where all bits of the short one are set. `size` bytes, or `corrupt`.
 * https://github.com/Blosc/c-blosc/blob/main/blosc/blosclz.c
 */
export function unpackBloscLz(bytes: Uint8Array, size: number, what: string): Uint8Array {
  if (size > bytes.length * MOST_PER_BYTE) throw corrupt(`${what}: ${bytes.length} bytes of BloscLZ cannot be ${size}`);
  const out = new Uint8Array(size);
  let to = 0;
  let at = 0;
  const next = (): number => {
    const byte = bytes[at++];
    if (byte === undefined) throw corrupt(`${what}: BloscLZ ends within a match`);
    return byte;
  };
  while (at < bytes.length) {
    // The first byte tells of literals whatever its high bits are.
    const control = at === 0 ? next() & 31 : next();
    if (control < 32) {
      const count = control + 1;
      if (at + count > bytes.length || to + count > size) throw corrupt(`${what}: literals of BloscLZ are too long`);
      out.set(bytes.subarray(at, at + count), to);
      at += count;
      to += count;
      continue;
    }
    let length = (control >> 5) - 1;
    if (length === 6)
      for (let more = 255; more === 255; ) {
        more = next();
        length += more;
      }
    length += SHORTEST_MATCH;
    const high = (control & 31) << 8;
    const low = next();
    let back = high + low + 1;
    if (low === 255 && high === 31 << 8) back = next() * 256 + next() + NEAR + 1;
    if (back > to || to + length > size) throw corrupt(`${what}: a match of BloscLZ leads out of its block`);
    for (const end = to + length; to < end; to++) out[to] = out[to - back] as number;
  }
  if (to !== size) throw corrupt(`${what}: BloscLZ has ${to} bytes, expected ${size}`);
  return out;
}
