import { corrupt, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { readBTree1 } from "./btree-v1.ts";
import { readBTree2 } from "./btree-v2.ts";
import { readExtensibleArray } from "./extensible-array.ts";
import type { H5File } from "./file.ts";
import { readFixedArray } from "./fixed-array.ts";
import type { Layout } from "./layout.ts";

/** Where a chunk's bytes lie and which filters were left out of it. */
export interface Chunk {
  readonly address: number;
  readonly stored: number;
  readonly mask: number;
}

/** A dataset's chunks as a grid. */
export interface ChunkGrid {
  readonly layout: Extract<Layout, { kind: "chunked" }>;
  readonly shape: readonly number[];
  /** How far each dimension may grow; undefined for without end. */
  readonly most: readonly (number | undefined)[];
  /** Bytes of one element. */
  readonly itemSize: number;
  /** Bytes of one whole chunk. */
  readonly chunkBytes: number;
  readonly isFiltered: boolean;
}

/** Chunks along each dimension. */
export function chunkCounts({ shape, layout }: ChunkGrid): readonly number[] {
  return shape.map((size, k) => Math.ceil(size / (layout.chunk[k] ?? 1)));
}

/** Chunks by their place in the grid, counted in C order over the dataset's present shape. */
export async function readChunks(file: H5File, grid: ChunkGrid): Promise<ReadonlyMap<number, Chunk>> {
  const { layout, shape, chunkBytes, isFiltered } = grid;
  const chunks = new Map<number, Chunk>();
  const { address } = layout;
  if (address === undefined) return chunks;
  const counts = chunkCounts(grid);
  const put = (position: readonly number[], chunk: Chunk): void => {
    let index = 0;
    for (const [k, count] of counts.entries()) {
      const at = position[k] ?? 0;
      // A dataset that was made smaller may keep chunks outside of it.
      if (at >= count) return;
      index = index * count + at;
    }
    if (chunks.size >= LIMITS.hdf5Chunks)
      throw limitExceeded(`${file.name}: chunks`, chunks.size + 1, LIMITS.hdf5Chunks);
    chunks.set(index, chunk);
  };
  /** Position of a chunk that is counted over the dataset's largest shape; `first` is the dimension counted slowest. */
  const positionOf = (index: number, first = 0): readonly number[] => {
    const order = [first, ...shape.keys()].filter((k, i, all) => all.indexOf(k) === i);
    const position = shape.map(() => 0);
    let rest = index;
    for (const [i, k] of [...order.entries()].reverse()) {
      const largest = Math.ceil((grid.most[k] ?? shape[k] ?? 1) / (layout.chunk[k] ?? 1));
      position[k] = i === 0 ? rest : rest % largest;
      rest = i === 0 ? 0 : Math.floor(rest / largest);
    }
    return position;
  };

  switch (layout.index.kind) {
    case "single":
      put(positionOf(0), { address, stored: layout.index.size ?? chunkBytes, mask: layout.index.mask });
      break;
    case "implicit": {
      const total = counts.reduce((product, count) => product * count, 1);
      if (total > LIMITS.hdf5Chunks) throw limitExceeded(`${file.name}: chunks`, total, LIMITS.hdf5Chunks);
      // All chunks of the largest shape lie one after another.
      for (let i = 0; chunks.size < total && address + (i + 1) * chunkBytes <= file.data.size; i++) {
        if (file.work.isDue()) await file.work.checkpoint();
        put(positionOf(i), { address: address + i * chunkBytes, stored: chunkBytes, mask: 0 });
      }
      break;
    }
    case "fixed":
      await readFixedArray(file, address, chunkBytes, (index, chunk) => put(positionOf(index), chunk));
      break;
    case "extensible": {
      const unlimited = Math.max(
        0,
        grid.most.findIndex((size) => size === undefined),
      );
      await readExtensibleArray(file, address, chunkBytes, (index, chunk) => put(positionOf(index, unlimited), chunk));
      break;
    }
    case "btree1":
      await readBTree1(file, address, 1, 8 + 8 * (shape.length + 1), (key, child) => {
        const stored = key.u32();
        const mask = key.u32();
        const position = layout.chunk.map((size) => divided(file, key.uint(8), size));
        put(position, { address: child, stored: isFiltered ? stored : chunkBytes, mask });
      });
      break;
    case "btree2": {
      const sizeWidth = layout.hasLongSizes
        ? 8
        : Math.min(8, 1 + Math.floor((Math.floor(Math.log2(chunkBytes)) + 8) / 8));
      await readBTree2(file, address, (record, type) => {
        const child = record.address();
        const isPacked = type === 11;
        if (type !== 10 && !isPacked) throw corrupt(`${file.name}: chunks in a B-tree of type ${type}`);
        const stored = isPacked ? record.uint(sizeWidth) : chunkBytes;
        const mask = isPacked ? record.u32() : 0;
        const position = layout.chunk.map(() => record.uint(8));
        if (child !== undefined) put(position, { address: child, stored, mask });
      });
      break;
    }
  }
  return chunks;
}

function divided(file: H5File, offset: number, size: number): number {
  if (offset % size !== 0)
    throw corrupt(`${file.name}: a chunk that begins at ${offset}, which is no multiple of ${size}`);
  return offset / size;
}
