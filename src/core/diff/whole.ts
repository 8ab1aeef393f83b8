import type { DType } from "../model/dtype.ts";
import { canonicalPieces } from "../model/canonical.ts";
import { denseByteLength, elementCount, type TensorRef } from "../model/tensor.ts";
import type { Work } from "../work.ts";

/**
 * What needs all elements at once (reordered rows, elements found by name) is done only for tensors up to this size:
 * two of them are in memory then.
 */
export const WHOLE_BYTES = 64 * 1024 * 1024;

export function fitsWhole(...tensors: readonly TensorRef[]): boolean {
  return tensors.every((tensor) => tensor.dtype.itemSize > 0 && denseByteLength(tensor) <= WHOLE_BYTES);
}

/** All elements: C order, little-endian, padding cleared. */
export async function readWhole(tensor: TensorRef, work: Work): Promise<Uint8Array> {
  const bytes = new Uint8Array(denseByteLength(tensor));
  let at = 0;
  for await (const piece of canonicalPieces(tensor, work)) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** The dtype of what `readWhole` gives. */
export function littleEndian(dtype: DType): DType {
  return dtype.bigEndian ? { ...dtype, bigEndian: false } : dtype;
}

/** A tensor as slices along one axis: slice `at` is `outer` runs of `run` bytes. */
export interface Slices {
  readonly count: number;
  readonly outer: number;
  /** Bytes. */
  readonly run: number;
}

export function slicesOf(tensor: TensorRef, axis: number): Slices {
  const { shape, dtype } = tensor;
  return {
    count: shape[axis] ?? 0,
    outer: elementCount(shape.slice(0, axis)),
    run: elementCount(shape.slice(axis + 1)) * dtype.itemSize,
  };
}

/** True when slice `a` of one buffer has the bytes of slice `b` of the other; both are cut alike but for `count`. */
export function sameSlice(
  one: Uint8Array,
  a: number,
  by: Slices,
  other: Uint8Array,
  b: number,
  otherBy: Slices,
): boolean {
  for (let outer = 0; outer < by.outer; outer++) {
    const from = (outer * by.count + a) * by.run;
    const to = (outer * otherBy.count + b) * otherBy.run;
    for (let at = 0; at < by.run; at++) if (one[from + at] !== other[to + at]) return false;
  }
  return true;
}

/** A 32-bit digest of every slice, to find equal ones by; equality is then checked byte by byte. */
export async function sliceDigests(bytes: Uint8Array, { count, outer, run }: Slices, work: Work): Promise<Uint32Array> {
  const digests = new Uint32Array(count).fill(0x811c9dc5);
  let since = 0;
  for (let block = 0; block < outer; block++)
    for (let slice = 0; slice < count; slice++) {
      let digest = digests[slice] ?? 0;
      const start = (block * count + slice) * run;
      for (let at = start; at < start + run; at++) digest = Math.imul(digest ^ (bytes[at] ?? 0), 0x01000193);
      digests[slice] = digest;
      since += run;
      if (since > PAUSE_BYTES) {
        since = 0;
        await work.checkpoint();
      }
    }
  return digests;
}

/** Bytes after which others get a turn. */
const PAUSE_BYTES = 1024 * 1024;
