/** CRC-32C, Castagnoli's polynomial (RFC 3720, B.4). */
const POLYNOMIAL = 0x82f63b78;

let table: Uint32Array | undefined;

function remainders(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ ((rest & 1) === 0 ? 0 : POLYNOMIAL);
    return rest;
  });
}

/** Unsigned. */
export function crc32c(bytes: Uint8Array): number {
  table ??= remainders();
  let sum = 0xffff_ffff;
  for (const byte of bytes) sum = (sum >>> 8) ^ (table[(sum ^ byte) & 255] as number);
  return (sum ^ 0xffff_ffff) >>> 0;
}
