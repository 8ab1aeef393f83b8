import type { ByteSource } from "../../bytes/source.ts";
import { LIMITS } from "../../limits.ts";
import type { TensorRef } from "../../model/tensor.ts";
import { denseStrides } from "../../model/window-layout.ts";
import { byteLength, type ElementType } from "./dtypes.ts";
import type { Storage } from "./storage.ts";

/** Where a tensor lies in its storage, in elements. */
export interface View {
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/**
 * A view of a storage as a tensor of ours; as text why there can be none. Strides are kept where the elements are not
 * dense. A view may repeat elements (`expand`), up to a limit.
 */
export function viewOf(storage: Storage, type: ElementType, view: View): TensorRef | string {
  const { shape, strides, offset } = view;
  const { data } = storage;
  if (shape.length !== strides.length) return `it has ${shape.length} dimensions and ${strides.length} strides`;
  if (shape.length > LIMITS.dimensions) return `it has ${shape.length} dimensions, more than any tensor`;
  const count = shape.reduce((product, size) => product * size, 1);
  const last = shape.reduce((at, size, axis) => at + (size - 1) * (strides[axis] ?? 0), offset);
  if (!Number.isSafeInteger(count) || (count > 0 && !Number.isSafeInteger(last)))
    return `its shape (${shape.join(", ")}) is more than can be counted`;
  const end = count === 0 ? 0 : byteLength(type, last + 1);
  if (end > data.size) return `it ends at byte ${end} of a storage that has ${data.size}`;
  if (byteLength(type, count) > Math.max(data.size, LIMITS.torchExpandedBytes))
    return `its shape (${shape.join(", ")}) repeats a storage of ${data.size} bytes without end`;
  const dense = denseStrides(shape, 1);
  const isDense = count === 0 || shape.every((size, axis) => size === 1 || strides[axis] === dense[axis]);
  const { dtype, perByte, isPair } = type;
  if (perByte !== undefined || isPair === true) {
    if (!isDense) return "its elements are parts of bytes and not dense";
    return isPair === true ? pairs(data, type, view) : packed(data, type, offset, count);
  }
  const size = dtype.itemSize;
  const bare = { dtype, shape, order: "C" as const, offset: count === 0 ? 0 : offset * size, data };
  return isDense ? bare : { ...bare, strides: strides.map((stride) => stride * size) };
}

/** float4 by its elements, of which torch counts two as one. */
function pairs(data: ByteSource, { dtype }: ElementType, { shape, offset }: View): TensorRef {
  const wide = shape.length === 0 ? [2] : [...shape.slice(0, -1), (shape.at(-1) ?? 0) * 2];
  return { dtype, shape: wide, order: "C", offset: shape.includes(0) ? 0 : offset, data };
}

/** Quantised integers below a byte: the bytes that hold them. */
function packed(data: ByteSource, type: ElementType, offset: number, count: number): TensorRef | string {
  const perByte = type.perByte ?? 1;
  if (offset % perByte !== 0) return "it begins inside of a byte";
  const start = count === 0 ? 0 : offset / perByte;
  return { dtype: type.dtype, shape: [byteLength(type, count)], order: "C", offset: start, data };
}
