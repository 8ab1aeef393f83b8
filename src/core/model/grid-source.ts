import { type ByteSource, checkRange } from "../bytes/source.ts";
import { limitExceeded } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { boxesOfRange, denseStrides } from "./window-layout.ts";

/** An array that is kept in boxes of one shape; those at the far edges go over it. */
export interface Grid {
  readonly shape: readonly number[];
  readonly chunk: readonly number[];
  readonly itemSize: number;
  /** One element, where chunks are missing; undefined for zeros. */
  readonly fill: Uint8Array | undefined;
}

/** A whole chunk in C order, by its place in the grid; undefined for one that is not there. */
export type ChunkAt = (position: readonly number[]) => Promise<Uint8Array | undefined>;

/** The bytes that the array would have in one piece, in C order. A read asks for the chunks that it touches. */
export function gridSource({ shape, chunk, itemSize, fill }: Grid, chunkAt: ChunkAt, name: string): ByteSource {
  const strides = denseStrides(chunk, itemSize);

  /** Copies what a box has in common with one chunk. `start`: where the box begins in `out`. */
  const copy = async (
    box: { readonly corner: readonly number[]; readonly extent: readonly number[] },
    position: readonly number[],
    out: Uint8Array,
    start: number,
  ): Promise<void> => {
    const from = position.map((p, k) => Math.max(p * (chunk[k] ?? 1), box.corner[k] ?? 0));
    const to = position.map((p, k) => Math.min((p + 1) * (chunk[k] ?? 1), (box.corner[k] ?? 0) + (box.extent[k] ?? 1)));
    const bytes = await chunkAt(position);
    const last = shape.length - 1;
    const run = shape.length === 0 ? itemSize : ((to[last] ?? 0) - (from[last] ?? 0)) * itemSize;
    const boxStrides = denseStrides(box.extent, itemSize);
    for (const at = [...from]; ; ) {
      let source = 0;
      let target = start;
      for (const [k, place] of at.entries()) {
        source += (place - (position[k] ?? 0) * (chunk[k] ?? 1)) * (strides[k] ?? 0);
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
      const low = box.corner.map((corner, k) => Math.floor(corner / (chunk[k] ?? 1)));
      const high = box.corner.map((corner, k) => Math.floor((corner + (box.extent[k] ?? 1) - 1) / (chunk[k] ?? 1)));
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
  return elementSource({ shape, itemSize }, readElements, name);
}

/** The bytes of elements that are made when they are read: `count` of them from the `first` one on. */
export function elementSource(
  { shape, itemSize }: Pick<Grid, "shape" | "itemSize">,
  readElements: (first: number, count: number) => Promise<Uint8Array>,
  name: string,
): ByteSource {
  const source: ByteSource = {
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
  };
  return source;
}

/** Writes one element over and over. */
export function fillElements(out: Uint8Array, element: Uint8Array): void {
  if (element.every((byte) => byte === 0)) return;
  for (let at = 0; at < out.length; at += element.length) out.set(element.subarray(0, out.length - at), at);
}
