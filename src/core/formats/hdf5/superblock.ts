import { Cursor } from "../../bytes/cursor.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { ArtifactError, corrupt, unsupported } from "../../errors.ts";
import type { Host } from "../../host.ts";
import type { Work } from "../../work.ts";
import { startsWith } from "../probe.ts";
import { H5File, type Widths } from "./file.ts";

export const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a] as const;

/** What the first block of a file says of all others. */
export interface Superblock {
  readonly version: number;
  readonly file: H5File;
  /** Address of the root group's object header. */
  readonly root: number;
  /** Of the extension's object header, which names the table of shared messages. */
  readonly extension?: number;
  /** Bytes of the user block before the signature. */
  readonly userBlock: number;
  /** Where the file should end, counted from its first byte. */
  readonly end: number;
}

/** Reads the superblock, looked for at 0, 512, 1024, 2048 ... as the library does. */
export async function readSuperblock(source: ByteSource, host: Host, work: Work): Promise<Superblock> {
  const base = await findSignature(source);
  const bytes = await source.read(base, Math.min(source.size, base + 256));
  const what = `${source.name}: HDF5 superblock`;
  const cursor = new Cursor(bytes, what, base);
  cursor.skip(SIGNATURE.length);
  const version = cursor.u8();
  if (version > 3) throw unsupported(`${what}: version ${version}, up to 3 is known`, base);
  if (version < 2) cursor.skip(4);
  const widths: Widths = { offset: cursor.u8(), length: cursor.u8() };
  for (const width of [widths.offset, widths.length])
    if (![2, 4, 8].includes(width)) throw unsupported(`${what}: addresses or lengths of ${width} bytes`, base);
  const file = new H5File(source, base, widths, host, work);
  const rest = file.cursor(bytes, "superblock", 0);
  // Behind what both forms begin with, then over the group sizes and flags of the old one.
  if (version >= 2) rest.skip(12);
  else rest.skip(version === 1 ? 28 : 24);
  const stored = rest.address() ?? 0;
  const second = rest.address();
  const end = (rest.address() ?? 0) - stored + base;
  let root: number | undefined;
  if (version < 2) {
    rest.address();
    // The root group's entry of a symbol table: a name, then the object header.
    rest.address();
    root = rest.address();
  } else {
    root = rest.address();
    file.verify(bytes.subarray(0, 16 + 4 * widths.offset), "superblock", 0);
  }
  if (root === undefined) throw corrupt(`${what}: it has no root group`, base);
  return {
    version,
    file,
    root,
    userBlock: base,
    end,
    ...(version >= 2 && second !== undefined ? { extension: second } : {}),
  };
}

async function findSignature(source: ByteSource): Promise<number> {
  for (let at = 0; at + SIGNATURE.length <= source.size; at = at === 0 ? 512 : at * 2)
    if (startsWith(await source.read(at, at + SIGNATURE.length), SIGNATURE)) return at;
  throw new ArtifactError("not-recognised", `${source.name}: no HDF5 signature`, { offset: 0 });
}
