import { asArtifactError, limitExceeded, truncated } from "../errors.ts";
import type { Host, Inflated, InflateKind } from "../host.ts";
import { LIMITS } from "../limits.ts";
import { quietWork } from "../work.ts";
import { paged } from "./paged.ts";
import { type ByteSource, checkRange, slice } from "./source.ts";

/** Enough of a member for any header; asked for without inflating the rest. */
const HEAD_BYTES = 4 * 1024;
/** Compressed bytes that give a head: deflate makes data longer by less than this. */
const PACKED_HEAD_BYTES = HEAD_BYTES + 1024;
/** Pages kept of a member that is walked: windows in a row, and the header again. */
/** Larger than a page of a disk: each one that is missed is inflated from the last known place on. */
const WALKED_PAGE_BYTES = 64 * 1024;
const WALKED_CACHE_BYTES = 4 * 1024 * 1024;

/** Inflated bytes of one archive's members, the longest unused given up first. */
export class InflatedCache {
  private readonly capacity: number;
  private readonly entries = new Map<string, { bytes: number; result: Promise<Inflated> }>();
  private held = 0;

  constructor(capacity: number = LIMITS.inflatedMemberCacheBytes) {
    this.capacity = capacity;
  }

  get(key: string, load: () => Promise<Inflated>): Promise<Inflated> {
    const known = this.entries.get(key);
    if (known !== undefined) {
      this.entries.delete(key);
      this.entries.set(key, known);
      return known.result;
    }
    const entry = { bytes: 0, result: load() };
    this.entries.set(key, entry);
    void this.account(key, entry);
    return entry.result;
  }

  private async account(key: string, entry: { bytes: number; result: Promise<Inflated> }): Promise<void> {
    try {
      const { size } = await entry.result;
      if (this.entries.get(key) !== entry) return;
      entry.bytes = size;
      this.held += size;
      this.evict(key);
    } catch {
      // Whoever asked sees the error; the next one tries again.
      if (this.entries.get(key) === entry) this.entries.delete(key);
    }
  }

  private evict(newest: string): void {
    for (const [key, { bytes }] of this.entries) {
      if (this.held <= this.capacity) return;
      if (key === newest) continue;
      this.entries.delete(key);
      this.held -= bytes;
    }
  }
}

/**
 * The `size` bytes that a compressed stream should inflate to, as a source. A head costs a head; a member of moderate
 * size is inflated once and kept while there is room; a larger one is walked from the front, in bounded memory. Bytes
 * that the stream does not hold are `truncated` or `corrupt` when they are asked for, those before them are there.
 */
export function inflatedSource(
  kind: InflateKind,
  packed: ByteSource,
  size: number,
  host: Host,
  cache: InflatedCache,
  key: string,
): ByteSource {
  const { name } = packed;
  const head = (): Promise<Inflated> =>
    host.inflate(kind, slice(packed, 0, Math.min(packed.size, PACKED_HEAD_BYTES)), HEAD_BYTES, quietWork());
  const whole = (): Promise<Inflated> => host.inflate(kind, packed, size, quietWork());
  const isKept = size <= LIMITS.inflatedMemberBytes;
  const walked = paged(walkedSource(kind, packed, size, host), {
    pageBytes: WALKED_PAGE_BYTES,
    cacheBytes: WALKED_CACHE_BYTES,
  });
  const source: ByteSource = {
    size,
    name,
    async read(start, end) {
      checkRange(source, start, end);
      if (end <= HEAD_BYTES && end < size) {
        const { size: found, content } = await cache.get(`${key} head`, head);
        if (end <= found) return content.read(start, end);
      }
      if (!isKept) return walked.read(start, end);
      const { size: found, content, error } = await cache.get(key, whole);
      if (end <= found) return content.read(start, end);
      if (error !== undefined && asArtifactError(error, name).code !== "limit") throw error;
      throw short(name, size, found);
    },
  };
  return source;
}

function short(name: string, size: number, found: number): Error {
  return truncated(`${name} (${size} bytes by the archive's directory, inflates to ${found})`, found, size - found, 0);
}

/** Reads forward through the stream; a read that goes back starts anew. One reader at a time. */
function walkedSource(kind: InflateKind, packed: ByteSource, size: number, host: Host): ByteSource {
  let walk: { readonly pieces: AsyncIterator<Uint8Array>; piece: Uint8Array; start: number } | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const read = async (start: number, end: number): Promise<Uint8Array> => {
    if (end - start > LIMITS.inflatedBytes)
      throw limitExceeded(`${packed.name}: bytes inflated at once`, end - start, LIMITS.inflatedBytes);
    if (walk !== undefined && start < walk.start) {
      await walk.pieces.return?.();
      walk = undefined;
    }
    walk ??= {
      pieces: host.inflateChunks(kind, packed, quietWork())[Symbol.asyncIterator](),
      piece: new Uint8Array(0),
      start: 0,
    };
    const out = new Uint8Array(end - start);
    let filled = 0;
    for (;;) {
      const from = start + filled - walk.start;
      if (from < walk.piece.length) {
        const part = walk.piece.subarray(from, from + out.length - filled);
        out.set(part, filled);
        filled += part.length;
      }
      if (filled === out.length) return out;
      const next = await walk.pieces.next();
      const reached = walk.start + walk.piece.length;
      if (next.done === true) throw short(packed.name, size, reached);
      walk.start = reached;
      walk.piece = next.value;
    }
  };

  return {
    size,
    name: packed.name,
    read(start, end) {
      const result = turn.then(() => read(start, end));
      turn = result.catch(() => {
        // A stream that failed is over; the next reader starts anew.
        walk = undefined;
      });
      return result;
    },
  };
}
