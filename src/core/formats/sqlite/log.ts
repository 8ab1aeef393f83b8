import { type ByteSource, checkRange } from "../../bytes/source.ts";
import type { Work } from "../../work.ts";

//   x.db-wal: pages that are newer than those of the database, all big-endian
//   +-----------------------------------------------------+----------------------------------------------+--------+-----+
//   | u32 0x377F0682 (sums of little-endian words) or ..83 | frame: u32 page, u32 pages of the database   | a page | ... |
//   | u32 version, u32 page size, u32 number, 2 u32 salt,  | after it where it ends a transaction, else 0,|        |     |
//   | 2 u32 sums of the 24 bytes before                    | 2 u32 salt, 2 u32 sums of all up to here     |        |     |
//   +-----------------------------------------------------+----------------------------------------------+--------+-----+
//   https://www.sqlite.org/fileformat2.html#the_write_ahead_log

const HEADER_BYTES = 32;
const FRAME_BYTES = 24;
const MAGIC = 0x377f0682;

export interface Logged {
  /** The database as it is with the transactions of the log. */
  readonly source: ByteSource;
  /** Pages that are from the log. */
  readonly pages: number;
}

/**
 * The database with what was written last, as SQLite would open it: the frames whose salts and sums are right, up to the
 * last one that ends a transaction. Undefined where there is no such frame.
 */
export async function withLog(database: ByteSource, log: ByteSource, work: Work): Promise<Logged | undefined> {
  if (log.size < HEADER_BYTES + FRAME_BYTES) return undefined;
  const header = viewOf(await log.read(0, HEADER_BYTES));
  const magic = header.getUint32(0);
  const pageBytes = header.getUint32(8);
  const isPower = pageBytes >= 512 && pageBytes <= 65536 && (pageBytes & (pageBytes - 1)) === 0;
  if ((magic & 0xfffffffe) !== MAGIC || !isPower) return undefined;
  const sums = new Sums((magic & 1) === 0);
  sums.add(header, 24);
  if (!sums.are(header.getUint32(24), header.getUint32(28))) return undefined;
  const pages = new Map<number, number>();
  let pending = new Map<number, number>();
  let count = 0;
  for (let at = HEADER_BYTES; at + FRAME_BYTES + pageBytes <= log.size; at += FRAME_BYTES + pageBytes) {
    if (work.isDue()) await work.checkpoint();
    const frame = viewOf(await log.read(at, at + FRAME_BYTES + pageBytes));
    if (frame.getUint32(8) !== header.getUint32(16) || frame.getUint32(12) !== header.getUint32(20)) break;
    sums.add(frame, 8);
    sums.add(frame, pageBytes, FRAME_BYTES);
    if (!sums.are(frame.getUint32(16), frame.getUint32(20))) break;
    const page = frame.getUint32(0);
    if (page > 0) pending.set(page, at + FRAME_BYTES);
    const size = frame.getUint32(4);
    if (size === 0) continue;
    for (const [number, place] of pending) pages.set(number, place);
    pending = new Map();
    count = size;
  }
  return count === 0 ? undefined : { source: overlaid(database, log, pages, pageBytes, count), pages: pages.size };
}

/** Two sums over words of four bytes, each of which counts in the other. */
class Sums {
  private first = 0;
  private second = 0;
  private readonly isLittle: boolean;

  constructor(isLittle: boolean) {
    this.isLittle = isLittle;
  }

  add(view: DataView, length: number, start = 0): void {
    for (let at = start; at < start + length; at += 8) {
      this.first = (this.first + view.getUint32(at, this.isLittle) + this.second) >>> 0;
      this.second = (this.second + view.getUint32(at + 4, this.isLittle) + this.first) >>> 0;
    }
  }

  are(first: number, second: number): boolean {
    return this.first === first && this.second === second;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function overlaid(
  database: ByteSource,
  log: ByteSource,
  pages: ReadonlyMap<number, number>,
  pageBytes: number,
  count: number,
): ByteSource {
  // A page that neither has is missing, and is said so by whoever reads it.
  const last = [...pages.keys()].filter((page) => page <= count).reduce((most, page) => Math.max(most, page), 0);
  const source: ByteSource = {
    size: Math.min(count * pageBytes, Math.max(database.size, last * pageBytes)),
    name: database.name,
    async read(start, end) {
      checkRange(source, start, end);
      const out = new Uint8Array(end - start);
      for (let at = start; at < end; ) {
        const page = Math.floor(at / pageBytes) + 1;
        const until = Math.min(end, page * pageBytes);
        const place = pages.get(page);
        const within = at - (page - 1) * pageBytes;
        const bytes =
          place === undefined
            ? await database.read(at, until)
            : await log.read(place + within, place + within + until - at);
        out.set(bytes, at - start);
        at = until;
      }
      return out;
    },
  };
  return source;
}
