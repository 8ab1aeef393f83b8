import type { Hasher } from "../../host.ts";
import type { Checksums } from "../decode.ts";
import { Crc64, hexOf } from "./crc64.ts";

/** A block's checksum. */
export interface Check {
  /** Bytes of it in the file. */
  readonly size: number;
  /** Undefined where there is none, or none that is known: 13 of the 16 numbers were never given a meaning. */
  readonly hasher: Hasher | undefined;
}

/** Sizes by check number (the .xz file format, 2.1.1.2): none, CRC32, CRC64, SHA-256 and reserved ones. */
const SIZES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64] as const;

export function checkSize(id: number): number {
  return SIZES[id] as number;
}

export function checkOf(id: number, checksums: Checksums): Check {
  return { size: checkSize(id), hasher: hasherOf(id, checksums) };
}

function hasherOf(id: number, checksums: Checksums): Hasher | undefined {
  switch (id) {
    case 1:
      return crc32Hasher(checksums);
    case 4:
      return new Crc64();
    case 10:
      return checksums.sha256();
    default:
      return undefined;
  }
}

function crc32Hasher({ crc32 }: Checksums): Hasher {
  let crc = 0;
  return {
    update(bytes) {
      crc = crc32(bytes, crc);
    },
    hex() {
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setUint32(0, crc, true);
      return hexOf(bytes);
    },
  };
}
