import { LIMITS } from "../limits.ts";
import type { Work } from "../work.ts";
import { gatherBox } from "./gather.ts";
import { packBits } from "./packed.ts";
import { elementCount, type TensorRef } from "./tensor.ts";
import { type Box, boxesOfRange, checkBox, checkElements, isContiguous } from "./window-layout.ts";
import { ArtifactError } from "../errors.ts";

/**
 * Windows of a tensor: dense, in C order, in the dtype's own byte order, whatever the order or the strides of the file.
 * Results over contiguous tensors are views of what was read: callers do not write to them. Packed dtypes (4 and 6
 * bits) start at bit 0 of the first byte, and the bits after the last element are zero.
 */

/** Elements [start, start + count) in C order. */
export async function readElements(tensor: TensorRef, start: number, count: number, work?: Work): Promise<Uint8Array> {
  checkElements(tensor, start, count);
  const { dtype } = tensor;
  if (dtype.itemSize === 0) return readPackedElements(tensor, start, count);
  if (isContiguous(tensor)) {
    const at = tensor.offset + start * dtype.itemSize;
    return tensor.data.read(at, at + count * dtype.itemSize);
  }
  const out = new Uint8Array(count * dtype.itemSize);
  let at = 0;
  for (const box of boxesOfRange(tensor.shape, start, count)) {
    await gatherBox(tensor, box, out, at, work);
    at += elementCount(box.extent) * dtype.itemSize;
  }
  return out;
}

/** The box of `extent` at `corner`, one number per dimension. */
export async function readRectangle(
  tensor: TensorRef,
  corner: readonly number[],
  extent: readonly number[],
  work?: Work,
): Promise<Uint8Array> {
  const box: Box = { corner, extent };
  checkBox(tensor, box);
  if (tensor.dtype.itemSize === 0) return readPackedBox(tensor, box);
  const out = new Uint8Array(elementCount(extent, "rectangle") * tensor.dtype.itemSize);
  await gatherBox(tensor, box, out, 0, work);
  return out;
}

/**
 * The whole tensor as dense pieces in C order, each of at most `maxBytes` (and at least one element). A tensor that is
 * not contiguous is gathered in larger pieces (LIMITS.gatherBytes), so that a Fortran-ordered matrix is read in long
 * runs; memory stays bounded by that.
 */
export async function* chunks(tensor: TensorRef, maxBytes: number, work: Work): AsyncGenerator<Uint8Array> {
  const total = elementCount(tensor.shape, "tensor");
  const { itemSize, bits } = tensor.dtype;
  if (total === 0 || bits === 0) return;
  const step = elementsWithin(maxBytes, itemSize, bits);
  const gathered =
    itemSize === 0 || isContiguous(tensor) ? step : step * Math.max(1, Math.floor(LIMITS.gatherBytes / maxBytes));
  for (let start = 0; start < total; start += gathered) {
    await work.checkpoint();
    const piece = await readElements(tensor, start, Math.min(gathered, total - start), work);
    const size = itemSize === 0 ? piece.length : step * itemSize;
    for (let at = 0; at < piece.length; at += size) {
      if (at > 0) await work.checkpoint();
      yield piece.subarray(at, at + size);
    }
  }
}

/** Packed elements come in eights, so that every piece begins at a byte. */
function elementsWithin(maxBytes: number, itemSize: number, bits: number): number {
  return itemSize === 0 ? Math.max(1, Math.floor(maxBytes / bits)) * 8 : Math.max(1, Math.floor(maxBytes / itemSize));
}

async function readPackedElements(tensor: TensorRef, start: number, count: number): Promise<Uint8Array> {
  const { bits } = tensor.dtype;
  if (bits === 0 || count === 0) return new Uint8Array(0);
  if (!isContiguous(tensor))
    throw new ArtifactError("unsupported", `${tensor.dtype.name} in another order than C cannot be read`);
  const from = start * bits;
  const first = Math.floor(from / 8);
  const bytes = await tensor.data.read(tensor.offset + first, tensor.offset + Math.ceil((from + count * bits) / 8));
  const out = new Uint8Array(Math.ceil((count * bits) / 8));
  packBits(bytes, from - first * 8, count * bits, out, 0);
  return out;
}

async function readPackedBox(tensor: TensorRef, box: Box): Promise<Uint8Array> {
  const { bits } = tensor.dtype;
  const count = elementCount(box.extent, "rectangle");
  const out = new Uint8Array(Math.ceil((count * bits) / 8));
  const width = box.extent.at(-1) ?? 1;
  const rows = width === 0 ? 0 : count / width;
  for (let row = 0; row < rows; row += 1) {
    const run = await readPackedElements(tensor, rowStart(tensor.shape, box, row), width);
    packBits(run, 0, width * bits, out, row * width * bits);
  }
  return out;
}

/** C-order index of the first element of a row of a box. */
function rowStart(shape: readonly number[], box: Box, row: number): number {
  let rest = row;
  let index = box.corner.at(-1) ?? 0;
  let step = shape.at(-1) ?? 1;
  for (let axis = shape.length - 2; axis >= 0; axis -= 1) {
    const extent = box.extent[axis] ?? 1;
    index += ((box.corner[axis] ?? 0) + (rest % extent)) * step;
    rest = Math.floor(rest / extent);
    step *= shape[axis] ?? 1;
  }
  return index;
}
