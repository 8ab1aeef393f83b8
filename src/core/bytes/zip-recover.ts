import { asArtifactError } from "../errors.ts";
import type { Host } from "../host.ts";
import { LIMITS } from "../limits.ts";
import type { Work } from "../work.ts";
import { Cursor } from "./cursor.ts";
import { type ByteSource, slice } from "./source.ts";
import { DEFLATED, hasSignature, type LocalHeader, readLocal, SIGNATURE, type ZipEntry } from "./zip-records.ts";

/** Sizes stand after the content instead of before it. */
const DESCRIPTOR_FLAG = 0x0008;
const SCAN_BYTES = 1024 * 1024;
const LONGEST_DESCRIPTOR = 24;

/**
 * The members of an archive whose directory is lost, by walking from one local header to the next. Ends at the first
 * place where there is none.
 */
export async function recoverEntries(source: ByteSource, host: Host, work: Work): Promise<ZipEntry[]> {
  const entries: ZipEntry[] = [];
  let at = 0;
  while (entries.length < LIMITS.zipEntries) {
    await work.checkpoint();
    const local = await localAt(source, at);
    if (local === undefined) break;
    const isSizeKnown = (local.flags & DESCRIPTOR_FLAG) === 0 || local.compressedSize > 0;
    const found = isSizeKnown ? undefined : await findDescriptor(source, local.dataStart, work);
    const { dataStart, ...entry } = local;
    if (isSizeKnown) entries.push(entry);
    else if (found !== undefined) entries.push({ ...entry, ...found.sizes });
    else entries.push(await cutEntry(entry, slice(source, dataStart, source.size, entry.name), host, work));
    at = isSizeKnown ? dataStart + local.compressedSize : (found?.end ?? source.size);
  }
  return entries;
}

/** Cut before its sizes: stored bytes are what is there, deflated ones are counted. Neither has a checksum. */
async function cutEntry(entry: ZipEntry, packed: ByteSource, host: Host, work: Work): Promise<ZipEntry> {
  const { crc32: _, ...rest } = entry;
  if (entry.method !== DEFLATED) return { ...rest, compressedSize: packed.size, size: packed.size };
  let size = 0;
  try {
    for await (const piece of host.inflateChunks("raw", packed, work)) size += piece.length;
  } catch (error) {
    const reason = asArtifactError(error, packed.name);
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
  }
  return { ...rest, compressedSize: packed.size, size };
}

async function localAt(source: ByteSource, at: number): Promise<LocalHeader | undefined> {
  try {
    const signature = await source.read(at, Math.min(at + 4, source.size));
    return hasSignature(signature, 0, SIGNATURE.local) ? await readLocal(source, at) : undefined;
  } catch (error) {
    const reason = asArtifactError(error, source.name);
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
    return undefined;
  }
}

interface Descriptor {
  readonly sizes: Pick<ZipEntry, "crc32" | "compressedSize" | "size">;
  readonly end: number;
}

/** The first data descriptor (4.3.9) whose compressed size is the distance it stands at: chance hits do not pass that. */
async function findDescriptor(source: ByteSource, start: number, work: Work): Promise<Descriptor | undefined> {
  for (let at = start; at < source.size; at += SCAN_BYTES) {
    await work.checkpoint();
    const bytes = await source.read(at, Math.min(at + SCAN_BYTES + LONGEST_DESCRIPTOR, source.size));
    for (let i = bytes.indexOf(0x50); i >= 0 && i < SCAN_BYTES; i = bytes.indexOf(0x50, i + 1)) {
      if (!hasSignature(bytes, i, SIGNATURE.descriptor)) continue;
      const found = descriptorAt(bytes.subarray(i + 4), at + i, at + i - start);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function descriptorAt(body: Uint8Array, offset: number, distance: number): Descriptor | undefined {
  const cursor = new Cursor(body, "zip data descriptor", offset + 4);
  if (cursor.remaining < 12) return undefined;
  const crc32 = cursor.u32();
  const compressed = cursor.u32();
  const plain = cursor.u32();
  if (compressed === distance && plain !== 0)
    return { sizes: { crc32, compressedSize: compressed, size: plain }, end: offset + 16 };
  if (cursor.remaining < 8) return undefined;
  const wide = new Cursor(body, "zip64 data descriptor", offset + 4);
  wide.skip(4);
  const compressedSize = Number(wide.u64());
  const size = Number(wide.u64());
  if (compressedSize !== distance || !Number.isSafeInteger(size)) return undefined;
  return { sizes: { crc32, compressedSize, size }, end: offset + 24 };
}
