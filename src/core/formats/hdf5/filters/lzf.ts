import { corrupt } from "../../../errors.ts";

/**
 * LZF (http://oldhome.schmorp.de/marc/liblzf.html), h5py's own filter: a byte below 32 is that many literals and one;
 * else three bits of length and a distance back. Never more than `most` bytes.
 */
export function unpackLzf(bytes: Uint8Array, most: number, what: string): Uint8Array {
  let out = new Uint8Array(Math.min(most, Math.max(64, bytes.length * 4)));
  let size = 0;
  const room = (length: number): void => {
    if (size + length > most) throw corrupt(`${what} unpacks to more than ${most} bytes`);
    if (size + length <= out.length) return;
    const grown = new Uint8Array(Math.min(most, Math.max(out.length * 2, size + length)));
    grown.set(out.subarray(0, size));
    out = grown;
  };
  for (let at = 0; at < bytes.length; ) {
    const control = bytes[at++] as number;
    if (control < 32) {
      const end = at + control + 1;
      if (end > bytes.length) throw corrupt(`${what} ends within its literals`);
      room(control + 1);
      out.set(bytes.subarray(at, end), size);
      size += control + 1;
      at = end;
      continue;
    }
    let length = control >> 5;
    if (length === 7) length += bytes[at++] ?? 0;
    const distance = ((control & 0x1f) << 8) + (bytes[at++] ?? 0) + 1;
    if (at > bytes.length || distance > size) throw corrupt(`${what} refers to bytes that are not there`);
    room(length + 2);
    // Byte by byte: the match may overlap what it makes.
    for (const end = size + length + 2; size < end; size++) out[size] = out[size - distance] as number;
  }
  return out.subarray(0, size);
}
