import type { Work } from "../work.ts";
import type { DType } from "./dtype.ts";
import { decodeBlock } from "./element-block.ts";
import { elementCount, type TensorRef } from "./tensor.ts";
import { chunks } from "./window.ts";

/** Elements decoded at a time: the working memory is 8 bytes for each. */
const BLOCK_ELEMENTS = 128 * 1024;

/** True for what has a size and an order: everything but complex numbers, text, records. */
export function isRealNumber(dtype: DType): boolean {
  return dtype.scalar !== undefined && dtype.kind !== "c";
}

export function isWholeNumber({ kind }: DType): boolean {
  return kind === "i" || kind === "u" || kind === "b";
}

/** All elements in C order, a block at a time: the nearest float64 of each, and their bytes. Valid until the next. */
export async function eachBlock(
  tensor: TensorRef,
  work: Work,
  take: (values: Float64Array, view: DataView) => void,
): Promise<void> {
  const { dtype } = tensor;
  const decoded = new Float64Array(Math.min(BLOCK_ELEMENTS, elementCount(tensor.shape)));
  const bytesPerBlock = dtype.itemSize === 0 ? (BLOCK_ELEMENTS / 8) * dtype.bits : BLOCK_ELEMENTS * dtype.itemSize;
  let left = elementCount(tensor.shape);
  for await (const bytes of chunks(tensor, bytesPerBlock, work)) {
    const count =
      dtype.itemSize > 0 ? bytes.length / dtype.itemSize : Math.min(left, Math.floor((bytes.length * 8) / dtype.bits));
    left -= count;
    decodeBlock(dtype, bytes, count, decoded);
    take(decoded.subarray(0, count), new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
  }
}

/** A dense tensor in the order of its bytes, for where the order of elements does not matter. */
export function flatten(tensor: TensorRef): TensorRef {
  if (tensor.strides !== undefined) return tensor;
  return { ...tensor, shape: [elementCount(tensor.shape, "tensor")], order: "C" };
}
