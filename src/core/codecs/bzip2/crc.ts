/** CRC-32 as bzip2 has it: the polynomial of zip, most significant bit first. */
const POLYNOMIAL = 0x04c11db7;
let table: Uint32Array | undefined;

function makeTable(): Uint32Array {
  const made = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    let c = i << 24;
    for (let bit = 0; bit < 8; bit++) c = c & 0x80000000 ? (c << 1) ^ POLYNOMIAL : c << 1;
    made[i] = c >>> 0;
  }
  return made;
}

/** Continues `crc`, which begins as -1 and is inverted at the end. */
export function updateCrc(crc: number, bytes: Uint8Array): number {
  table ??= makeTable();
  const t = table;
  let c = crc;
  for (let i = 0; i < bytes.length; i++) c = (c << 8) ^ (t[(c >>> 24) ^ (bytes[i] as number)] as number);
  return c;
}
