import { SCAN_BYTES } from "../bytes/digest.ts";
import { type ByteSource, checkRange, slice } from "../bytes/source.ts";
import type { Work } from "../work.ts";
import { denseByteLength, type TensorRef } from "./tensor.ts";
import { chunks, readElements } from "./window.ts";

/** True when the elements lie one after another, in the tensor's order. */
export function isDense(tensor: TensorRef): boolean {
  return tensor.strides === undefined;
}

/**
 * First and last byte of `data` that elements of the tensor lie in: [start, end). Empty tensors lie nowhere: the second
 * field of no records begins at byte 8 of nothing. They have an empty range inside of `data`.
 */
export function byteExtent(tensor: TensorRef): { readonly start: number; readonly end: number } {
  const { offset, shape, strides, dtype, data } = tensor;
  if (strides === undefined) return { start: offset, end: offset + denseByteLength(tensor) };
  if (shape.includes(0)) {
    const at = Math.min(offset, data.size);
    return { start: at, end: at };
  }
  let [start, last] = [offset, offset];
  for (const [axis, stride] of strides.entries()) {
    const reach = stride * ((shape[axis] ?? 1) - 1);
    if (reach < 0) start += reach;
    else last += reach;
  }
  return { start, end: last + dtype.itemSize };
}

/** True when every element's bytes are there: a file that ends early leaves tensors that cannot be read whole. */
export function isWhole(tensor: TensorRef): boolean {
  const { start, end } = byteExtent(tensor);
  return start >= 0 && end <= tensor.data.size;
}

/** The dense bytes in order, a piece at a time: as they lie for dense tensors, in C order for views. */
export async function* densePieces(tensor: TensorRef, work: Work): AsyncGenerator<Uint8Array> {
  if (!isDense(tensor)) {
    yield* chunks(tensor, SCAN_BYTES, work);
    return;
  }
  const end = tensor.offset + denseByteLength(tensor);
  for (let at = tensor.offset; at < end; at += SCAN_BYTES) {
    await work.checkpoint();
    yield await tensor.data.read(at, Math.min(at + SCAN_BYTES, end));
  }
}

/** The elements in C order, dense, in the dtype's own byte order, as a source: gathered when it is read. */
export function denseSource(tensor: TensorRef): ByteSource {
  const { dtype, shape, order, offset, data } = tensor;
  const size = denseByteLength(tensor);
  if (isDense(tensor) && (order === "C" || shape.length < 2)) return slice(data, offset, offset + size);
  const source: ByteSource = {
    size,
    name: data.name,
    async read(start, end) {
      checkRange(source, start, end);
      if (start === end) return new Uint8Array(0);
      const first = Math.floor(start / dtype.itemSize);
      const last = Math.ceil(end / dtype.itemSize);
      const bytes = await readElements(tensor, first, last - first);
      return bytes.subarray(start - first * dtype.itemSize, end - first * dtype.itemSize);
    },
  };
  return source;
}
