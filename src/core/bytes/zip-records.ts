import { corrupt, limitExceeded } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { Cursor } from "./cursor.ts";
import type { ByteSource } from "./source.ts";
import { decodeName } from "./zip-names.ts";

/**
 * The records of a zip archive, APPNOTE 6.3.10 (pkware.com/appnote): end record 4.3.16, its zip64 form 4.3.14 and
 * locator 4.3.15, central header 4.3.12, local header 4.3.7, zip64 extra field 4.5.3.
 */
export const SIGNATURE = {
  local: [0x50, 0x4b, 0x03, 0x04],
  central: [0x50, 0x4b, 0x01, 0x02],
  end: [0x50, 0x4b, 0x05, 0x06],
  end64: [0x50, 0x4b, 0x06, 0x06],
  locator64: [0x50, 0x4b, 0x06, 0x07],
  descriptor: [0x50, 0x4b, 0x07, 0x08],
} as const;

/** Compression methods that are read (4.4.5). */
export const STORED = 0;
export const DEFLATED = 8;

export const LOCAL_BYTES = 30;
export const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCATOR64_BYTES = 20;
const END64_BYTES = 56;
/** "Look in the zip64 record instead." */
const IN_ZIP64 = 0xffffffff;
const ZIP64_EXTRA = 0x0001;
const UTF8_FLAG = 0x0800;

/** One member as the directory, or its local header, describes it. */
export interface ZipEntry {
  readonly name: string;
  readonly nameBytes: Uint8Array;
  readonly flags: number;
  readonly method: number;
  /** Absent where the archive was cut before it. */
  readonly crc32?: number;
  readonly compressedSize: number;
  readonly size: number;
  /** In the archive's bytes, what stands before the archive included. */
  readonly headerOffset: number;
}

/** Where the directory lies. */
export interface ZipEnd {
  readonly directoryStart: number;
  readonly directoryEnd: number;
  /** As the end record says. */
  readonly entries: number;
  /** True when `entries` has 16 bits only: more members wrap around. */
  readonly entriesWrap: boolean;
  /** Bytes before the archive: a self-extractor, or another file. All offsets are moved by it. */
  readonly prefix: number;
  /** Bytes after the archive. */
  readonly trailing: number;
}

/** Finds the end record in the last 66 KiB. Undefined when there is none that holds together. */
export async function findEnd(source: ByteSource): Promise<ZipEnd | undefined> {
  const tailStart = Math.max(0, source.size - LIMITS.probeTailBytes);
  const tail = await source.read(tailStart, source.size);
  const at = endRecordAt(tail);
  if (at === undefined) return undefined;
  const cursor = new Cursor(tail, `${source.name}: end of the zip directory`, tailStart);
  const endAt = tailStart + at;
  cursor.seek(endAt + 8);
  cursor.skip(2);
  const entries = cursor.u16();
  const size = cursor.u32();
  const offset = cursor.u32();
  const commentBytes = cursor.u16();
  const trailing = Math.max(0, source.size - (endAt + END_BYTES + commentBytes));
  const wide = await findEnd64(source, endAt);
  if (wide !== undefined) return place(wide.at, wide.entries, false, wide.size, wide.offset, trailing);
  return place(endAt, entries, true, size, offset, trailing);
}

/** The last signature whose comment ends with the file; failing that, the last one. */
function endRecordAt(tail: Uint8Array): number | undefined {
  let last: number | undefined;
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (tail[at] !== 0x50 || !hasSignature(tail, at, SIGNATURE.end)) continue;
    const comment = (tail[at + 20] as number) + 256 * (tail[at + 21] as number);
    if (at + END_BYTES + comment === tail.length) return at;
    last ??= at;
  }
  return last;
}

export function atSignature(cursor: Cursor, signature: readonly number[]): boolean {
  return hasSignature(cursor.peek(signature.length), 0, signature);
}

export function hasSignature(bytes: Uint8Array, at: number, signature: readonly number[]): boolean {
  return signature.every((byte, index) => bytes[at + index] === byte);
}

function place(
  end: number,
  entries: number,
  entriesWrap: boolean,
  size: number,
  offset: number,
  trailing: number,
): ZipEnd | undefined {
  const directoryStart = end - size;
  // What the offset misses to be right stands before the archive. A directory that begins before its offset does not hold together.
  const prefix = directoryStart - offset;
  if (directoryStart < 0 || prefix < 0) return undefined;
  return { directoryStart, directoryEnd: end, entries, entriesWrap, prefix, trailing };
}

async function findEnd64(
  source: ByteSource,
  endAt: number,
): Promise<{ at: number; entries: number; size: number; offset: number } | undefined> {
  if (endAt < LOCATOR64_BYTES + END64_BYTES) return undefined;
  const what = `${source.name}: zip64 end of the zip directory`;
  const locator = new Cursor(await source.read(endAt - LOCATOR64_BYTES, endAt), what, endAt - LOCATOR64_BYTES);
  if (!hasSignature(locator.take(4), 0, SIGNATURE.locator64)) return undefined;
  locator.skip(4);
  const quoted = locator.u64();
  // With bytes before the archive the quoted offset is short, and where those are another archive it may be that one's
  // record: the one right before the locator comes first, as in Python's zipfile. One with additions is where it is quoted.
  for (const at of [BigInt(endAt - LOCATOR64_BYTES - END64_BYTES), quoted]) {
    if (at > BigInt(endAt - LOCATOR64_BYTES - END64_BYTES)) continue;
    const cursor = new Cursor(await source.read(Number(at), Number(at) + END64_BYTES), what, Number(at));
    if (!hasSignature(cursor.take(4), 0, SIGNATURE.end64)) continue;
    cursor.skip(8 + 2 + 2 + 4 + 4 + 8);
    const [entries, size, offset] = [cursor.u64(), cursor.u64(), cursor.u64()];
    const most = BigInt(source.size);
    if (entries > most || size > most || offset > most) continue;
    return { at: Number(at), entries: Number(entries), size: Number(size), offset: Number(offset) };
  }
  return undefined;
}

