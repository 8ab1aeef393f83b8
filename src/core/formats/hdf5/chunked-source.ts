import { type ByteSource, checkRange } from "../../bytes/source.ts";
import { corrupt, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { gridSource } from "../../model/grid-source.ts";
import { type Chunk, type ChunkGrid, chunkCounts, readChunks } from "./chunk-index.ts";
import type { H5File } from "./file.ts";
import type { Filter } from "./filter-message.ts";
import { mostUnpacked, unpackChunk } from "./filters/pipeline.ts";

/** Unpacked chunks of one file, the longest unused given up first. */
export class ChunkCache {
  private readonly entries = new Map<number, Promise<Uint8Array>>();
  private readonly sizes = new Map<number, number>();
  private held = 0;

  get(address: number, size: number, load: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const known = this.entries.get(address);
    if (known !== undefined) {
      this.entries.delete(address);
      this.entries.set(address, known);
      return known;
    }
    const result = load();
    this.entries.set(address, result);
    this.sizes.set(address, size);
    this.held += size;
    // Whoever asked sees the error; the next one tries again.
    result.catch(() => this.drop(address));
    for (const oldest of this.entries.keys()) {
      if (this.held <= LIMITS.hdf5ChunkCacheBytes || oldest === address) break;
      this.drop(oldest);
    }
    return result;
  }

  private drop(address: number): void {
    if (!this.entries.delete(address)) return;
    this.held -= this.sizes.get(address) ?? 0;
    this.sizes.delete(address);
  }
}

export interface ChunkedData {
  readonly grid: ChunkGrid;
  readonly filters: readonly Filter[];
  /** One element, where chunks are missing; undefined for zeros. */
  readonly fill: Uint8Array | undefined;
  readonly cache: ChunkCache;
}

/** A chunked dataset as its elements in C order. */
export interface ChunkedSource extends ByteSource {
  /** Reads the index of the chunks, and throws when it cannot be read or a chunk lies outside of the file. */
  check(): Promise<void>;
}

/**
 * The bytes that a chunked dataset would have in one piece. A read unpacks the chunks that it touches; the index is
 * read when it is first needed.
 */
export function chunkedSource(file: H5File, data: ChunkedData, name: string): ChunkedSource {
  const { grid, fill } = data;
  const { shape, itemSize } = grid;
  const { chunk: chunkShape } = grid.layout;
  const counts = chunkCounts(grid);
  let index: Promise<ReadonlyMap<number, Chunk>> | undefined;
  const chunks = (): Promise<ReadonlyMap<number, Chunk>> => {
    index ??= readChunks(file, grid).catch((error: unknown) => {
      index = undefined;
      throw error;
    });
    return index;
  };
  const chunkAt = async (position: readonly number[]): Promise<Uint8Array | undefined> => {
    const number = counts.reduce((sum, count, k) => sum * count + (position[k] ?? 0), 0);
    const chunk = (await chunks()).get(number);
    return chunk === undefined ? undefined : unpacked(file, data, chunk, position);
  };
  return {
    ...gridSource({ shape, chunk: chunkShape, itemSize, fill }, chunkAt, name),
    async check() {
      for (const { address, stored } of (await chunks()).values())
        checkRange({ size: file.data.size, name: `${name}: chunk` }, address, address + stored);
    },
  };
}

/** A whole chunk without its filters. */
function unpacked(file: H5File, data: ChunkedData, chunk: Chunk, position: readonly number[]): Promise<Uint8Array> {
  const { grid, filters, cache } = data;
  const { layout, shape, chunkBytes } = grid;
  const { address, stored, mask } = chunk;
  const isOverEdge = position.some((p, k) => (p + 1) * (layout.chunk[k] ?? 1) > (shape[k] ?? 0));
  const applied = layout.isEdgeBare && isOverEdge ? [] : filters;
  const place = file.place(address);
  return cache.get(address, chunkBytes, async () => {
    if (chunkBytes > LIMITS.hdf5ChunkBytes)
      throw limitExceeded(`${file.name}: bytes of a chunk`, chunkBytes, LIMITS.hdf5ChunkBytes);
    if (chunkBytes > mostUnpacked(applied, stored))
      throw corrupt(`${file.name}: ${stored} bytes at byte ${place} cannot be a chunk of ${chunkBytes}`, place);
    const bytes = await file.data.read(address, address + stored);
    return unpackChunk(file, applied, mask, bytes, chunkBytes, place);
  });
}
