import { type ByteSource, slice } from "../../bytes/source.ts";
import type { Work } from "../../work.ts";
import { textOf } from "../probe.ts";

const BLOCK = 512;
/** PyTorch writes four members. */
const MEMBERS = 64;

/** The members of a small tar archive by name. */
export interface TarMembers {
  readonly byName: ReadonlyMap<string, ByteSource>;
  /** False where the archive ends within a member, or a header is none. */
  readonly isWhole: boolean;
}

/**
 * Lists a tar archive (POSIX ustar): blocks of 512 bytes; a header has the name at 0, the size at 124 in octal digits,
 * and the type at 156; a block of zeros ends it.
 */
export async function listTar(source: ByteSource, work: Work, most: number = MEMBERS): Promise<TarMembers> {
  const byName = new Map<string, ByteSource>();
  for (let at = 0, count = 0; count < most; count++) {
    await work.checkpoint();
    if (at + BLOCK > source.size) return { byName, isWhole: false };
    const header = await source.read(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return { byName, isWhole: true };
    const size = sizeIn(header);
    if (size === undefined) return { byName, isWhole: false };
    const start = at + BLOCK;
    const end = Math.min(start + size, source.size);
    const name = upToZero(header.subarray(0, 100)).replace(/^\.\//, "");
    const type = header[156];
    // A regular file is "0", and a zero byte in the oldest archives.
    if (type === 0x30 || type === 0) byName.set(name, slice(source, start, end, `member "${name}" of ${source.name}`));
    if (end < start + size) return { byName, isWhole: false };
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return { byName, isWhole: false };
}

function sizeIn(header: Uint8Array): number | undefined {
  const digits = upToZero(header.subarray(124, 136)).trim();
  return /^[0-7]{1,12}$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

function upToZero(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return textOf(end < 0 ? bytes : bytes.subarray(0, end));
}
