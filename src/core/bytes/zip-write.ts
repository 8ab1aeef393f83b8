import { ArtifactError, limitExceeded } from "../errors.ts";
import type { Host } from "../host.ts";
import type { Work } from "../work.ts";
import type { ByteSink } from "./sink.ts";
import { DEFLATED, SIGNATURE, STORED } from "./zip-records.ts";

/** One member to be written. */
export interface ZipItem {
  readonly name: string;
  /** Bytes of the content. */
  readonly size: number;
  /** The content in order; the same bytes each time it is asked for. */
  content(): AsyncIterable<Uint8Array>;
  /** Deflate level 1 to 9; stored when absent. */
  readonly level?: number;
  /** A stored content begins at a multiple of this, so that it can be memory-mapped. */
  readonly alignment?: number;
}

const MAX_32 = 0xffffffff;
const MAX_16 = 0xffff;
/** 1980-01-01 00:00, the earliest that a zip can say: the same content gives the same bytes, whenever written. */
const DOS_TIME = 0;
const DOS_DATE = 0x0021;
const VERSION = 20;
const VERSION_ZIP64 = 45;
/** Unix, so that the file mode below is taken: an ordinary file that everybody may read. */
const MADE_BY_UNIX = 3 << 8;
const FILE_MODE = 0o100644;
const UTF8_FLAG = 0x0800;
const DESCRIPTOR_FLAG = 0x0008;
const ZIP64_EXTRA = 0x0001;
/** The extra field that Android's zipalign made customary for this: the alignment, then zeros. */
const ALIGNMENT_EXTRA = 0xd935;

/** A member as written, for the directory. */
interface Written {
  readonly name: Uint8Array;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly offset: number;
}

/**
 * Writes an archive member by member, holding no content. Stored members are read twice, once for their checksum, so
 * that their headers are whole and any reader can stream them; deflated ones have their sizes after the content.
 * Zip64 where sizes, offsets or the count need it.
 */
export async function writeZip(sink: ByteSink, items: Iterable<ZipItem>, host: Host, work: Work): Promise<void> {
  const start = sink.position;
  const written: Written[] = [];
  const names = new Set<string>();
  for (const item of items) {
    await work.checkpoint();
    if (names.has(item.name)) throw new ArtifactError("refused", `zip: two members are named "${item.name}"`);
    names.add(item.name);
    const name = new TextEncoder().encode(item.name);
    if (name.length > MAX_16) throw limitExceeded("zip: bytes of a member's name", name.length, MAX_16);
    const writer = item.level === undefined ? writeStored : writeDeflated;
    written.push(await writer({ sink, item, name, offset: sink.position - start, host, work }));
  }
  await writeDirectory(sink, written, start);
}

interface Task {
  readonly sink: ByteSink;
  readonly item: ZipItem;
  readonly name: Uint8Array;
  readonly offset: number;
  readonly host: Host;
  readonly work: Work;
}

function flagsOf(name: Uint8Array): number {
  return name.some((byte) => byte >= 0x80) ? UTF8_FLAG : 0;
}

