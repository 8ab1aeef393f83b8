import { corrupt } from "../../errors.ts";

/** Bytes that one byte of a block can stand for: a copy of 64 bytes takes three. */
const LARGEST_RATIO = 22;

/**
 * Unpacks a block of Snappy's raw form: its length, then literals and copies of what came before. Throws `corrupt`.
 * https://github.com/google/snappy/blob/main/format_description.txt
 */
export function unpackSnappy(bytes: Uint8Array, what: string): Uint8Array {
  let at = 0;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    if (byte === undefined || shift > 28) throw corrupt(`${what}: the length of a Snappy block does not end`);
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  if (length > bytes.length * LARGEST_RATIO)
    throw corrupt(`${what}: ${bytes.length} bytes of Snappy cannot be ${length}`);
  const out = new Uint8Array(length);
  let to = 0;
  const number = (count: number): number => {
    let value = 0;
    for (let k = 0; k < count; k++) value += (bytes[at + k] ?? 0) * 256 ** k;
    at += count;
    return value;
  };
  while (at < bytes.length) {
    const tag = bytes[at++] ?? 0;
    const kind = tag & 3;
    if (kind === 0) {
      const short = tag >> 2;
      const count = (short < 60 ? short : number(short - 59)) + 1;
      if (at + count > bytes.length || to + count > length) throw corrupt(`${what}: a literal of Snappy is too long`);
      out.set(bytes.subarray(at, at + count), to);
      at += count;
      to += count;
      continue;
    }
    const count = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const back = kind === 1 ? (tag >> 5) * 256 + number(1) : number(kind === 2 ? 2 : 4);
    if (back === 0 || back > to || to + count > length)
      throw corrupt(`${what}: a copy of Snappy leads out of the block`);
    for (let k = 0; k < count; k++, to++) out[to] = out[to - back] ?? 0;
  }
  if (to !== length) throw corrupt(`${what}: a Snappy block has ${to} bytes, ${length} were told`);
  return out;
}