/** A central header at the cursor. Throws `truncated` or `corrupt`. */
export function readCentral(cursor: Cursor, prefix: number): ZipEntry {
  cursor.expect(SIGNATURE.central, "signature of a directory entry");
  cursor.skip(4);
  const fields = readFields(cursor);
  const nameLength = cursor.u16();
  const extraLength = cursor.u16();
  const commentLength = cursor.u16();
  cursor.skip(8);
  const offset = cursor.u32();
  const nameBytes = cursor.take(nameLength);
  const extraAt = cursor.offset;
  const extra = zip64Extra(cursor.take(extraLength), extraAt);
  cursor.skip(commentLength);
  const { size, compressedSize } = extra.sizes(fields);
  return {
    ...entryOf(fields, nameBytes),
    size,
    compressedSize,
    headerOffset: prefix + extra.next(offset, "offset of the member"),
  };
}

/** A member's own header. `dataStart` is where its bytes begin. */
export interface LocalHeader extends ZipEntry {
  readonly dataStart: number;
}

/** Reads the local header at `offset`. */
export async function readLocal(source: ByteSource, offset: number): Promise<LocalHeader> {
  const what = `${source.name}: header of a zip member`;
  const head = new Cursor(await source.read(offset, Math.min(offset + LOCAL_BYTES, source.size)), what, offset);
  head.expect(SIGNATURE.local, "signature");
  head.skip(2);
  const fields = readFields(head);
  const nameLength = head.u16();
  const extraLength = head.u16();
  const rest = offset + LOCAL_BYTES;
  const dataStart = rest + nameLength + extraLength;
  const tail = new Cursor(await source.read(rest, Math.min(dataStart, source.size)), what, rest);
  const nameBytes = tail.take(nameLength);
  const extraAt = tail.offset;
  const { size, compressedSize } = zip64Extra(tail.take(extraLength), extraAt).sizes(fields);
  return { ...entryOf(fields, nameBytes), size, compressedSize, headerOffset: offset, dataStart };
}

interface Fields {
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly compressed: number;
  readonly plain: number;
}

function readFields(cursor: Cursor): Fields {
  const flags = cursor.u16();
  const method = cursor.u16();
  cursor.skip(4);
  return { flags, method, crc32: cursor.u32(), compressed: cursor.u32(), plain: cursor.u32() };
}

function entryOf(fields: Fields, nameBytes: Uint8Array): Omit<ZipEntry, "size" | "compressedSize" | "headerOffset"> {
  const { flags, method, crc32 } = fields;
  return { name: decodeName(nameBytes, (flags & UTF8_FLAG) !== 0), nameBytes, flags, method, crc32 };
}

/** The 64-bit values of a header, in the order in which they are asked for. */
interface WideValues {
  /** `value`, or the next 64-bit one when it says so. */
  next(value: number, what: string): number;
  sizes(fields: Fields): { readonly size: number; readonly compressedSize: number };
}

/** The zip64 extra field: it holds, in order, only the values whose 32-bit places say so. */
function zip64Extra(extra: Uint8Array, offset: number): WideValues {
  const cursor = new Cursor(extra, "zip extra field", offset);
  let wide: Cursor | undefined;
  // Padding of fewer than four bytes, and fields that run over the end, are met in the wild; both end the list.
  while (cursor.remaining >= 4 && wide === undefined) {
    const id = cursor.u16();
    const length = Math.min(cursor.u16(), cursor.remaining);
    const body = cursor.take(length);
    if (id === ZIP64_EXTRA) wide = new Cursor(body, "zip64 extra field", offset);
  }
  const next = (value: number, what: string): number => {
    if (value !== IN_ZIP64 || wide === undefined) return value;
    if (wide.remaining < 8) throw corrupt(`zip64 extra field at byte ${offset}: no ${what}`, offset);
    const found = wide.u64();
    if (found > BigInt(Number.MAX_SAFE_INTEGER))
      throw corrupt(`zip64 extra field at byte ${offset}: a ${what} of ${found}`, offset);
    return Number(found);
  };
  return {
    next,
    sizes: ({ plain, compressed }) => {
      // Uncompressed first: that is the field's order.
      const size = next(plain, "size");
      return { size, compressedSize: next(compressed, "compressed size") };
    },
  };
}

/** Reads the directory's bytes, within the limit. */
export async function readDirectory(source: ByteSource, end: ZipEnd): Promise<Cursor> {
  const { directoryStart, directoryEnd, entries } = end;
  const length = directoryEnd - directoryStart;
  if (length > LIMITS.zipDirectoryBytes)
    throw limitExceeded(`${source.name}: bytes of the zip directory`, length, LIMITS.zipDirectoryBytes, directoryStart);
  if (entries > LIMITS.zipEntries)
    throw limitExceeded(`${source.name}: entries of the zip directory`, entries, LIMITS.zipEntries, directoryStart);
  if (entries * CENTRAL_BYTES > length)
    throw corrupt(`${source.name}: ${entries} entries do not fit a zip directory of ${length} bytes`, directoryStart);
  return new Cursor(await source.read(directoryStart, directoryEnd), `${source.name}: zip directory`, directoryStart);
}