/** Passes the content on, counting: a tensor that gives other bytes than it has would make an archive that lies. */
async function* counted(
  { item, work }: Task,
  stage: string,
  each: (piece: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  let done = 0;
  for await (const piece of item.content()) {
    await work.checkpoint();
    done += piece.length;
    each(piece);
    yield piece;
    work.report({ stage, done, total: item.size, unit: "bytes" });
  }
  if (done !== item.size)
    throw new ArtifactError("corrupt", `zip: "${item.name}" gave ${done} bytes, it should have ${item.size}`);
}

async function writeStored(task: Task): Promise<Written> {
  const { sink, item, name, offset, host } = task;
  let crc32 = 0;
  for await (const _ of counted(task, "checking", (piece) => (crc32 = host.crc32(piece, crc32))));
  const flags = flagsOf(name);
  const entry = { name, flags, method: STORED, crc32, compressedSize: item.size, size: item.size, offset };
  await sink.write(localHeader(entry, item.size >= MAX_32, item.alignment ?? 1));
  let again = 0;
  for await (const piece of counted(task, "writing", (bytes) => (again = host.crc32(bytes, again))))
    await sink.write(piece);
  if (again !== crc32) throw new ArtifactError("changed", `zip: "${item.name}" changed while it was written`);
  return entry;
}

async function writeDeflated(task: Task): Promise<Written> {
  const { sink, item, name, offset, host } = task;
  const flags = flagsOf(name) | DESCRIPTOR_FLAG;
  // What deflate makes of incompressible bytes is longer by five bytes per block.
  const isWide = item.size + Math.ceil(item.size / 1000) + 64 >= MAX_32;
  const unknown = { name, flags, method: DEFLATED, crc32: 0, compressedSize: 0, size: 0, offset };
  await sink.write(localHeader(unknown, isWide, 1));
  const start = sink.position;
  let crc32 = 0;
  const content = counted(task, "writing", (piece) => (crc32 = host.crc32(piece, crc32)));
  for await (const piece of host.deflateChunks("raw", content, item.level ?? 6)) await sink.write(piece);
  const entry = { ...unknown, crc32, compressedSize: sink.position - start, size: item.size };
  const descriptor = new Fields().raw(SIGNATURE.descriptor).u32(crc32);
  for (const size of [entry.compressedSize, entry.size])
    if (isWide) descriptor.u64(size);
    else descriptor.u32(size);
  await sink.write(descriptor.bytes());
  return entry;
}

function localHeader(entry: Written, isWide: boolean, alignment: number): Uint8Array {
  const extra = new Fields();
  if (isWide) extra.u16(ZIP64_EXTRA).u16(16).u64(entry.size).u64(entry.compressedSize);
  padTo(extra, entry.offset + 30 + entry.name.length, alignment);
  return new Fields()
    .raw(SIGNATURE.local)
    .u16(isWide ? VERSION_ZIP64 : VERSION)
    .u16(entry.flags)
    .u16(entry.method)
    .u16(DOS_TIME)
    .u16(DOS_DATE)
    .u32(entry.crc32)
    .u32(isWide ? MAX_32 : entry.compressedSize)
    .u32(isWide ? MAX_32 : entry.size)
    .u16(entry.name.length)
    .u16(extra.length)
    .raw(entry.name)
    .raw(extra.bytes())
    .bytes();
}

/** Fills the extra field so that what follows begins at a multiple of `alignment`. */
function padTo(extra: Fields, before: number, alignment: number): void {
  if ((before + extra.length) % alignment === 0) return;
  const body = 6;
  const rest = (before + extra.length + body) % alignment;
  const zeros = rest === 0 ? 0 : alignment - rest;
  extra
    .u16(ALIGNMENT_EXTRA)
    .u16(2 + zeros)
    .u16(alignment)
    .raw(new Uint8Array(zeros));
}

async function writeDirectory(sink: ByteSink, written: readonly Written[], start: number): Promise<void> {
  const offset = sink.position - start;
  for (const entry of written) await sink.write(centralHeader(entry));
  const size = sink.position - start - offset;
  const count = written.length;
  if (count >= MAX_16 || offset >= MAX_32 || size >= MAX_32) {
    const end64 = sink.position - start;
    const record = new Fields()
      .raw(SIGNATURE.end64)
      .u64(44)
      .u16(VERSION_ZIP64 | MADE_BY_UNIX)
      .u16(VERSION_ZIP64)
      .u32(0)
      .u32(0);
    record.u64(count).u64(count).u64(size).u64(offset);
    record.raw(SIGNATURE.locator64).u32(0).u64(end64).u32(1);
    await sink.write(record.bytes());
  }
  const end = new Fields().raw(SIGNATURE.end).u16(0).u16(0);
  end.u16(Math.min(count, MAX_16)).u16(Math.min(count, MAX_16));
  await sink.write(end.u32(Math.min(size, MAX_32)).u32(Math.min(offset, MAX_32)).u16(0).bytes());
}

function centralHeader({ name, flags, method, crc32, compressedSize, size, offset }: Written): Uint8Array {
  const wide = [size, compressedSize, offset].filter((value) => value >= MAX_32);
  const extra = new Fields();
  if (wide.length > 0) extra.u16(ZIP64_EXTRA).u16(wide.length * 8);
  for (const value of wide) extra.u64(value);
  const version = wide.length > 0 ? VERSION_ZIP64 : VERSION;
  return new Fields()
    .raw(SIGNATURE.central)
    .u16(version | MADE_BY_UNIX)
    .u16(version)
    .u16(flags)
    .u16(method)
    .u16(DOS_TIME)
    .u16(DOS_DATE)
    .u32(crc32)
    .u32(Math.min(compressedSize, MAX_32))
    .u32(Math.min(size, MAX_32))
    .u16(name.length)
    .u16(extra.length)
    .u16(0)
    .u16(0)
    .u16(0)
    .u32((FILE_MODE << 16) >>> 0)
    .u32(Math.min(offset, MAX_32))
    .raw(name)
    .raw(extra.bytes())
    .bytes();
}

/** Little-endian fields in a row. */
class Fields {
  private readonly out: number[] = [];

  get length(): number {
    return this.out.length;
  }

  u16(value: number): this {
    return this.number(value, 2);
  }

  u32(value: number): this {
    return this.number(value, 4);
  }

  u64(value: number): this {
    return this.number(value, 8);
  }

  raw(bytes: ArrayLike<number>): this {
    for (const byte of Array.from(bytes)) this.out.push(byte);
    return this;
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.out);
  }

  /** By division: shifts would cut at 32 bits. */
  private number(value: number, width: number): this {
    let rest = value;
    for (let i = 0; i < width; i++) {
      this.out.push(rest % 256);
      rest = Math.floor(rest / 256);
    }
    return this;
  }
}
