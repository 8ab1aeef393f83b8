import { LIMITS } from "../limits.ts";
import { type ByteSource, checkRange } from "./source.ts";

export interface PagedOptions {
  readonly pageBytes?: number;
  /** Bytes of all pages together. */
  readonly cacheBytes?: number;
}

/** A read of more pages than this goes straight to the source: scans would push out the headers and grids. */
const CACHED_PAGES_PER_READ = 64;

/**
 * A page cache over a source where a read costs a system call or a round trip. Small reads (headers, grid windows)
 * are served from pages; neighbouring pages that are missing are fetched in one read; large reads bypass it. Pages
 * that were used longest ago go first.
 */
export function paged(raw: ByteSource, options: PagedOptions = {}): ByteSource {
  const pages = new PageCache(raw, options.pageBytes ?? LIMITS.pageBytes, options.cacheBytes ?? LIMITS.pageCacheBytes);
  const source = {
    size: raw.size,
    name: raw.name,
    async read(start: number, end: number): Promise<Uint8Array> {
      checkRange(raw, start, end);
      return pages.read(start, end);
    },
  };
  return raw.origin === undefined ? source : { ...source, origin: raw.origin };
}

class PageCache {
  private readonly raw: ByteSource;
  private readonly pageBytes: number;
  private readonly capacity: number;
  /** In order of last use. A page being fetched is there already, so that two readers fetch it once. */
  private readonly pages = new Map<number, Promise<Uint8Array>>();

  constructor(raw: ByteSource, pageBytes: number, cacheBytes: number) {
    this.raw = raw;
    this.pageBytes = pageBytes;
    this.capacity = Math.max(1, Math.floor(cacheBytes / pageBytes));
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    if (start === end) return new Uint8Array(0);
    const first = Math.floor(start / this.pageBytes);
    const last = Math.floor((end - 1) / this.pageBytes);
    if (last - first >= Math.min(CACHED_PAGES_PER_READ, this.capacity)) return this.raw.read(start, end);
    const wanted = this.request(first, last);
    this.evict();
    const base = first * this.pageBytes;
    if (wanted.length === 1) return (await (wanted[0] as Promise<Uint8Array>)).subarray(start - base, end - base);
    const out = new Uint8Array(end - start);
    const parts = await Promise.all(wanted);
    for (const [index, part] of parts.entries()) {
      const at = base + index * this.pageBytes;
      const from = Math.max(start, at);
      const to = Math.min(end, at + part.length);
      out.set(part.subarray(from - at, to - at), from - start);
    }
    return out;
  }

  /** Pages first..last, those missing asked for in as few reads as possible. */
  private request(first: number, last: number): Promise<Uint8Array>[] {
    const wanted: Promise<Uint8Array>[] = [];
    for (let page = first; page <= last; page++) {
      const known = this.pages.get(page);
      if (known !== undefined) {
        this.pages.delete(page);
        this.pages.set(page, known);
        wanted.push(known);
        continue;
      }
      let end = page + 1;
      while (end <= last && !this.pages.has(end)) end++;
      wanted.push(...this.fetch(page, end));
      page = end - 1;
    }
    return wanted;
  }

  private fetch(first: number, end: number): Promise<Uint8Array>[] {
    const start = first * this.pageBytes;
    const run = this.raw.read(start, Math.min(end * this.pageBytes, this.raw.size));
    const fetched: Promise<Uint8Array>[] = [];
    for (let page = first; page < end; page++) {
      const at = (page - first) * this.pageBytes;
      // A copy per page when several came in one buffer, so that evicting a page frees its bytes.
      const part = run.then((bytes) =>
        end - first === 1 ? bytes : new Uint8Array(bytes.subarray(at, at + this.pageBytes)),
      );
      // A failed page is asked for anew by the next reader; the readers of this one see the error.
      part.catch(() => {
        if (this.pages.get(page) === part) this.pages.delete(page);
      });
      this.pages.set(page, part);
      fetched.push(part);
    }
    return fetched;
  }

  private evict(): void {
    for (const page of this.pages.keys()) {
      if (this.pages.size <= this.capacity) return;
      this.pages.delete(page);
    }
  }
}
