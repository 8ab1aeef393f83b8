import * as zlib from "node:zlib";

/** CRC-32 as zip and gzip use it (IEEE 802.3, reflected), continuing from `seed`. */
export type Crc32 = (bytes: Uint8Array, seed?: number) => number;

/** zlib.crc32 came with Node 20.15 and 22.2; some gigabytes a second. The table does some hundred megabytes. */
export function nodeCrc32(native: unknown = Reflect.get(zlib, "crc32")): Crc32 {
  if (typeof native !== "function") return tableCrc32;
  return (bytes, seed = 0) => (native as Crc32)(bytes, seed);
}

const POLYNOMIAL = 0xedb88320;
/** Eight tables of 256: eight bytes a step. */
let tables: readonly Uint32Array[] | undefined;

function makeTables(): readonly Uint32Array[] {
  const made = Array.from({ length: 8 }, () => new Uint32Array(256));
  for (let i = 0; i < 256; i++) {
    let c = i;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ POLYNOMIAL : c >>> 1;
    (made[0] as Uint32Array)[i] = c;
  }
  const first = made[0] as Uint32Array;
  for (let k = 1; k < 8; k++) {
    const before = made[k - 1] as Uint32Array;
    for (let i = 0; i < 256; i++) {
      const c = before[i] as number;
      (made[k] as Uint32Array)[i] = (first[c & 0xff] as number) ^ (c >>> 8);
    }
  }
  return made;
}

export function tableCrc32(bytes: Uint8Array, seed = 0): number {
  tables ??= makeTables();
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  const at = (table: Uint32Array, index: number): number => table[index & 0xff] as number;
  let crc = ~seed;
  let i = 0;
  for (const end = bytes.length - 7; i < end; i += 8) {
    const byte = (k: number): number => bytes[i + k] as number;
    crc =
      at(t7, crc ^ byte(0)) ^
      at(t6, (crc >>> 8) ^ byte(1)) ^
      at(t5, (crc >>> 16) ^ byte(2)) ^
      at(t4, (crc >>> 24) ^ byte(3)) ^
      at(t3, byte(4)) ^
      at(t2, byte(5)) ^
      at(t1, byte(6)) ^
      at(t0, byte(7));
  }
  for (; i < bytes.length; i++) crc = at(t0, crc ^ (bytes[i] as number)) ^ (crc >>> 8);
  return ~crc >>> 0;
}
