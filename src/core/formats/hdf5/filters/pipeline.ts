import { fromBytes } from "../../../bytes/source.ts";
import { corrupt, unsupported } from "../../../errors.ts";
import type { InflateKind } from "../../../host.ts";
import { quietWork } from "../../../work.ts";
import { fletcher32 } from "../checksum.ts";
import type { H5File } from "../file.ts";
import type { Filter } from "../filter-message.ts";
import { unpackBitshuffle, unpackLz4 } from "./blocks.ts";
import { unpackLzf } from "./lzf.ts";
import { unpackNbit } from "./nbit.ts";
import { unpackScaleOffset } from "./scale-offset.ts";
import { unpackBlosc } from "../../../codecs/blosc/unpack.ts";
import { unshuffle } from "../../../codecs/shuffle.ts";
import { unpackSzip } from "./szip.ts";

/** Numbers of filters: the library's own, and registered ones (https://github.com/HDFGroup/hdf5_plugins). */
const FILTER = {
  deflate: 1,
  shuffle: 2,
  fletcher32: 3,
  szip: 4,
  nbit: 5,
  scaleOffset: 6,
  bzip2: 307,
  lzf: 32000,
  blosc: 32001,
  lz4: 32004,
  bitshuffle: 32008,
  zstd: 32015,
} as const;

const INFLATERS: Readonly<Partial<Record<number, InflateKind>>> = {
  [FILTER.deflate]: "zlib",
  [FILTER.bzip2]: "bz2",
  [FILTER.zstd]: "zstd",
};

const NAMES: Readonly<Partial<Record<number, string>>> = {
  305: "LZO",
  32013: "ZFP",
  32017: "SZ",
  32022: "SZ3",
  32026: "Blosc 2",
};

const READ: ReadonlySet<number> = new Set(Object.values(FILTER));
/** A chunk is longer before a checksum or a header is taken off it than the elements are. */
const OVERHEAD = 4096;

/** What a filter is called; undefined for one that is read. */
export function unreadFilter(filters: readonly Filter[]): string | undefined {
  const filter = filters.find(({ id }) => !READ.has(id));
  if (filter === undefined) return undefined;
  return NAMES[filter.id] ?? (filter.name === "" ? `filter ${filter.id}` : `${filter.name} (filter ${filter.id})`);
}

/** The most bytes that `stored` ones can become: deflate's limit for one that is compressed so, else no limit. */
export function mostUnpacked(filters: readonly Filter[], stored: number): number {
  const last = filters.filter(({ id }) => id !== FILTER.fletcher32);
  if (last.every(({ id }) => id === FILTER.shuffle)) return stored;
  return last.some(({ id }) => ![FILTER.deflate, FILTER.shuffle].includes(id as 1))
    ? Number.MAX_SAFE_INTEGER
    : (stored + 1) * 1032;
}

/** Takes the filters off a chunk, the last one first. `mask` has a bit for each that was left out. */
export async function unpackChunk(
  file: H5File,
  filters: readonly Filter[],
  mask: number,
  packed: Uint8Array,
  size: number,
  at: number,
): Promise<Uint8Array> {
  let bytes = packed;
  for (const [index, filter] of [...filters.entries()].reverse()) {
    if ((mask & (1 << index)) !== 0) continue;
    const inflater = INFLATERS[filter.id];
    bytes =
      inflater === undefined
        ? await unpackOne(file, filter, bytes, size, at)
        : await inflate(file, inflater, bytes, size);
  }
  if (bytes.length !== size)
    throw corrupt(`${file.name}: the chunk at byte ${at} unpacks to ${bytes.length} bytes, expected ${size}`, at);
  return bytes;
}

async function inflate(file: H5File, kind: InflateKind, bytes: Uint8Array, size: number): Promise<Uint8Array> {
  const inflated = await file.host.inflate(kind, fromBytes(bytes, `${file.name}: chunk`), size + OVERHEAD, quietWork());
  if (inflated.error !== undefined) throw inflated.error;
  return inflated.bytes;
}

async function unpackOne(
  file: H5File,
  { id, values }: Filter,
  bytes: Uint8Array,
  size: number,
  at: number,
): Promise<Uint8Array> {
  const what = `${file.name}: the chunk at byte ${at}`;
  switch (id) {
    case FILTER.shuffle:
      return unshuffle(bytes, values[0] ?? 1);
    case FILTER.fletcher32:
      return checkFletcher(bytes, what, at);
    case FILTER.lzf:
      return unpackLzf(bytes, size + OVERHEAD, what);
    case FILTER.blosc:
      return unpackBlosc(bytes, size + OVERHEAD, file.host, what);
    case FILTER.lz4:
      return unpackLz4(bytes, size + OVERHEAD, what);
    case FILTER.bitshuffle:
      return unpackBitshuffle(bytes, values, size + OVERHEAD, file.host, what);
    case FILTER.nbit:
      return unpackNbit(bytes, values, size, what, file.work);
    case FILTER.szip:
      return unpackSzip(bytes, values, size, what, file.work);
    case FILTER.scaleOffset:
      return unpackScaleOffset(bytes, values, size, what, file.work);
    default:
      throw unsupported(`${what} is packed with ${unreadFilter([{ id, name: "", values }]) ?? id}`, at);
  }
}

/** Tests the checksum that a chunk ends with, and takes it off. */
function checkFletcher(bytes: Uint8Array, what: string, at: number): Uint8Array {
  if (bytes.length < 4) throw corrupt(`${what} is too short for its checksum`, at);
  const content = bytes.subarray(0, -4);
  const stored = new DataView(bytes.buffer, bytes.byteOffset + content.length, 4).getUint32(0, true);
  const found = fletcher32(content);
  // Before 1.6.3 the library exchanged the bytes of each half.
  const swapped = ((found & 0x00ff00ff) << 8) | ((found >>> 8) & 0x00ff00ff);
  if (stored !== found && stored !== swapped >>> 0) throw corrupt(`${what} does not fit its checksum`, at);
  return content;
}
