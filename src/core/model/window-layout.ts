import { ArtifactError } from "../errors.ts";
import { elementCount, type TensorRef } from "./tensor.ts";

/** A box of a tensor: along each dimension `extent[k]` indices from `corner[k]`. */
export interface Box {
  readonly corner: readonly number[];
  readonly extent: readonly number[];
}

/** Byte distance of neighbours along each dimension, for tensors of whole bytes. */
export function byteStrides(tensor: TensorRef): readonly number[] {
  const { shape, strides, order, dtype } = tensor;
  if (strides !== undefined) {
    if (strides.length !== shape.length)
      throw new ArtifactError("corrupt", `tensor of ${shape.length} dimensions has ${strides.length} strides`);
    return strides;
  }
  return denseStrides(shape, dtype.itemSize, order);
}

/** Strides of elements lying one after another; `unit` is what one element takes. */
export function denseStrides(shape: readonly number[], unit: number, order: "C" | "F" = "C"): number[] {
  const strides = Array.from(shape, () => 0);
  let step = unit;
  for (let index = 0; index < shape.length; index += 1) {
    const axis = order === "C" ? shape.length - 1 - index : index;
    strides[axis] = step;
    step *= shape[axis] ?? 1;
  }
  return strides;
}

/** True when the elements lie one after another in C order, whatever the tensor says of its order. */
export function isContiguous(tensor: TensorRef): boolean {
  const { shape, dtype } = tensor;
  if (tensor.strides === undefined && tensor.order === "C") return true;
  // Parts of bytes have no strides to compare.
  if (dtype.itemSize === 0 && dtype.bits > 0) return shape.filter((size) => size !== 1).length < 2;
  const strides = byteStrides(tensor);
  const dense = denseStrides(shape, dtype.itemSize);
  // The stride along a dimension of one index is never walked.
  return shape.every((size, axis) => size === 1 || strides[axis] === dense[axis]) || shape.includes(0);
}

/** Throws ArtifactError("refused") unless [start, start + count) are elements of the tensor. */
export function checkElements(tensor: TensorRef, start: number, count: number): void {
  const total = elementCount(tensor.shape, "tensor");
  const isRange = Number.isSafeInteger(start) && Number.isSafeInteger(count) && start >= 0 && count >= 0;
  if (!isRange || start + count > total)
    throw new ArtifactError("refused", `elements ${start}..${start + count} of a tensor of ${total}`);
}

/** Throws ArtifactError("refused") unless the box lies inside of the tensor. */
export function checkBox(tensor: TensorRef, box: Box): void {
  const { shape } = tensor;
  const isInside =
    box.corner.length === shape.length &&
    box.extent.length === shape.length &&
    shape.every((size, axis) => {
      const corner = box.corner[axis] ?? -1;
      const extent = box.extent[axis] ?? -1;
      return (
        Number.isSafeInteger(corner) &&
        Number.isSafeInteger(extent) &&
        corner >= 0 &&
        extent >= 0 &&
        corner + extent <= size
      );
    });
  if (!isInside)
    throw new ArtifactError(
      "refused",
      `rectangle of [${box.extent.join(", ")}] at [${box.corner.join(", ")}] of a tensor of [${shape.join(", ")}]`,
    );
}

/**
 * Elements [start, start + count) in C order as the fewest boxes, in order: at most two per dimension. A range that
 * covers whole rows is one box; one that begins and ends inside of rows is a head, a body and a tail.
 */
export function boxesOfRange(shape: readonly number[], start: number, count: number): Box[] {
  const boxes: Box[] = [];
  const dense = denseStrides(shape, 1);
  let at = start;
  let left = count;
  while (left > 0) {
    // The outermost axis along which whole steps fit from here on.
    let axis = shape.length;
    while (axis > 0 && at % (dense[axis - 1] ?? 1) === 0 && left >= (dense[axis - 1] ?? 1)) axis -= 1;
    const step = dense[axis] ?? 1;
    const corner = shape.map((size, k) => (k <= axis ? Math.floor(at / (dense[k] ?? 1)) % size : 0));
    const steps = Math.min(Math.floor(left / step), (shape[axis] ?? 1) - (corner[axis] ?? 0));
    const extent = shape.map((size, k) => (k < axis ? 1 : k === axis ? steps : size));
    boxes.push({ corner, extent });
    at += steps * step;
    left -= steps * step;
  }
  return boxes;
}
