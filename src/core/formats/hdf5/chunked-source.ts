import { type ByteSource, checkRange } from "../../bytes/source.ts";
import { corrupt, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { boxesOfRange, denseStrides } from "../../model/window-layout.ts";
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
  const strides = denseStrides(chunkShape, itemSize);

  /** Copies what a box has in common with one chunk. `start`: where the box begins in `out`. */
  const copy = async (
    box: { readonly corner: readonly number[]; readonly extent: readonly number[] },
    position: readonly number[],
    out: Uint8Array,
    start: number,
  ): Promise<void> => {
    const from = position.map((p, k) => Math.max(p * (chunkShape[k] ?? 1), box.corner[k] ?? 0));
    const to = position.map((p, k) =>
      Math.min((p + 1) * (chunkShape[k] ?? 1), (box.corner[k] ?? 0) + (box.extent[k] ?? 1)),
    );
    const number = counts.reduce((sum, count, k) => sum * count + (position[k] ?? 0), 0);
    const chunk = (await chunks()).get(number);
    const bytes = chunk === undefined ? undefined : await unpacked(file, data, chunk, position);
    const last = shape.length - 1;
    const run = ((to[last] ?? 0) - (from[last] ?? 0)) * itemSize;
    const boxStrides = denseStrides(box.extent, itemSize);
    for (const at = [...from]; ; ) {
      let source = 0;
      let target = start;
      for (const [k, place] of at.entries()) {
        source += (place - (position[k] ?? 0) * (chunkShape[k] ?? 1)) * (strides[k] ?? 0);
        target += (place - (box.corner[k] ?? 0)) * (boxStrides[k] ?? 0);
      }
      if (bytes !== undefined) out.set(bytes.subarray(source, source + run), target);
      else if (fill !== undefined) fillElements(out.subarray(target, target + run), fill);
      // The next row: the last dimension is copied whole.
      let k = last - 1;
      while (k >= 0 && (at[k] ?? 0) + 1 >= (to[k] ?? 0)) {
        at[k] = from[k] ?? 0;
        k -= 1;
      }
      if (k < 0) return;
      at[k] = (at[k] ?? 0) + 1;
    }
  };

  const readElements = async (first: number, count: number): Promise<Uint8Array> => {
    const out = new Uint8Array(count * itemSize);
    let start = 0;
    for (const box of boxesOfRange(shape, first, count)) {
      const low = box.corner.map((corner, k) => Math.floor(corner / (chunkShape[k] ?? 1)));
      const high = box.corner.map((corner, k) =>
        Math.floor((corner + (box.extent[k] ?? 1) - 1) / (chunkShape[k] ?? 1)),
      );
      for (const position = [...low]; ; ) {
        await copy(box, position, out, start);
        let k = position.length - 1;
        while (k >= 0 && (position[k] ?? 0) >= (high[k] ?? 0)) {
          position[k] = low[k] ?? 0;
          k -= 1;
        }
        if (k < 0) break;
        position[k] = (position[k] ?? 0) + 1;
      }
      start += box.extent.reduce((product, size) => product * size, itemSize);
    }
    return out;
  };

  const source: ChunkedSource = {
    size: shape.reduce((product, size) => product * size, itemSize),
    name,
    async read(start, end) {
      checkRange(source, start, end);
      if (start === end) return new Uint8Array(0);
      if (end - start > LIMITS.inflatedBytes)
        throw limitExceeded(`${name}: bytes read at once`, end - start, LIMITS.inflatedBytes);
      const first = Math.floor(start / itemSize);
      const bytes = await readElements(first, Math.ceil(end / itemSize) - first);
      return bytes.subarray(start - first * itemSize, end - first * itemSize);
    },
    async check() {
      for (const { address, stored } of (await chunks()).values())
        checkRange({ size: file.data.size, name: `${name}: chunk` }, address, address + stored);
    },
  };
  return source;
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

/** Writes one element over and over. */
export function fillElements(out: Uint8Array, element: Uint8Array): void {
  if (element.every((byte) => byte === 0)) return;
  for (let at = 0; at < out.length; at += element.length) out.set(element.subarray(0, out.length - at), at);
}
